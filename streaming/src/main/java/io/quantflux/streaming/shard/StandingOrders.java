// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The commands so far, as far as they matter to a tensor that is yet to come: a pure function of the control log.
 *
 * <p>An order whose effect a later one with the same selector replaces is folded away, which keeps the list short however
 * long the log is. Orders for a step of training are all kept: between two of them a tensor may see records. At
 * {@link #MAX} orders a command that replaces none is refused.
 */
public final class StandingOrders {
    /** Orders kept at most. */
    public static final int MAX = 100_000;

    /** How far back within its selector an order looks for one to replace. */
    private static final int REACH = 64;

    private static final int CYCLE = 3;

    private final Map<TensorId, List<ControlEntry.Accepted>> byId = new HashMap<>();
    private final Map<Selector, List<ControlEntry.Accepted>> byPattern = new LinkedHashMap<>();
    private final Map<OrderKind, Long> newestOf = new EnumMap<>(OrderKind.class);
    private final Deque<ControlEntry.Accepted> sessions = new ArrayDeque<>();
    private long nextOffset;
    private int size;

    /** What stands after a log from its beginning. */
    public static StandingOrders of(List<ControlEntry> log) {
        StandingOrders orders = new StandingOrders();
        for (ControlEntry entry : log) {
            if (entry instanceof ControlEntry.Accepted accepted) {
                orders.add(accepted);
            }
        }
        return orders;
    }

    /** These now, to go on from on another thread. */
    public StandingOrders copy() {
        StandingOrders copy = new StandingOrders();
        byId.forEach((id, orders) -> copy.byId.put(id, new ArrayList<>(orders)));
        byPattern.forEach((selector, orders) -> copy.byPattern.put(selector, new ArrayList<>(orders)));
        copy.newestOf.putAll(newestOf);
        copy.sessions.addAll(sessions);
        copy.nextOffset = nextOffset;
        copy.size = size;
        return copy;
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    /**
     * Takes the next command of the log; one at or before the newest it has taken is known already.
     *
     * @return whether there was room for it
     */
    public boolean add(ControlEntry.Accepted order) {
        if (order.offset() < nextOffset) {
            return true;
        }
        Selector selector = order.command().selector();
        TensorId exact = selector.exactly();
        List<ControlEntry.Accepted> orders = exact == null ? byPattern.get(selector) : byId.get(exact);
        boolean lasting = order.command().effectiveStep() == null;
        int replaced = orders == null || !lasting ? 0 : fold(orders, order);
        if (size - replaced >= MAX) {
            return false;
        }
        if (orders == null) {
            orders = new ArrayList<>(1);
            if (exact == null) {
                byPattern.put(selector, orders);
            } else {
                byId.put(exact, orders);
            }
        }
        orders.add(order);
        size += 1 - replaced;
        nextOffset = order.offset() + 1;
        if (lasting) {
            remember(order);
        }
        return true;
    }

    /** Orders for a tensor, as the log has them. */
    List<ControlEntry.Accepted> of(TensorId id) {
        List<ControlEntry.Accepted> found = new ArrayList<>(byId.getOrDefault(id, List.of()));
        byPattern.forEach((selector, orders) -> {
            if (selector.matches(id)) {
                found.addAll(orders);
            }
        });
        found.sort(Comparator.comparingLong(ControlEntry.Accepted::offset));
        return found;
    }

    private void remember(ControlEntry.Accepted order) {
        OrderKind kind = OrderKind.of(order.command().action());
        newestOf.put(kind, order.offset());
        if (kind == OrderKind.SESSION) {
            sessions.addLast(order);
            if (sessions.size() > CYCLE) {
                sessions.removeFirst();
            }
        }
    }

    /** Removes from the orders of its selector what {@code order} makes void; returns how many. */
    private int fold(List<ControlEntry.Accepted> orders, ControlEntry.Accepted order) {
        OrderKind kind = OrderKind.of(order.command().action());
        if (kind == OrderKind.SESSION) {
            return foldSession(orders, order);
        }
        for (int i = orders.size() - 1; i >= 0 && i >= orders.size() - REACH; i--) {
            ControlEntry.Accepted earlier = orders.get(i);
            Action action = earlier.command().action();
            if (earlier.command().effectiveStep() == null && OrderKind.of(action) == kind) {
                boolean same =
                        kind != OrderKind.SPEC || action.equals(order.command().action());
                if (same && isUndisturbed(kind, earlier.offset())) {
                    orders.remove(i);
                    return 1;
                }
                return 0;
            }
        }
        return 0;
    }

    /** Start, stop, start, stop of one kind leaves what start, stop does, whatever came before. */
    private int foldSession(List<ControlEntry.Accepted> orders, ControlEntry.Accepted order) {
        if (sessions.size() < CYCLE) {
            return 0;
        }
        List<ControlEntry.Accepted> last = List.copyOf(sessions);
        ControlEntry.Accepted start = last.get(0);
        boolean cycle = last.stream()
                        .allMatch(each ->
                                each.command().selector().equals(order.command().selector()))
                && start.command().action().equals(last.get(2).command().action())
                && last.get(1).command().action().equals(order.command().action())
                && OrderKind.isStop(order.command().action(), start.command().action());
        if (!cycle || !isUndisturbed(OrderKind.SESSION, start.offset())) {
            return 0;
        }
        orders.remove(start);
        orders.remove(last.get(1));
        return 2;
    }

    /** Whether no order after {@code offset}, whatever its selector, depends on what this kind sets, or decides on it. */
    private boolean isUndisturbed(OrderKind kind, long offset) {
        return kind.neighbours().stream().allMatch(neighbour -> newestOf.getOrDefault(neighbour, -1L) < offset);
    }
}
