#!/usr/bin/env -S python3 -B
"""check.py RUN: succeed if the run, the JSON of report.py, met every goal; else name those that it did not."""
import json
import sys


def missed(run):
    return [f'bench: {goal["goal"]}: {goal["verdict"]}' for goal in run['goals'] if goal['verdict'] != 'ok']


if __name__ == '__main__':
    with open(sys.argv[1], encoding='utf-8') as file:
        sys.exit('\n'.join(missed(json.load(file))) or 0)
