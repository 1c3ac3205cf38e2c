// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import io.quantflux.client.ControlClient;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.streaming.config.DashboardConfig;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.dashboard.Dashboard;
import io.quantflux.streaming.http.ControlRoutes;
import io.quantflux.streaming.http.ControlToken;
import io.quantflux.streaming.http.DashboardRoutes;
import io.quantflux.streaming.http.HttpRoutes;
import io.quantflux.streaming.http.RequestGuard;
import io.quantflux.streaming.kafka.StreamStatus;
import io.quantflux.streaming.view.CalibrationListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** The dashboard of a processor: what it keeps, its routes, and the way of its commands to the control topic. */
final class DashboardPart implements AutoCloseable {
    private final Dashboard dashboard;
    private final @Nullable ControlClient control;
    private final List<HttpRoutes> routes;

    /** @throws ConfigException if the file of the control token cannot be read or holds none */
    DashboardPart(ProcessorConfig config, Supplier<StreamStatus> status) {
        ControlToken token = token(config.dashboard().controlTokenFile());
        control = token == null
                ? null
                : ControlClient.create(config.bootstrapServers(), config.topics(), config.kafka("producer"));
        dashboard = new Dashboard(status, config.computeThreads(), token != null);
        RequestGuard guard = new RequestGuard(config.dashboard().allowedHosts());
        ControlClient client = control;
        routes = List.of(
                new DashboardRoutes(dashboard, guard),
                new ControlRoutes(
                        guard,
                        token,
                        command -> client == null
                                ? CompletableFuture.failedFuture(new IllegalStateException("read-only"))
                                : client.send(command)));
    }

    private static @Nullable ControlToken token(String file) {
        if (file.isEmpty()) {
            return null;
        }
        try {
            return ControlToken.of(Files.readString(Path.of(file)).strip());
        } catch (IOException | InvalidPathException e) {
            throw new ConfigException(DashboardConfig.HTTP_CONTROL_TOKEN_FILE, file, "cannot be read: " + e);
        } catch (InvalidSpecException e) {
            throw new ConfigException(DashboardConfig.HTTP_CONTROL_TOKEN_FILE, file, e.getMessage());
        }
    }

    CalibrationListener listener() {
        return dashboard;
    }

    List<HttpRoutes> routes() {
        return routes;
    }

    @Override
    public void close() {
        dashboard.close();
        if (control != null) {
            control.close();
        }
    }
}
