# SPDX-License-Identifier: GPL-2.0
"""The KUnit suites, with a fault."""
import re
import shutil
import time

from common import die, root, shell, work

SLOW = ("memory", "resize", "parked", "moving", "growth", "hashes")  # suites that are left out


class Suites:
    """The KUnit suites, in a kernel that is a process, with a tree of its own for the sources."""

    def __init__(self):
        self.tree = work / "kunit"
        shell("rsync", "-rlp", "--delete", "--exclude=.*", root / "Kbuild", root / "include", root / "module",
              root / "kunit", *(f"--exclude={suite}_test.c" for suite in SLOW), self.tree)
        self.seconds = None

    def run(self):
        """The first case that fails, what else goes wrong, or None; False if it does not compile."""
        built = shell(self.tree / "kunit/guest/modules", "uml", "kunit", "FLATMAP_KUNIT=1", "KCFLAGS=-Wno-error")
        if built.returncode:
            return False
        limit = 4 * self.seconds + 10 if self.seconds else 900
        begun = time.monotonic()
        booted = shell(self.tree / "kunit/guest/boot", "--kernel", "uml", "--log", "kunit", "--limit", int(limit),
                       "--module", self.tree / ".build/kunit/flatmap_kunit.ko")
        self.seconds = self.seconds or time.monotonic() - begun
        log = (self.tree / ".build/logs/kunit.log").read_text(encoding="utf-8", errors="replace")
        failed = re.findall(r"^(?:\[.*?\] )? *not ok \d+ (\w+)", log, re.M)
        if failed:
            return f"kunit, {failed[0]}"
        return None if not booted.returncode else f"kunit, {booted.stderr.splitlines()[0]}"

    def begin(self):
        if self.run() is not None:
            die("the suites do not pass as they are")

    def catch(self, fault):
        path = self.tree / fault.file
        path.write_text(fault.text, encoding="utf-8")
        caught = self.run()
        shutil.copy(root / fault.file, path)
        return caught
