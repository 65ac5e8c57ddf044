# SPDX-License-Identifier: GPL-2.0
"""One-line faults: where the semantic patches find places for them, and what the sources are with each.

spatch takes seconds for a file, so that what it finds and makes is kept in .build/mutants/faults, a file for each kind
and source, until the source or the semantic patch changes.
"""
import concurrent.futures
import difflib
import functools
import hashlib
import json
import os
import pathlib
import re
import shutil

from common import WORKERS, die, home, root, shell, work

COPIES = 40  # that spatch has in memory at once


def core_sources():
    """The objects of the map itself, as kunit/explore/run has them, and the headers that have functions."""
    text = (root / "module/Sources").read_text(encoding="utf-8").replace("\\\n", " ")
    objects = " ".join(re.findall(r"^flatmap-core[^=\n]*:?\+?= *(.*)$", text, re.M)).split()
    sources = ["module/" + name.replace(".o", ".c") for name in objects]
    headers = [f"include/linux/flatmap/{name}.h" for name in ("find", "read", "match", "word", "region", "hash")]
    headers += [f"module/{path.name}" for path in sorted((root / "module").glob("*.h"))
                if path.with_suffix(".c").name in [name.replace(".o", ".c") for name in objects]]
    return sources + headers


def compiled_sources():
    """What kunit/explore/run compiles."""
    text = (root / "module/Sources").read_text(encoding="utf-8").replace("\\\n", " ")
    objects = " ".join(re.findall(r"^flatmap-core[^=\n]*:= *(.*)$", text, re.M)).split()
    return ["module/" + name.replace(".o", ".c") for name in objects]


class Fault:
    """A fault: a place in a source, and what the source is with it."""

    def __init__(self, kind, file, function, place):
        self.kind, self.file, self.function = kind, file, function
        self.place = place
        self.name, self.line, self.column = place
        self.text = None
        self.change = None

    def read(self, text, source):
        """Take @text, which is @source with the fault, unless it is the same.

        A line that is in the source more than once is told by the one before.
        """
        if re.sub(r"\s", "", text) == re.sub(r"\s", "", source):
            return
        self.text = text
        lines = [line.strip() for line in source.splitlines()]
        new = [line.strip() for line in text.splitlines()]
        was, becomes = [], []
        for how, first, end, other, until in difflib.SequenceMatcher(None, lines, new, autojunk=False).get_opcodes():
            if how == "equal":
                continue
            if lines.count(" ".join(lines[first:end])) != 1 and first:
                was.append(f"{lines[first - 1]} |")
            was += lines[first:end]
            becomes += new[other:until]
        self.change = f"{' '.join(was)} => {' '.join(becomes)}"

    def order(self):
        return self.file, self.line, self.column, self.kind, self.name

    def key(self):
        return self.file, self.function, self.name, self.change

    def __str__(self):
        return f"{self.file}:{self.line} {self.function}: {self.kind}, {self.name}: {self.change}"


def spatch(kind, files, scratch, **environment):
    """Have the semantic patches of @kind look at @files, and ask pick.py."""
    result = shell("spatch", "--very-quiet", "--no-includes", "--iso-file", "/dev/null", "--sp-file",
                   home / f"{kind}.cocci", "--in-place", *files, cwd=scratch,
                   env=dict(os.environ, PYTHONPATH=str(home), PYTHONDONTWRITEBYTECODE="1", **environment))
    if result.returncode:
        die(f"spatch {kind}: {result.stdout}{result.stderr}")


@functools.lru_cache
def spatch_version():
    return shell("spatch", "--version").stdout


class Listing:
    """The places in one source for one kind of fault, and what the source is with those faults that were made."""

    def __init__(self, kind, file):
        self.kind, self.file = kind, file
        self.source = (root / file).read_text(encoding="utf-8")
        self.kept = work / "faults" / f"{kind}.{file.replace('/', '-')}.json"
        self.scratch = work / "scratch" / self.kept.stem
        digest = hashlib.sha256((self.source + spatch_version()).encode())
        for path in (home / f"{kind}.cocci", home / "pick.py", pathlib.Path(__file__)):
            digest.update(path.read_bytes())
        self.digest = digest.hexdigest()
        self.places, self.texts = None, {}
        if self.kept.exists():
            found = json.loads(self.kept.read_text(encoding="utf-8"))
            if found["digest"] == self.digest:
                self.places, self.texts = found["places"], found["texts"]

    def keep(self):
        self.kept.parent.mkdir(parents=True, exist_ok=True)
        new = self.kept.with_suffix(".new")
        new.write_text(json.dumps({"digest": self.digest, "places": self.places, "texts": self.texts}),
                       encoding="utf-8")
        new.rename(self.kept)

    def find(self):
        """The faults that can be made here."""
        if self.places is None:
            self.scratch.mkdir(parents=True, exist_ok=True)
            noted = self.scratch / "places"
            noted.write_text("")
            copy = self.scratch / pathlib.Path(self.file).name
            copy.write_text(self.source, encoding="utf-8")
            spatch(self.kind, [copy], self.scratch, FLATMAP_PLACES=str(noted))
            found = [json.loads(line) for line in noted.read_text(encoding="utf-8").splitlines()]
            self.places = list({tuple(place["place"]): [place["function"], place["place"]] for place in found
                                if place["function"] != "something_else"}.values())
            self.keep()
        return [Fault(self.kind, self.file, function, place) for function, place in self.places]

    def make(self, faults):
        """Have each of @faults, which are of this listing, know what the source is with it."""
        missing = [fault for fault in faults if str(fault.place) not in self.texts]
        for first in range(0, len(missing), COPIES):
            some = missing[first:first + COPIES]
            shutil.rmtree(self.scratch, ignore_errors=True)
            self.scratch.mkdir(parents=True)
            paths = [self.scratch / f"{i}{pathlib.Path(self.file).suffix}" for i in range(len(some))]
            for path in paths:
                path.write_text(self.source, encoding="utf-8")
            picked = self.scratch / "picked"
            picked.write_text(json.dumps({str(path): fault.place for path, fault in zip(paths, some)}))
            spatch(self.kind, paths, self.scratch, FLATMAP_PICKED=str(picked))
            for path, fault in zip(paths, some):
                fault.read(path.read_text(encoding="utf-8"), self.source)
                if fault.text is not None:
                    self.texts[str(fault.place)] = fault.text
        if missing:
            self.keep()
        for fault in faults:
            fault.read(self.texts.get(str(fault.place), self.source), self.source)


def find_faults(kinds, files):
    """All faults of these kinds that can be made in functions of @files, with their listings."""
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        listings = [Listing(kind, file) for file in files for kind in kinds]
        found = list(pool.map(Listing.find, listings))
    return sorted(((fault, listing) for faults, listing in zip(found, listings) for fault in faults),
                  key=lambda both: both[0].order())


def make_faults(found):
    """The faults of @found that spatch makes, once each: another kind may have made the same."""
    of = {}
    for fault, listing in found:
        of.setdefault(listing, []).append(fault)
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda listing: listing.make(of[listing]), of))
    seen = {}
    for fault, _ in found:
        if fault.text is not None:
            seen.setdefault((fault.file, re.sub(r"\s", "", fault.text)), fault)
    return list(seen.values())
