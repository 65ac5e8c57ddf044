#!/usr/bin/env python3
"""nmi.py COMMANDS ANSWERS LOG: send a guest NMIs whenever it asks for them.

COMMANDS and ANSWERS are the pipes of QEMU's QMP monitor, LOG is the guest's kernel log. A line that ends in
`inject-nmi on` starts a stream of NMIs, one that ends in `inject-nmi off` stops it. Ends with the guest.
"""
import json
import os
import sys
import time

# Seconds between two NMIs. An emulated guest handles one in about a tenth of that.
PAUSE = 0.0005

# How often to look at the log while no NMIs are wanted.
IDLE = 0.05


class Monitor:
    def __init__(self, commands, answers):
        self.commands = open(commands, 'w', encoding='utf-8')
        self.answers = open(answers, encoding='utf-8')
        self.execute('qmp_capabilities')

    def execute(self, command):
        """Carry out a command; a greeting or events may come before its answer."""
        json.dump({'execute': command}, self.commands)
        self.commands.flush()
        for line in self.answers:
            answer = json.loads(line)
            if 'error' in answer:
                sys.exit(f'nmi.py: {command}: {answer["error"]["desc"]}')
            if 'return' in answer:
                return
        sys.exit(0)


def lines_so_far(log):
    """The complete lines that have come since the last call; the log may end in the middle of one."""
    for line in iter(log.readline, b''):
        if not line.endswith(b'\n'):
            log.seek(-len(line), os.SEEK_CUR)
            return
        yield line.rstrip()


def main(commands, answers, path):
    monitor = Monitor(commands, answers)
    wanted = False
    with open(path, 'rb') as log:
        while True:
            for line in lines_so_far(log):
                if line.endswith((b'inject-nmi on', b'inject-nmi off')):
                    wanted = line.endswith(b'on')
            # Without NMIs to send, this tells whether the guest is still there.
            monitor.execute('inject-nmi' if wanted else 'query-status')
            time.sleep(PAUSE if wanted else IDLE)


if __name__ == '__main__':
    try:
        main(*sys.argv[1:])
    except BrokenPipeError:
        sys.exit(0)
