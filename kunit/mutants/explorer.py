# SPDX-License-Identifier: GPL-2.0
"""The explorer, built with a fault, and which scenarios come along it."""
import concurrent.futures
import hashlib
import json
import os
import resource
import shutil
import signal
import threading

from common import WORKERS, die, explore, root, say, shell, work
from fault import compiled_sources

SECONDS = 20  # of the CPU, of a scenario
COVERED = 3  # likewise, to see which lines it comes along


class Explorer:
    """The explorer's objects, and which scenarios come along which lines."""

    flags = ["-DEXPORT_SYMBOL_GPL(name)=extern typeof(name) name", "-std=gnu11", "-O2", "-fno-strict-aliasing",
             "-Werror=int-conversion", "-Werror=incompatible-pointer-types", "-Werror=implicit-function-declaration",
             "-Werror=return-type", "-ftrivial-auto-var-init=zero", "-DFLATMAP_KUNIT", "-include",
             str(explore / "kernel.h")]

    def __init__(self):
        self.stage = root / ".build/explore"
        self.kills = {}
        self.lock = threading.Lock()
        result = shell("make", "-s", "explore", "SCENARIO=list", cwd=root)
        if result.returncode:
            die(f"explore does not build: {result.stderr}")
        self.scenarios = result.stdout.split()
        self.sources = compiled_sources() + [str(path.relative_to(root)) for path in sorted(explore.glob("*.c"))]
        self.objects = {source: work / "objects" / (source.replace("/", "-") + ".o") for source in self.sources}
        self.tree = work / "trees/none"
        self.overlay(self.tree)
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(lambda source: self.compile(self.tree, source, self.objects[source], "-MMD"), self.sources))
        self.needs = {source: self.headers(self.objects[source].with_suffix(".d")) for source in self.sources}

    @staticmethod
    def overlay(tree, fault=None):
        """A tree of the sources, in which the fault's is another one."""
        shutil.rmtree(tree, ignore_errors=True)
        for folder in ("module", "include", "kunit/explore"):
            shutil.copytree(root / folder, tree / folder, copy_function=os.symlink)
        if fault:
            (tree / fault.file).unlink()
            (tree / fault.file).write_text(fault.text, encoding="utf-8")

    def compile(self, tree, source, to, *more):
        to.parent.mkdir(parents=True, exist_ok=True)
        return shell("gcc", *self.flags, f"-fmacro-prefix-map={tree}/=", *more, "-I", self.stage / "empty", "-I",
                     tree / "include", "-I", tree / "include/uapi", "-iquote", tree / "module", "-I", self.stage,
                     "-c", tree / source, "-o", to).returncode == 0

    def headers(self, rules):
        text = rules.read_text(encoding="utf-8").replace("\\\n", " ")
        return {os.path.relpath(path, self.tree) for path in text.split()[1:]}

    def link(self, objects, to, *more):
        return shell("gcc", *more, *objects, "-o", to).returncode == 0

    def build(self, tree, fault):
        """The explorer with this fault; None if that does not compile, False if it is the same program."""
        objects = dict(self.objects)
        same = True
        for source in self.sources:
            if fault.file in self.needs[source]:
                objects[source] = tree / (source.replace("/", "-") + ".o")
                if not self.compile(tree, source, objects[source]):
                    return None
                same = same and objects[source].read_bytes() == self.objects[source].read_bytes()
        if same:
            return False
        return tree / "explore" if self.link(objects.values(), tree / "explore") else None

    def cover(self):
        """Which scenarios come along which lines, and how long each takes; kept until a source changes."""
        digest = hashlib.sha256()
        for path in sorted([*root.glob("module/*.[ch]"), *root.glob("include/linux/flatmap/*.h"),
                            *explore.glob("*.[ch]")]):
            digest.update(path.read_bytes())
        kept = work / "coverage.json"
        if kept.exists():
            found = json.loads(kept.read_text())
            if found["digest"] == digest.hexdigest():
                self.lines, self.seconds = found["lines"], found["seconds"]
                return
        say("exploring once, to see which scenarios come along which lines")
        tree = work / "trees/coverage"
        self.overlay(tree)
        objects = {source: tree / "objects" / (source.replace("/", "-") + ".o") for source in self.sources}
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(lambda source: self.compile(tree, source, objects[source],
                                                      *["--coverage", "-O0"] * source.startswith("module/")),
                          self.sources))
        self.link(objects.values(), tree / "explore", "--coverage")
        self.lines, self.seconds = {}, {}
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(lambda scenario: self.cover_one(tree, scenario), self.scenarios))
        kept.write_text(json.dumps({"digest": digest.hexdigest(), "lines": self.lines, "seconds": self.seconds}))

    def cover_one(self, tree, scenario):
        counts = tree / "counts" / scenario
        result = shell(tree / "explore", "PREEMPTIONS=2", f"LIMIT={COVERED}", scenario,
                       env=dict(os.environ, GCOV_PREFIX=str(counts)))
        if result.returncode:
            die(f"explore finds a violation without any fault: {result.stdout}")
        objects = counts / str(tree / "objects").lstrip("/")
        for notes in (tree / "objects").glob("module-*.gcno"):
            if (objects / notes.name).with_suffix(".gcda").exists():
                shutil.copy(notes, objects)
        found = shell("gcov", "--json-format", "--stdout", *objects.glob("*.gcda"))
        with self.lock:
            self.seconds[scenario] = float(result.stdout.split()[5]) + 0.01
            for line in found.stdout.splitlines():
                for file in json.loads(line)["files"]:
                    self.note(os.path.relpath(file["file"], tree), file["lines"], scenario)

    def note(self, file, lines, scenario):
        for line in lines:
            covered = self.lines.setdefault(file, {}).setdefault(str(line["line_number"]), [])
            if line["count"] and scenario not in covered:
                covered.append(scenario)

    def scenarios_of(self, fault):
        """Those that come along the fault: the nearest line that is code, of a function the first one."""
        lines = self.lines.get(fault.file, {})
        step = 1 if fault.kind == "verdict" else -1
        for line in range(fault.line, max(fault.line + 20 * step, 0), step):
            if str(line) in lines:
                return lines[str(line)]
        return self.scenarios

    def order(self, scenarios):
        """First those that are quick, and have found much."""
        return sorted(scenarios, key=lambda name: self.seconds[name] / (1 + self.kills.get(name, 0)))

    def run(self, explorer, scenario, preemptions):
        """What goes wrong, or None."""
        limit = 1 if preemptions == "1" else 10 * SECONDS if preemptions == "hunt" else SECONDS
        result = shell(explorer, f"PREEMPTIONS={preemptions}", f"LIMIT={limit}", scenario,
                       preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit + 2, limit + 2)))
        if result.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            return "does not end"
        if not result.returncode:
            return None
        why = [line for line in result.stdout.splitlines() if line.startswith(f"{scenario}: ")]
        return why[-1].split(": ", 1)[1] if why else f"status {result.returncode}"

    def catch(self, fault, bounds):
        """What becomes of the fault: invalid, same, caught or missed; and what noticed it."""
        tree = work / f"trees/{threading.get_ident()}"
        self.overlay(tree, fault)
        explorer = self.build(tree, fault)
        if not explorer:
            return "invalid" if explorer is None else "same", ""
        for preemptions in bounds:
            for scenario in self.order(self.scenarios_of(fault)):
                why = self.run(explorer, scenario, preemptions)
                if why:
                    with self.lock:
                        self.kills[scenario] = self.kills.get(scenario, 0) + 1
                    return "caught", f"explore, {scenario}, at most {preemptions} preemptions: {why}"
        return "missed", ""
