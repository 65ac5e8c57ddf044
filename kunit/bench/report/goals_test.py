import unittest

import why
from figures import Figures
from goals import GOALS, LARGER, Bytes, Drift, Late, Scaling, Times, closing, outcomes, row
from lanes import LANES, WORKS


def time(work, lane, *rounds, threads=1):
    return [f'time 8+8 1000000 {work} {lane} {threads} 1 1 {ps}' for ps in rounds]


def outcome(goal, lines):
    return goal.outcome(Figures(lines))


class TimesTest(unittest.TestCase):
    goal = Times('hit', ('rhashtable', 'hlist+rcu'), 0.5)

    def lines(self, mine):
        return time('hit', 'flatmap-typed', mine) + time('hit', 'rhashtable', 2000) + time('hit', 'hlist+rcu', 4000)

    def test_the_fastest_decides(self):
        self.assertEqual(outcome(self.goal, self.lines(1000)).verdict, 'ok')
        self.assertEqual(outcome(self.goal, self.lines(1001)).verdict, 'falls short')

    def test_all_must_have_run(self):
        self.assertEqual(outcome(self.goal, self.lines(1)[:2]).verdict, 'not measured')
        self.assertEqual(outcome(self.goal, self.lines(1)[1:]).verdict, 'not measured')

    def test_some_count_only_if_they_ran(self):
        goal = Times('hit', ('rhashtable', 'hlist+rcu'), 0.5, may_lack=('bpf-rhash',))
        self.assertEqual(outcome(goal, self.lines(900)).verdict, 'ok')
        self.assertEqual(outcome(goal, self.lines(900) + time('hit', 'bpf-rhash', 1000)).verdict, 'falls short')

    def test_threads_are_told_apart(self):
        goal = Times('hit', ('rhashtable', 'hlist+rcu'), 0.5, threads=2)
        self.assertEqual(outcome(goal, self.lines(1)).verdict, 'not measured')

    def test_the_others_are_told_beside(self):
        beside = outcome(self.goal, self.lines(1) + time('hit', 'flatmap', 3000)).beside
        self.assertEqual(beside, {'untyped': 1.5, 'SipHash': None})


class DisputedTest(unittest.TestCase):
    goal = Times('hit', ('rhashtable', 'bpf-hash'), 0.5)

    def verdict(self, first, second):
        both = (Figures(time('hit', 'flatmap-typed', ps) + time('hit', 'rhashtable', 1000) + peer)
                for ps, peer in ((first, time('hit', 'bpf-hash', 1000)), (second, [])))
        figures, native = both
        outcome = self.goal.outcome(figures)
        outcome.natively = self.goal.natively(native)
        return outcome.verdict

    def test_both_must_say_so(self):
        self.assertEqual(self.verdict(400, 500), 'ok')
        self.assertEqual(self.verdict(600, 700), 'falls short')
        self.assertEqual(self.verdict(400, 700), 'disputed')
        self.assertEqual(self.verdict(700, 400), 'disputed')

    def test_all_goals_are_told_natively_where_they_can(self):
        figures = Figures(time('hit', 'flatmap-typed', 1000) + time('hit', 'rhashtable', 1000) +
                          time('hit', 'hlist+rcu', 1000))
        found = [outcome for outcome in outcomes(Figures([]), figures) if outcome.natively is not None]
        self.assertEqual([outcome.natively for outcome in found], [1])


class ComparableTest(unittest.TestCase):
    goal = Times('update', ('rhashtable',), 0.5)
    lines = [line for lane, ps in (('flatmap-typed', 1000), ('rhashtable', 9000), ('hlist+rcu', 9000))
             for line in time('update', lane, ps)]

    def test_a_peer_that_is_slowed_down_is_not_beaten(self):
        self.assertEqual(outcome(self.goal, self.lines).verdict, 'ok')
        found = outcome(self.goal, [*self.lines, 'primitive local_irq_save 3143000'])
        self.assertEqual((found.verdict, found.dear), ('not comparable', ('local_irq_save',)))
        self.assertIn('dear here: local_irq_save', row(found)[-1])

    def test_others_do_not_matter(self):
        self.assertEqual(outcome(self.goal, [*self.lines, 'primitive spin_lock 3143000']).verdict, 'ok')

    def test_those_that_may_lack_matter_if_they_ran(self):
        may = Times('update', ('rhashtable',), 0.5, may_lack=('bpf-hash',))
        lines = [*self.lines, 'primitive spin_lock_irqsave 3143000']
        self.assertEqual(outcome(may, lines).verdict, 'ok')
        self.assertEqual(outcome(may, lines + time('update', 'bpf-hash', 9000)).verdict, 'not comparable')

    def test_what_was_not_measured_stays_so(self):
        self.assertEqual(outcome(self.goal, ['primitive local_irq_save 3143000']).verdict, 'not measured')

    def test_growth_that_is_dear_is_late_for_no_fault_of_the_map(self):
        lines = [f'latency 8+8 4000000 flatmap {hint} 1 1 1 1 1 1 1 {p999} 1 0'
                 for hint, p999 in (('unhinted', 90000), ('hinted', 1000))]
        self.assertEqual(outcome(Late(4000000, 5), [*lines, 'primitive vmalloc_large 9600000']).verdict,
                         'not comparable')

    def test_they_are_counted(self):
        found = [outcome(self.goal, [*self.lines, 'primitive local_irq_save 3143000'])]
        self.assertEqual(closing(found), 'of 1 goals, most at 1,000,000 entries, 0 ok, 0 fall short, 1 not comparable')


class OtherGoalsTest(unittest.TestCase):
    def scaling(self, two, rounds, *more):
        lines = [line for lane, one, other in (('flatmap-typed', 1000, two), ('line', 100, 110))
                 for line in [*time('hot-hit', lane, *[one] * rounds),
                              *time('hot-hit', lane, *[other] * rounds, threads=2)]]
        return outcome(Scaling('hot-hit', 'line', 1.15, rounds=7), [*lines, *more])

    def test_scaling_is_beside_that_of_the_line(self):
        self.assertEqual(self.scaling(1260, 7).verdict, 'ok')
        self.assertEqual(self.scaling(1270, 7).verdict, 'falls short')

    def test_scaling_is_of_lookups_that_are_made_of_something(self):
        self.assertEqual(self.scaling(1260, 7, 'primitive rcu_read_lock 900000').verdict, 'not comparable')
        self.assertEqual(self.scaling(1260, 7, 'primitive cmpxchg 900000').verdict, 'ok')

    def test_scaling_takes_rounds(self):
        self.assertEqual(self.scaling(1, 6).verdict, 'not measured')

    def test_bytes_are_those_of_the_unhinted_map(self):
        lines = ['memory 8+8 1000000 flatmap hinted 70.00 70.00', 'memory 8+8 1000000 flatmap unhinted 64.00 90.00',
                 'memory 8+8 1000000 bpf-hash hinted 80.00 80.00']
        found = outcome(Bytes(64), lines)
        self.assertEqual((found.value, found.verdict, found.beside), (64, 'ok', {'rhashtable': None, 'bpf-hash': 80}))

    def test_drift_is_the_last_part_over_the_first(self):
        def churn(last):
            return [f'churn 8+8 1000000 flatmap {part} 3 1 1 {ps}' for part, ps in ((1, 100), (2, 900), (3, last))]

        self.assertEqual(outcome(Drift(1.1), churn(110)).verdict, 'ok')
        self.assertEqual(outcome(Drift(1.1), churn(111)).verdict, 'falls short')

    def test_late_inserts_are_beside_the_hinted_ones(self):
        def latency(hint, p999):
            return f'latency 8+8 4000000 flatmap {hint} 1 1 1 1 1 1 1 {p999} 1 0'

        def verdict(p999):
            return outcome(Late(4000000, 5), [latency('unhinted', p999), latency('hinted', 1000)]).verdict

        self.assertEqual((verdict(6000), verdict(6001)), ('ok', 'falls short'))
        self.assertEqual(outcome(Late(4000000, 5), [latency('hinted', 1000)]).verdict, 'not measured')

    def test_nothing_was_measured(self):
        found = outcomes(Figures([]))
        self.assertEqual({each.verdict for each in found}, {'not measured'})
        self.assertEqual(closing(found), f'of {len(GOALS)} goals, most at 1,000,000 entries, 0 ok, 0 fall short, {len(GOALS)} not measured')


class WhyTest(unittest.TestCase):
    def test_explanations_are_of_goals(self):
        self.assertLessEqual(set(why.read()), {goal.outcome(Figures([])).name for goal in (*GOALS, *LARGER)})

    def test_explanations_name_what_is_raced(self):
        for text in why.read().values():
            self.assertEqual(text.count('{'), len(why.FIGURE.findall(text)))
            for match in why.FIGURE.finditer(text):
                self.assertIn(match['work'], WORKS)
                self.assertIn(match['lane'], LANES)
                self.assertIn(match['other'] or match['lane'], LANES)

    def test_figures_are_filled_in(self):
        figures = Figures(time('hit', 'line', 1000) + time('hit', 'line-2', 2500) +
                          time('hit', 'line', 3000, threads=2))
        told = why.fill('{hit: line-2 / line}, {hit: line}, {hit, 2 threads: line}, {miss: flatmap}', figures)
        self.assertEqual(told, '2.50 x, 1.0 ns, 3.0 ns, (not measured)')


if __name__ == '__main__':
    unittest.main()
