"""Who races, in the order of the tables, and at what: the words that the guest uses, and what they mean."""

LANES = {
    'flatmap': 'flatmap, sizes known at run time, fast keyed hash',
    'flatmap-typed': 'flatmap, sizes known to the compiler (DEFINE_FLATMAP), fast keyed hash',
    'flatmap-batch': 'flatmap, 64 keys a call, fast keyed hash',
    'flatmap-siphash': 'flatmap with the default hash, SipHash',
    'flatmap-typed-siphash': 'flatmap-typed with the default hash',
    'flatmap-batch-siphash': 'flatmap-batch with the default hash',
    'flatmap-multimap': 'flatmap with several values to a key',
    'rhashtable': 'the kernel\'s resizable hash table: jhash with a seed, objects from a slab cache, freed by RCU; '
                  'it takes no hint of more than 65,535 entries',
    'rhltable': 'rhashtable with several objects to a key',
    'hlist+rcu': 'a table of fixed size: hlist, RCU and a lock for each bucket, jhash with a seed',
    'bpf-hash': 'BPF_MAP_TYPE_HASH, preallocated, called through its operations',
    'bpf-hash-noprealloc': 'BPF_MAP_TYPE_HASH with an allocation for each entry',
    'bpf-rhash': 'BPF_MAP_TYPE_RHASH, where the kernel has it',
    'xarray': 'xarray of pointers to objects, dense integer keys',
    'nothing': 'the clock alone, beside inserts that are timed one by one',
    'line': 'one random line of memory',
    'line-2': 'two random lines, the address of the second depends on the first',
    'line-ahead': 'one random line, fetched ahead',
    'line-2-ahead': 'two random lines, both addresses are known: fetched ahead, or where keys depend, both at once',
}

# What a race is against. The xarray's dense integers are not the keys of the others: it is shown, never judged against.
PEERS = ('rhashtable', 'hlist+rcu', 'bpf-hash', 'bpf-hash-noprealloc', 'bpf-rhash')
MULTIMAPS = ('flatmap-multimap', 'rhltable')

LIMITS = ('line', 'line-2', 'line-ahead', 'line-2-ahead')

WORKS = {
    'hit': 'look present keys up in random order, each independent of the others: throughput',
    'dependent-hit': 'the next key depends on the value just read: latency',
    'hot-hit': 'look the same 8 keys up',
    'miss': 'look absent keys up',
    'insert': 'fill an empty table that was not told how many entries will come',
    'insert-hinted': 'fill an empty table that was told',
    'update': 'give a key another value, by a copy: readers see the old value or the new one',
    'store': 'write to the value in its place, where a table allows that',
    'delete': 'delete half of the entries',
    'reinsert': 'insert them again',
    'mix-90-10': 'nine lookups and an update, on two threads',
    'mix-50-50': 'as many updates as lookups, on two threads',
    'iterate': 'visit all entries',
    'find-values': 'read all values of a key',
    'add-value': 'give a key one more value',
    'churn': 'delete an entry and insert another one, ten times as often as there are entries, at 75 % load',
}

# Keys that are not random: the word that follows the shape, what it is called and what it means.
PATTERNS = {
    'sequential': ('sequential keys', 'consecutive integers'),
    'pid': ('keys of process ids', '`pid << 32 | pid`, as BPF programs make them of threads and processes'),
    'pointer': ('keys that are pointers', 'addresses of objects that are aligned to 64 bytes'),
    'ipv4': ('IPv4 addresses', 'addresses of a few networks'),
    'flow': ('5-tuples', 'two addresses, two ports and a protocol'),
}

# Of the map itself, which typed calls share: judged by the lane of the untyped map. All else is judged by the typed
# one, as the peers' code is made for its users' types, too.
OF_THE_MAP = ('insert', 'insert-hinted', 'churn')

# Where an operation cannot begin before the one before it has ended.
WAITED = ('dependent-hit',)


def judged(work):
    """The lanes of flatmap that speak for it, the first one that ran."""
    return ('flatmap',) if work in OF_THE_MAP else ('flatmap-typed', 'flatmap', 'flatmap-multimap')


def peers_of(lane):
    return ('rhltable',) if lane in MULTIMAPS else PEERS


def in_order(names, order):
    """Those of these names, known ones first and as they are ordered there."""
    known = list(order)
    return sorted(set(names), key=lambda name: (known.index(name) if name in known else len(known), name))
