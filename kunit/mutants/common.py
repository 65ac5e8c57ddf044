# SPDX-License-Identifier: GPL-2.0
"""What the driver's parts share: where things are, how to run commands and to say what is wrong."""
import os
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
home = root / "kunit/mutants"
explore = root / "kunit/explore"
work = root / ".build/mutants"
WORKERS = len(os.sched_getaffinity(0))


def say(text):
    print(f"flatmap: {text}", file=sys.stderr, flush=True)


def die(text):
    say(text)
    sys.exit(1)


def shell(*command, **more):
    return subprocess.run([str(word) for word in command], text=True, capture_output=True, check=False, **more)


def table(path, columns):
    """The rows of a table in a text file: columns apart by tabs, # begins a comment."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            row = re.split(r"\t+", line)
            if len(row) != columns:
                die(f"{path.name}: not {columns} columns: {line}")
            rows.append(row)
    return rows
