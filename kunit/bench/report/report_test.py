import contextlib
import io
import json
import os
import re
import tempfile
import unittest
from unittest import mock

import baseline
import draw
import harnesses
import primitives
import report

UML = {'flatmap': 1000, 'flatmap-typed': 900, 'rhashtable': 1800, 'hlist+rcu': 1500, 'bpf-hash': 2000,
       'bpf-hash-noprealloc': 2500, 'line': 300}
NATIVE = {'flatmap': 1000, 'flatmap-typed': 900, 'rhashtable': 1700, 'hlist+rcu': 1000, 'line': 300}


def race(harness, lanes, shapes=('8+8',), sizes=(4096, 1000000)):
    yield f'harness {harness}'
    for shape in shapes:
        for entries in sizes:
            for work in ('hit', 'update'):
                for lane, ps in lanes.items():
                    yield from [f'time {shape} {entries} {work} {lane} 1 1 1 {ps}'] * 3


def boot(**times):
    """As many times as dear as on bare metal: once, of those that are not named."""
    for name, primitive in primitives.primitives().items():
        if primitive.published:
            yield f'primitive {name} {round(1000 * primitive.published * times.get(name, 1))}'


class Case(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name
        self.errors = io.StringIO()
        # Plots have tests of their own: reports do without gnuplot, too.
        patched = mock.patch.object(draw, 'available', return_value=False)
        patched.start()
        self.addCleanup(patched.stop)

    def path(self, name):
        return os.path.join(self.scratch, name)

    def write(self, name, lines):
        with open(self.path(name), 'w', encoding='utf-8') as out:
            out.write(''.join(f'{line}\n' for line in lines))
        return self.path(name)

    def read(self, name):
        with open(self.path(name), encoding='utf-8') as file:
            return file.read()

    def report(self, lines, native=None):
        """What is printed, the page and the JSON."""
        more = ['--native', self.write('native', native)] if native else []
        words = [self.write('figures', lines), self.path('json'), self.path('html'), *more]
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(self.errors):
            report.main(words)
        return out.getvalue(), self.read('html'), json.loads(self.read('json'))

    def refused(self, lines, native=None):
        with self.assertRaises(SystemExit) as raised:
            self.report(lines, native)
        return f'{raised.exception.code} {self.errors.getvalue()}'


class KernelTest(Case):
    lines = [*race('uml', UML), *boot(), 'kernel 7.3.4', 'pages 2048']

    def test_primitives_come_first_and_then_who_wins(self):
        told, _, _ = self.report(self.lines)
        places = [told.index(words) for words in ('The kernel\'s primitives', 'Who wins', '4,096 entries of', 'goal  ')]
        self.assertEqual(places, sorted(places))
        self.assertIn('flatmap 1.7x faster than hlist+rcu', told)

    def test_the_page_begins_with_who_wins(self):
        _, page, _ = self.report(self.lines)
        self.assertLess(page.index('flatmap 1.7x faster than hlist+rcu'), page.index('<h2>'))
        self.assertRegex(page, r'class="words group ahead">flatmap 1.7x faster')
        self.assertIn('below 1 flatmap is ahead', page)

    def test_nothing_is_judged_by_what_is_dear(self):
        told, page, run = self.report([*race('uml', UML), *boot(local_irq_save=300)])
        self.assertIn('not comparable: local_irq_save', told)
        self.assertIn('class="words group not-comparable"', page)
        verdicts = {standing['work']: standing['verdict'] for standing in run['standings']}
        self.assertEqual(verdicts, {'hit': 'ahead', 'update': 'not comparable'})

    def test_every_source_is_on_the_page(self):
        _, page, _ = self.report(self.lines)
        for name in primitives.sources():
            self.assertIn(f'<dt>{name}</dt>', page)

    def test_the_machine_says_what_memory_is_mapped_with(self):
        self.assertIn('User Mode Linux 7.3.4, its memory in pages of 2 MiB', self.report(self.lines)[1])

    def test_keys_with_a_pattern_have_a_table(self):
        told, page, _ = self.report([*self.lines, *race('uml', UML, ['8+8/sequential'], [4096])])
        for text in (told, page):
            self.assertIn('4,096 entries of 8 + 8 bytes, sequential keys', text)
            self.assertIn('8 + 8 bytes, sequential keys: hit', text)
        self.assertIn('consecutive integers', page)

    def test_a_baseline_can_be_made_of_it(self):
        cells = baseline.summary(self.report(self.lines)[2])['cells']
        self.assertEqual(cells['8+8 4096 update 1 flatmap-typed'],
                         [0.9, [0.474] * 3, 'median of rhashtable, hlist+rcu, bpf-hash, bpf-hash-noprealloc'])

    def test_the_page_is_whole(self):
        _, page, _ = self.report(self.lines)
        self.assertIsNone(re.search(r'\$[a-z]', page))
        for tag in ('table', 'details', 'dl', 'div', 'ul', 'span'):
            self.assertEqual(len(re.findall(f'<{tag}[ >]', page)), page.count(f'</{tag}>'), tag)

    def test_nothing_to_report(self):
        self.assertIn('no figures', self.refused(['kernel 7.3.4']))
        self.assertIn('not a figure', self.refused(['time flies']))


class TwoHarnessesTest(Case):
    uml = [*race('uml', UML), *boot()]
    native = list(race('native', NATIVE, sizes=(4096,))) + ['count 8+8 4096 hit flatmap 1 cycles 250000']

    def test_they_stand_beside_each_other(self):
        told, page, _ = self.report(self.uml, self.native)
        self.assertRegex(told, r'hit +\| flatmap 1.11x to 1.7x faster than hlist\+rcu  0\.60    0\.90  !')
        self.assertIn('<td class="">0.90</td><td class="words">!</td>', page)
        self.assertIn('! marks where they differ', page)

    def test_what_disagrees_is_listed_with_a_place_for_the_reason(self):
        told, page, run = self.report(self.uml, self.native)
        for text in (told, page):
            self.assertIn('hit / hlist+rcu: 4,096 entries of 8 + 8 bytes', text)
            self.assertIn('no reason is known yet', text)
            self.assertNotIn('hit / rhashtable: 4,096', text)
        self.assertEqual({(each['work'], each['peer'], each['uml'], each['native']) for each in run['disagreements']},
                         {('hit', 'hlist+rcu', 0.6, 0.9), ('update', 'hlist+rcu', 0.6, 0.9)})

    def test_a_reason_that_is_known_is_on_the_page(self):
        with mock.patch.object(harnesses, 'reasons', return_value={'hit / hlist+rcu, higher natively': 'it is `malloc()`'}):
            told, page, _ = self.report(self.uml, self.native)
        self.assertIn('told on the page', told)
        self.assertIn('<dd>it is <code>malloc()</code></dd>', page)
        self.assertIn('no reason is known yet', page)

    def test_counters_are_told(self):
        told, page, run = self.report(self.uml, self.native)
        self.assertIn('events of an operation', told)
        self.assertIn('events of an operation', page)
        self.assertEqual(run['native']['counts'][0]['rounds'], {'cycles': [250]})

    def test_they_are_not_mixed_up(self):
        self.assertIn('--native takes', self.refused(self.native, self.uml))
        self.assertIn('--native takes', self.refused(self.uml, self.uml))


class NativeTest(Case):
    def test_it_is_reported_on_alone(self):
        told, page, run = self.report(race('native', NATIVE))
        self.assertNotIn('primitives', told)
        self.assertNotIn('goals', told)
        self.assertIn('Who wins', told)
        self.assertIn('<h1>flatmap: the drag race, natively</h1>', page)
        self.assertEqual((run['goals'], run['native']), ([], None))
        self.assertEqual(run['machine']['harness'], 'native')


if __name__ == '__main__':
    unittest.main()
