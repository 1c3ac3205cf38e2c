// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A network that can be cut: forwards TCP to a broker, and holds back both directions of some clients' connections while
 * they are cut off. As in a real partition nobody is told; what was under way arrives when it is over, if anyone still
 * wants it. Single requests can be made {@linkplain LateRequests late}.
 *
 * <p>It knows clients by the {@code client.id} in the header of a connection's first request.
 */
final class Proxy implements AutoCloseable {
    private static final int MAX_CLIENT_ID = 200;
    private static final int CHUNK = 64 << 10;

    final LateRequests late = new LateRequests();
    private final ServerSocket server;
    private final int target;
    private final Object gate = new Object();
    private String cutPrefix = "";
    private volatile boolean running = true;

    /** Listens on a free port of this machine and forwards to another. */
    Proxy(int port, int target) {
        this.target = target;
        try {
            server = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new FaultSuiteException("the proxy cannot listen: " + e.getMessage(), e);
        }
        daemon("proxy", this::accept);
    }

    /** Cuts off all clients whose id begins so. */
    void cut(String clientIdPrefix) {
        synchronized (gate) {
            cutPrefix = clientIdPrefix;
        }
    }

    void heal() {
        synchronized (gate) {
            cutPrefix = "";
            gate.notifyAll();
        }
    }

    private void accept() {
        while (running) {
            try {
                Socket client = server.accept();
                daemon("proxy-in", () -> serve(client));
            } catch (IOException e) {
                if (running) {
                    Fleet.pause(10);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream(), CHUNK));
            byte[] header = new byte[14]; // size, api key, api version, correlation id, length of the client id
            in.readFully(header);
            int length = ByteBuffer.wrap(header).getShort(12);
            byte[] name = new byte[Math.max(0, Math.min(length, MAX_CLIENT_ID))];
            in.readFully(name);
            String clientId = new String(name, StandardCharsets.UTF_8);
            awaitOpen(clientId);
            try (Socket broker = new Socket(InetAddress.getLoopbackAddress(), target)) {
                broker.setTcpNoDelay(true);
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(broker.getOutputStream(), CHUNK));
                daemon("proxy-out", () -> {
                    pump(broker, client, clientId);
                });
                try {
                    out.write(header);
                    out.write(name);
                    int rest = ByteBuffer.wrap(header).getInt() + Integer.BYTES - header.length - name.length;
                    copy(in, out, rest, clientId);
                    requests(in, out, clientId);
                } finally {
                    awaitOpen(clientId); // a partition also hides that somebody hung up
                }
            }
        } catch (IOException e) {
            // one side has gone; closing both tells the other
        }
    }

    /** Whole requests, one after the other, until the client hangs up. */
    private void requests(DataInputStream in, DataOutputStream out, String clientId) throws IOException {
        while (true) {
            int size = in.readInt();
            short apiKey = in.readShort();
            boolean held = late.hold(clientId, apiKey);
            out.writeInt(size);
            out.writeShort(apiKey);
            copy(in, out, size - Short.BYTES, clientId);
            if (held) {
                late.gone();
            }
        }
    }

    private void copy(DataInputStream in, DataOutputStream out, int bytes, String clientId) throws IOException {
        byte[] buffer = new byte[Math.min(CHUNK, bytes)];
        for (int left = bytes; left > 0; ) {
            int n = Math.min(left, buffer.length);
            in.readFully(buffer, 0, n);
            awaitOpen(clientId);
            out.write(buffer, 0, n);
            left -= n;
        }
        awaitOpen(clientId);
        out.flush();
    }

    /** Answers, as they come. */
    private void pump(Socket from, Socket to, String clientId) {
        byte[] buffer = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitOpen(clientId);
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // as above
        } finally {
            awaitOpen(clientId); // as above
            close(from);
            close(to);
        }
    }

    private void awaitOpen(String clientId) {
        synchronized (gate) {
            while (running && !cutPrefix.isEmpty() && clientId.startsWith(cutPrefix)) {
                try {
                    gate.wait();
                } catch (InterruptedException e) {
                    throw FaultSuiteException.interrupted(e);
                }
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        running = false;
        heal();
        try {
            server.close();
        } catch (IOException e) {
            // it is closed
        }
    }
}
