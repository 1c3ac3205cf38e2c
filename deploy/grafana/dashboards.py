#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the dashboards, dashboards/*.json: python3 dashboards.py. Python's standard library is enough.

A panel is a line: title, unit, and PromQL with its legend. Every selector gets the job and instance of the variables.
"""

import json
import pathlib
import re

HERE = pathlib.Path(__file__).parent
MATCH = 'job=~"$job", instance=~"$instance"'


def select(expression):
    """quantflux_x{a="b"} and quantflux_x get the matchers; so do up and what Kafka, Reactor and the JVM name."""
    name = r"\b((?:quantflux|kafka|jvm|process|reactor)_[a-z0-9_]+)(?:\{([^}]*)\})?"

    def matched(m):
        own = ", " + m.group(2) if m.group(2) else ""
        return m.group(1) + "{" + MATCH + own + "}"

    return re.sub(name, matched, expression)


def panel(title, unit, *targets, kind="timeseries", width=8, text="", **defaults):
    return {
        "title": title,
        "description": text,
        "type": kind,
        "datasource": {"type": "prometheus", "uid": "${datasource}"},
        "width": width,
        "fieldConfig": {"defaults": {"unit": unit, **defaults}, "overrides": []},
        "targets": [
            {"refId": "ABCDEFGH"[i], "expr": select(expression), "legendFormat": legend}
            for i, (expression, legend) in enumerate(targets)
        ],
    }


def place(panels):
    """Left to right in rows of 24 columns."""
    x = y = 0
    for number, each in enumerate(panels, 1):
        width, height = each.pop("width"), 4 if each["type"] == "stat" else 8
        if x + width > 24:
            x, y = 0, y + last
        each["id"], each["gridPos"] = number, {"h": height, "w": width, "x": x, "y": y}
        x, last = x + width, height
    return panels


def variable(name, query, multi, **more):
    return {
        "name": name,
        "type": "query",
        "datasource": {"type": "prometheus", "uid": "${datasource}"},
        "query": query,
        "refresh": 2,
        "includeAll": multi,
        "multi": multi,
        **({"allValue": ".+"} if multi else {}),
        **more,
    }


def dashboard(uid, title, panels, *variables):
    return {
        "uid": uid,
        "title": title,
        "tags": ["quantflux"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "10s",
        "time": {"from": "now-30m", "to": "now"},
        "timezone": "",
        "templating": {
            "list": [
                {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Data source"},
                variable("job", "label_values(quantflux_build_info, job)", True, label="Job"),
                variable("instance", 'label_values(quantflux_build_info{job=~"$job"}, instance)', True, label="Instance"),
                *variables,
            ]
        },
        "links": [{"title": "QuantFlux", "type": "dashboards", "url": "", "tooltip": "", "icon": "", "tags": ["quantflux"],
                   "asDropdown": True, "includeVars": True, "keepTime": True, "targetBlank": False}],
        "panels": place(panels),
    }


def stat(title, unit, expression, text="", **defaults):
    return panel(title, unit, (expression, ""), kind="stat", width=4, text=text, **defaults)


RATE = "[$__rate_interval]"

overview = dashboard(
    "quantflux-overview",
    "QuantFlux / Overview",
    [
        stat("Ready", "short", "min(quantflux_ready)", "1 when every processor is ready"),
        stat("Tensors", "short", "sum(quantflux_tensors)"),
        stat("Partitions", "short", "sum(quantflux_partitions)"),
        stat("Lag", "short", "sum(quantflux_lag_records)", "Records that wait to be folded"),
        stat("Lowest SQNR", "dB", "min(quantflux_tensor_sqnr_decibels)"),
        stat("Control epoch", "short", "max(quantflux_control_epoch)"),
        panel("Records by outcome", "ops", (f"sum by (outcome) (rate(quantflux_records_total{RATE}))", "{{outcome}}")),
        panel("Input", "Bps", (f"sum(rate(quantflux_record_bytes_total{RATE}))", "input")),
        panel(
            "Shares of all elements", "percentunit",
            (f"sum(rate(quantflux_clipped_elements_total{RATE})) / sum(rate(quantflux_elements_total{RATE}))", "clipped"),
            (f"sum(rate(quantflux_underflowed_elements_total{RATE})) / sum(rate(quantflux_elements_total{RATE}))", "underflowed"),
            min=0,
        ),
        panel(
            "Lowest SQNR by tensor", "dB", ("bottomk(10, quantflux_tensor_sqnr_decibels)", "{{tensor}}"), width=12,
            text="Of the tensors that have metrics of their own: those configured, and those with the lowest SQNR",
        ),
        panel("Most clipped tensors", "percentunit", ("topk(10, quantflux_tensor_clipped_ratio)", "{{tensor}}"), width=12, min=0),
        panel("Non-finite elements", "ops", (f"sum by (kind) (rate(quantflux_nonfinite_elements_total{RATE}))", "{{kind}}")),
        panel("Dead letters", "ops", (f"sum by (reason) (rate(quantflux_dead_letters_total{RATE}))", "{{reason}}")),
        panel("Control commands", "short", (f"sum by (outcome) (increase(quantflux_control_commands_total{RATE}))", "{{outcome}}")),
    ],
)

ONE = '{tensor="$tensor"}'
ONE_LOW, ONE_HIGH = '{tensor="$tensor", stat="min"}', '{tensor="$tensor", stat="max"}'

tensor = dashboard(
    "quantflux-tensor",
    "QuantFlux / One tensor",
    [
        stat("Step", "short", f"quantflux_tensor_step{ONE}"),
        stat("Observations", "short", f"quantflux_tensor_observations{ONE}"),
        stat("SQNR", "dB", f"quantflux_tensor_sqnr_decibels{ONE}"),
        stat("Clipped", "percentunit", f"quantflux_tensor_clipped_ratio{ONE}"),
        stat("Underflowed", "percentunit", f"quantflux_tensor_underflowed_ratio{ONE}"),
        stat("Non-finite", "percentunit", f"quantflux_tensor_nonfinite_ratio{ONE}"),
        panel(
            "Running range", "none",
            (f"quantflux_tensor_running_min{ONE}", "min"), (f"quantflux_tensor_running_max{ONE}", "max"), width=12,
        ),
        panel(
            "Scale", "none", (f"quantflux_tensor_scale{ONE_LOW}", "smallest"), (f"quantflux_tensor_scale{ONE_HIGH}", "largest"),
            width=12, text="Of all blocks: one value per tensor, channel or block",
        ),
        panel(
            "Zero point", "none",
            (f"quantflux_tensor_zero_point{ONE_LOW}", "smallest"), (f"quantflux_tensor_zero_point{ONE_HIGH}", "largest"),
        ),
        panel("SQNR over time", "dB", (f"quantflux_tensor_sqnr_decibels{ONE}", "SQNR")),
        panel(
            "Shares of the newest record", "percentunit",
            (f"quantflux_tensor_clipped_ratio{ONE}", "clipped"), (f"quantflux_tensor_underflowed_ratio{ONE}", "underflowed"),
            (f"quantflux_tensor_nonfinite_ratio{ONE}", "non-finite"), min=0,
        ),
        panel("Switches", "short", (f"quantflux_tensor_switch{ONE}", "{{switch}}"), width=24, min=0, max=1),
    ],
    variable(
        "tensor", 'label_values(quantflux_tensor_step{job=~"$job", instance=~"$instance"}, tensor)', False, label="Tensor"
    ),
)


def quantile(q, metric, by=""):
    return f"histogram_quantile({q}, sum by (le{by}) (rate({metric}_bucket{RATE})))"


health = dashboard(
    "quantflux-health",
    "QuantFlux / Health of the stream",
    [
        stat("Ready", "short", "min(quantflux_ready)"),
        stat("Restarts", "short", "sum(quantflux_restarts_total)", "Times the Kafka clients were opened again"),
        stat("In flight", "bytes", "sum(quantflux_inflight_bytes)"),
        stat("Heap", "bytes", 'sum(jvm_memory_used_bytes{area="heap"})'),
        stat("Uptime", "s", "min(process_uptime_seconds)"),
        stat("Tensors without metrics", "short", "sum(quantflux_tensors_dropped_from_metrics)", "Left out by metrics.tensors.max"),
        panel("Lag", "short", ("quantflux_lag_records", "{{instance}} {{partition}}"), text="Records that wait to be folded", min=0),
        panel("In flight over time", "bytes", ("quantflux_inflight_bytes", "{{instance}}"), min=0),
        panel("Commits", "ops", (f"rate(quantflux_commits_total{RATE})", "{{instance}}")),
        panel("Time in a stage, 99th percentile", "s", (quantile(0.99, "quantflux_stage_seconds", ", stage"), "{{stage}}")),
        panel(
            "Time to commit", "s", (quantile(0.5, "quantflux_commit_seconds"), "median"),
            (quantile(0.99, "quantflux_commit_seconds"), "99th percentile"),
        ),
        panel(
            "Busy compute threads", "short",
            (f"rate(reactor_scheduler_tasks_completed_seconds_sum{RATE})", "{{instance}}"), min=0,
            text="Threads of the compute scheduler that were at work, on average",
        ),
        panel(
            "Kafka requests", "ops",
            (f"rate(kafka_consumer_fetch_manager_fetch_total{RATE})", "fetch, {{client}}"),
            (f"rate(kafka_producer_record_send_total{RATE})", "records sent"),
        ),
        panel("CPU", "percentunit", ("process_cpu_usage", "{{instance}}"), min=0),
        panel(
            "Heap over time", "bytes", ('sum by (instance) (jvm_memory_used_bytes{area="heap"})', "used, {{instance}}"),
            ('sum by (instance) (jvm_memory_committed_bytes{area="heap"})', "committed, {{instance}}"), min=0,
        ),
    ],
)

if __name__ == "__main__":
    for each in (overview, tensor, health):
        name = each["uid"].removeprefix("quantflux-") + ".json"
        (HERE / "dashboards" / name).write_text(json.dumps(each, indent=1) + "\n", encoding="utf-8")
