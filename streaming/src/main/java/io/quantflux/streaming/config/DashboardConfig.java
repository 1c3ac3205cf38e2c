// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.config;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * Who may reach the dashboard, and who may command from it.
 *
 * @param controlTokenFile file with the token that commands over HTTP must bring; empty for none: read-only
 * @param allowedHosts names it answers to, beside localhost and IP addresses; {@code http.host} is among them
 */
public record DashboardConfig(String controlTokenFile, List<String> allowedHosts) {
    public static final String HTTP_CONTROL_TOKEN_FILE = "http.control.token.file";
    public static final String HTTP_ALLOWED_HOSTS = "http.allowed.hosts";

    static ConfigDef addTo(ConfigDef definition) {
        return definition
                .define(
                        HTTP_CONTROL_TOKEN_FILE,
                        ConfigDef.Type.STRING,
                        "",
                        Importance.LOW,
                        "File with the token, at least 16 characters, that commands over HTTP must bring. Without it the"
                                + " dashboard is read-only.")
                .define(
                        HTTP_ALLOWED_HOSTS,
                        ConfigDef.Type.LIST,
                        "",
                        Importance.LOW,
                        "Names by which browsers may reach the dashboard, beside localhost, IP addresses and http.host.");
    }

    static DashboardConfig of(AbstractConfig config) {
        List<String> hosts = new ArrayList<>(config.getList(HTTP_ALLOWED_HOSTS));
        hosts.add(config.getString(ProcessorConfig.HTTP_HOST));
        return new DashboardConfig(config.getString(HTTP_CONTROL_TOKEN_FILE), List.copyOf(hosts));
    }
}
