#!/usr/bin/env python3
"""compare.py OUI_CSV CHANGES_TSV PACKETS_TSV DIR: did the dumps in DIR come out right?

What has to be in them is worked out here from the registry, the changes and the packets, without any of flatmap's code.
"""
import csv
import json
import sys


def read_csv(path):
    with open(path, newline='', encoding='utf-8') as lines:
        return list(csv.DictReader(lines, strict=True))


def expected(registry, changes):
    entries = {row['Assignment'].lower(): row['Organization Name'] for row in read_csv(registry)}
    with open(changes, encoding='utf-8') as lines:
        for line in lines:
            change, key, *value = line.rstrip('\n').split('\t')
            if change == 'del':
                del entries[key.lower()]
            else:
                entries[key.lower()] = value[0]
    return entries


def sums(packets):
    entries = {}
    with open(packets, encoding='utf-8') as lines:
        for line in lines:
            address, size = line.split('\t')
            octets, count = entries.get(address, (0, 0))
            entries[address] = (octets + int(size), count + 1)
    return entries


def compare(name, dumped, entries, value=lambda row: row['value']):
    """Entry by entry; returns how many differ."""
    found = {row['key']: value(row) for row in dumped}
    wrong = [key for key in entries.keys() | found.keys() if entries.get(key) != found.get(key)]
    for key in sorted(wrong)[:10]:
        print(f'{name}: {key}: expected {entries.get(key)!r}, found {found.get(key)!r}')
    repeated = len(dumped) - len(found)
    if repeated:
        print(f'{name}: {repeated} entries are there more than once')
    print(f'{name}: {len(dumped)} entries, {len(entries)} expected, {len(wrong)} differ')
    return len(wrong) + repeated


def main(registry, changes, packets, directory):
    entries = expected(registry, changes)
    wrong = compare('dump.csv', read_csv(f'{directory}/dump.csv'), entries)
    with open(f'{directory}/dump.json', encoding='utf-8') as dump:
        wrong += compare('dump.json', json.load(dump), entries)
    wrong += compare('flows.csv', read_csv(f'{directory}/flows.csv'), sums(packets),
                     lambda row: (int(row['bytes']), int(row['packets'])))
    with open(f'{directory}/stats.json', encoding='utf-8') as stats:
        counted = json.load(stats)['entries']
    if counted != len(entries):
        print(f'stats.json: {counted} entries, {len(entries)} expected')
        wrong += 1
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
