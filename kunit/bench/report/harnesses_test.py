import unittest

import harnesses
import why
from figures import Figures
from lanes import WORKS


def figures(harness, *, mine, peer='rhashtable', theirs=1000, work='update', lane='flatmap-typed', more=()):
    return Figures([f'harness {harness}', *(f'time 8+8 4096 {work} {who} 1 1 1 {ps}'
                                            for who, ps in ((lane, mine), (peer, theirs))), *more])


def found(mine_uml, mine_native, **more):
    return harnesses.disagreements(figures('uml', mine=mine_uml, **more), figures('native', mine=mine_native, **more))


class DisagreementsTest(unittest.TestCase):
    def test_more_than_a_quarter_is_told_either_way(self):
        self.assertEqual(found(1250, 1000), [])
        self.assertEqual(found(1000, 1250), [])
        for pair in ((1260, 1000), (1000, 1260)):
            (told,) = found(*pair)
            self.assertAlmostEqual(told.apart, 1.26)
            self.assertEqual((told.first, told.second), (pair[0] / 1000, pair[1] / 1000))

    def test_it_is_about_ratios_and_not_about_time(self):
        slow = figures('uml', mine=9000, theirs=9000)
        self.assertEqual(harnesses.disagreements(slow, figures('native', mine=1000)), [])

    def test_both_peers_are_looked_at(self):
        self.assertEqual([each.peer for each in found(3000, 1000, peer='hlist+rcu')], ['hlist+rcu'])

    def test_other_peers_are_not_in_both(self):
        self.assertEqual(found(3000, 1000, peer='bpf-hash'), [])

    def test_what_one_of_them_lacks_is_no_disagreement(self):
        self.assertEqual(harnesses.disagreements(figures('uml', mine=9000), Figures([])), [])
        self.assertEqual(harnesses.disagreements(figures('uml', mine=9000), figures('native', mine=1, work='hit')), [])

    def test_fills_are_those_of_the_map(self):
        self.assertEqual([each.cell.lane for each in found(3000, 1000, work='insert', lane='flatmap')], ['flatmap'])


class ReasonTest(unittest.TestCase):
    def reason(self, texts, more=()):
        (told,) = found(3000, 1000, more=more)
        return told.reason(texts)

    def test_without_one_that_is_said(self):
        self.assertEqual(self.reason({}), 'no reason is known yet')

    def test_one_for_the_size_goes_before_one_for_all(self):
        all_sizes = {'update / rhashtable, lower natively': 'in general'}
        here = {'update / rhashtable, lower natively: 4,096 entries of 8 + 8 bytes': 'here'}
        self.assertEqual(self.reason(all_sizes), 'in general')
        self.assertEqual(self.reason(all_sizes | here), 'here')

    def test_one_explains_no_more_than_its_direction(self):
        self.assertEqual(self.reason({'update / rhashtable, higher natively': 'wrong'}), 'no reason is known yet')
        (told,) = found(1000, 3000)
        self.assertEqual(told.reason({'update / rhashtable, higher natively': 'right'}), 'right')

    def test_one_of_a_size_may_explain_both(self):
        self.assertEqual(self.reason({'update / rhashtable: 4,096 entries of 8 + 8 bytes': 'noise'}), 'noise')

    def test_what_cannot_be_compared_needs_no_other(self):
        self.assertIn('local_irq_save', self.reason({}, more=['primitive local_irq_save 3143000']))

    def test_reasons_are_of_rows_that_can_differ(self):
        for name in why.read(harnesses.TEXTS):
            work, _, peer = name.partition(' / ')
            self.assertIn(work.removesuffix(', 2 threads'), WORKS)
            peer, _, direction = peer.partition(':')[0].partition(', ')
            self.assertIn(peer, harnesses.PEERS)
            self.assertIn(direction, ('higher natively', 'lower natively', *([''] if ':' in name else [])))


class TableTest(unittest.TestCase):
    def test_a_row_says_all(self):
        told = harnesses.table(found(3000, 1000, work='iterate'))
        self.assertEqual(told.groups[0].cells, {
            'iterate / rhashtable: 4,096 entries of 8 + 8 bytes': ('3.00', '1.00', '3.00', 'no reason is known yet'),
        })


if __name__ == '__main__':
    unittest.main()
