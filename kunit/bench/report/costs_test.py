import unittest

import costs
from figures import Figures


def measured(**picoseconds):
    return Figures(f'primitive {name} {ps}' for name, ps in picoseconds.items())


class TableTest(unittest.TestCase):
    def cells(self, figures, name):
        return costs.table(figures).groups[0].cells[name]

    def test_here_and_there(self):
        self.assertEqual(self.cells(measured(spin_lock_irqsave=3318000), 'spin_lock_irqsave'),
                         ('3,318', '15.6', '212.6', 'dear'))
        self.assertEqual(self.cells(measured(spin_lock_irqsave=15607), 'spin_lock_irqsave'),
                         ('15.6', '15.6', '1.00', ''))

    def test_what_is_cheap_is_marked(self):
        self.assertEqual(self.cells(measured(spin_lock_irqsave=5100), 'spin_lock_irqsave')[-1], 'cheap')
        self.assertEqual(self.cells(measured(spin_lock_irqsave=5300), 'spin_lock_irqsave')[-1], '')

    def test_what_is_not_known_is_told(self):
        self.assertEqual(self.cells(Figures([]), 'ipi'), ('', '1,733', '', ''))
        self.assertEqual(self.cells(measured(queue_work=100000), 'queue_work'), ('100.0', 'none published', '', ''))
        self.assertEqual(self.cells(measured(getcpu=1000), 'getcpu'), ('1.0', 'none published', '', ''))

    def test_notes(self):
        self.assertIn('2 MiB', costs.note(Figures(['pages 2048', 'primitive ipi 1'])))
        self.assertIn('4 KiB', costs.note(Figures(['pages 4', 'primitive ipi 1'])))
        self.assertIn('not known', costs.note(Figures([])))
        self.assertEqual(costs.note(measured(ipi=1)), '')


if __name__ == '__main__':
    unittest.main()
