// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.NetUtil;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Keeps other sites' pages away from the dashboard: a name that an attacker makes point at this machine (DNS rebinding) is
 * not among the names it answers to, and a page from elsewhere may not post to it.
 *
 * <p>It answers to {@code localhost}, to addresses written as numbers, and to the names it is told.
 */
public final class RequestGuard {
    private final Set<String> names = new HashSet<>(Set.of("localhost"));

    /** @param names further host names, without ports */
    public RequestGuard(List<String> names) {
        names.forEach(name -> this.names.add(name.toLowerCase(Locale.ROOT)));
    }

    /** Why the request is refused; {@code null} if it is not. */
    @Nullable
    String refusal(HttpServerRequest request) {
        String host = request.requestHeaders().get(HttpHeaderNames.HOST);
        if (host == null || !isOurs(nameOf(host))) {
            return "host " + host + " is none of this server's names; add it to http.allowed.hosts";
        }
        String origin = request.requestHeaders().get(HttpHeaderNames.ORIGIN);
        if (origin != null && !isSame(origin, host)) {
            return "origin " + origin + " is not this server";
        }
        return null;
    }

    private boolean isOurs(String name) {
        return names.contains(name) || NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
    }

    /** Without port, and without the brackets of an IPv6 address. */
    private static String nameOf(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[")) {
            int end = name.indexOf(']');
            return end < 0 ? name : name.substring(1, end);
        }
        int colon = name.lastIndexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }

    private static boolean isSame(String origin, String host) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return host.equalsIgnoreCase(authority);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
