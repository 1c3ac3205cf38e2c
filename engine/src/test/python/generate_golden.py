#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the golden cases that GoldenTest replays: what the real coreai_opt and torchao compute on seeded inputs.

    pip install coreai-opt==0.3.0 torch==2.15.0 torchao==0.18.0        (any venv; CPU wheels are enough)
    python engine/src/test/python/generate_golden.py engine/src/test/resources/golden/forward.jsonl.gz

The format is described beside the data. To add cases, add a generator function to GROUPS in groups.py.
"""

import datetime
import gzip
import importlib.metadata
import json
import platform
import sys

import numpy as np
from groups import GROUPS

SEED = 20261123


def header():
    packages = ("coreai-opt", "torch", "torchao", "numpy")
    return {
        "made_by": "python engine/src/test/python/generate_golden.py engine/src/test/resources/golden/forward.jsonl.gz",
        "date": datetime.date.today().isoformat(),
        "seed": SEED,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "packages": {name: importlib.metadata.version(name) for name in packages},
    }


def main(path):
    lines = []
    for number, group in enumerate(GROUPS):
        rng = np.random.default_rng([SEED, number])
        before = len(lines)
        for index, record in enumerate(group(rng)):
            lines.append(json.dumps({"name": f"{group.__name__}[{index}]", **record}, separators=(",", ":")))
        size = len(gzip.compress("\n".join(lines[before:]).encode()))
        print(f"{group.__name__}: {len(lines) - before} cases, {size} bytes")
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as out:
        out.write(json.dumps({**header(), "cases": len(lines)}).encode() + b"\n")
        out.write("\n".join(lines).encode() + b"\n")
    print(f"{len(lines)} cases")


if __name__ == "__main__":
    main(sys.argv[1])
