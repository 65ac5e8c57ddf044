"""What the guest told, read into series of rounds. Its lines are words, one kind of line for each kind of figure:

    time SHAPE ENTRIES WORK LANE THREADS OPS NS PS      one for each round: all threads' operations, wall time, and the
                                                        median of short slices, in picoseconds an operation per thread
    fill SHAPE ENTRIES LANE HINT NS                     filling from empty, HINT being hinted or unhinted
    ipis SHAPE ENTRIES LANE HINT COUNT                  how often processors interrupted each other meanwhile
    memory SHAPE ENTRIES LANE HINT AVERAGE FULL         bytes an entry: over the growth from a tenth on, and in the end
    latency SHAPE ENTRIES LANE HINT NS TIMES... COUNT   of all inserts p50, p99, p99.9 and the longest, the same of the
                                                        ones that nothing interrupted, and how many the others are
    churn SHAPE ENTRIES LANE PART PARTS OPS NS PS       part after part of the churn, in each round
    count SHAPE ENTRIES WORK LANE THREADS EVENT MILLI   events that the CPU counted, of a thousand operations
    skip SHAPE ENTRIES LANE WORK REASON...              what cannot run here; WORK * is the whole lane
    primitive NAME PS                                   what one of the kernel's primitives takes, in picoseconds
    sources DIGEST                                      of what was raced
    harness NAME                                        what ran all of this: uml, or native
    kernel RELEASE                                      of the guest
    pages KIB                                           size of the pages that the host maps the guest's memory with

SHAPE is like 8+8, bytes of keys and values; behind a slash stands the pattern of keys that are not random, 8+8/pid.
All lanes of a work run in every round, so the n-th line of one belongs to the n-th line of another.
"""
import collections

from series import median, middle_of, ratios, spread
from lanes import LANES, LIMITS, WAITED, WORKS, in_order, peers_of

Cell = collections.namedtuple('Cell', 'shape entries work lane threads')
Growth = collections.namedtuple('Growth', 'shape entries lane hint')
Skip = collections.namedtuple('Skip', 'shape entries lane work reason')

HARNESSES = ('uml', 'native')
FILLS = {'unhinted': 'insert', 'hinted': 'insert-hinted'}


class Figures:
    """
    rounds: Cell to nanoseconds an operation in each round, of the undisturbed slices; means: of all the time it took.
    churn: Cell to the parts of each round. ipis: Cell of a fill to how many there were in each round. memory and
    latency: Growth to the numbers of each round. counts: Cell to event to how many of them an operation took, in each
    round. primitives: name to nanoseconds in each round.
    """

    def __init__(self, lines):
        self.rounds = collections.defaultdict(list)
        self.means = collections.defaultdict(list)
        self.churn = collections.defaultdict(list)
        self.ipis = collections.defaultdict(list)
        self.memory = collections.defaultdict(list)
        self.latency = collections.defaultdict(list)
        self.counts = collections.defaultdict(lambda: collections.defaultdict(list))
        self.primitives = collections.defaultdict(list)
        self.skipped = []
        self.harness = 'uml'
        self.kernel = None
        self.pages = None
        self.sources = None
        self.count = 0
        read = {
            'time': self._read_time,
            'fill': self._read_fill,
            'ipis': self._read_ipis,
            'memory': self._read_memory,
            'latency': self._read_latency,
            'churn': self._read_churn,
            'count': self._read_count,
            'skip': self._read_skip,
            'primitive': self._read_primitive,
            'harness': self._read_harness,
            'kernel': self._read_kernel,
            'sources': self._read_sources,
            'pages': self._read_pages,
        }
        for line in lines:
            kind, *words = line.split() or ['']
            try:
                read[kind](*words)
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f'not a figure: {line.strip()}') from error
            self.count += 1
        for cell, rounds in self.churn.items():
            self.rounds[cell] = [median(parts) for parts in rounds]

    def _read_time(self, shape, entries, work, lane, threads, ops, ns, ps):
        cell = Cell(shape, int(entries), work, lane, int(threads))
        self.rounds[cell].append(int(ps) / 1000)
        self.means[cell].append(int(ns) / int(ops))

    def _read_fill(self, shape, entries, lane, hint, ns):
        self.rounds[Cell(shape, int(entries), FILLS[hint], lane, 1)].append(int(ns) / int(entries))

    def _read_ipis(self, shape, entries, lane, hint, count):
        self.ipis[Cell(shape, int(entries), FILLS[hint], lane, 1)].append(int(count))

    def _read_memory(self, shape, entries, lane, hint, average, full):
        self.memory[Growth(shape, int(entries), lane, hint)].append((float(average), float(full)))

    def _read_latency(self, shape, entries, lane, hint, *numbers):
        if len(numbers) != 10:
            raise ValueError('ten numbers')
        self.latency[Growth(shape, int(entries), lane, hint)].append([int(number) for number in numbers])

    def _read_churn(self, shape, entries, lane, _, parts, ops, ns, ps):
        cell = Cell(shape, int(entries), 'churn', lane, 1)
        if not self.churn[cell] or len(self.churn[cell][-1]) == int(parts):
            self.churn[cell].append([])
            self.means[cell].append(0)
        self.churn[cell][-1].append(int(ps) / 1000)
        self.means[cell][-1] += int(ns) / int(ops) / int(parts)

    def _read_count(self, shape, entries, work, lane, threads, event, milli):
        self.counts[Cell(shape, int(entries), work, lane, int(threads))][event].append(int(milli) / 1000)

    def _read_skip(self, shape, entries, lane, work, *reason):
        skip = Skip(shape, int(entries), lane, work, ' '.join(reason))
        if skip not in self.skipped:
            self.skipped.append(skip)

    def _read_primitive(self, name, ps):
        self.primitives[name].append(int(ps) / 1000)

    def _read_harness(self, name):
        if name not in HARNESSES:
            raise ValueError('no harness')
        self.harness = name

    def _read_kernel(self, release):
        self.kernel = release

    def _read_pages(self, kib):
        self.pages = int(kib)

    def _read_sources(self, digest):
        self.sources = digest

    def sizes(self):
        """Pairs of a shape and a number of entries."""
        return sorted({cell[:2] for cell in (*self.rounds, *self.memory, *self.latency)},
                      key=lambda size: (len(size[0]), size))

    def works(self, shape, entries):
        """Pairs of a work and a number of threads, in order."""
        pairs = {(cell.work, cell.threads) for cell in self.rounds if cell[:2] == (shape, entries)}
        return [(work, threads) for work in in_order((work for work, _ in pairs), WORKS)
                for threads in sorted(threads for name, threads in pairs if name == work)]

    def lanes(self, shape, entries):
        return in_order((cell.lane for cell in self.rounds if cell[:2] == (shape, entries)), LANES)

    def series(self, cell):
        return self.rounds.get(cell, [])

    def against(self, cell, lane):
        """The ratios of the cell to the one of the other lane; none if either was not measured."""
        return ratios(self.series(cell), self.series(cell._replace(lane=lane)))

    def times(self, cell, lane):
        return median(self.against(cell, lane))

    def measured(self, cell, lanes):
        """Those of the lanes that did the same work."""
        return [lane for lane in lanes if cell._replace(lane=lane) in self.rounds]

    def times_fastest(self, cell, lanes):
        """Against the fastest of several lanes: it is the one that the cell compares worst with. None if none ran."""
        found = [self.times(cell, lane) for lane in self.measured(cell, lanes)]
        return max(found) if found and None not in found else None

    def limit(self, cell):
        """The cell of one random line that belongs to this work: its own, or that of independent lookups."""
        own = cell._replace(lane='line')
        return own if own in self.rounds else own._replace(work='hit')

    def times_line(self, cell):
        return median(ratios(self.series(cell), self.series(self.limit(cell))))

    def reference(self, cell):
        """What the noise of a cell, and its way from one run to another, is measured by: a name, and its ratios.

        One random line where it is waited for: it is none of our code and none of a peer's. Many independent ones at a
        time take a few nanoseconds each, of which the guest's clock has too coarse steps; so for all other work it is
        the median of the peers in each round, which no single one of them moves far. Other limits, and what has no
        peers, have the line after all; the line itself, and a peer that is alone, only themselves.
        """
        peers = [] if cell.lane in LIMITS else self.measured(cell, peers_of(cell.lane))
        if peers not in ([], [cell.lane]) and cell.work not in WAITED:
            base = middle_of(self.series(cell._replace(lane=peer)) for peer in peers)
            return 'median of ' + ', '.join(peers), ratios(self.series(cell), base)
        if cell.lane != 'line' and self.measured(cell, ['line']):
            return 'line', self.against(cell, 'line')
        return None, self.series(cell)

    def spread(self, cell):
        return spread(self.reference(cell)[1])
