import unittest

import counters
from figures import Figures


class CountersTest(unittest.TestCase):
    def test_the_median_of_an_operation(self):
        figures = Figures(f'count 8+8 4096 hit flatmap 1 {event} {milli}'
                          for event, milli in (('cache-misses', 1500), ('instructions', 100000),
                                               ('instructions', 300000), ('instructions', 900000)))
        (table,) = counters.every(figures)
        self.assertEqual(table.rows, ['flatmap'])
        self.assertEqual(table.groups[0].columns, ('instructions', 'cache-misses'))
        self.assertEqual(table.groups[0].cells, {'flatmap': ['300', '1.50']})

    def test_what_one_lane_lacks_is_empty(self):
        figures = Figures(f'count 8+8 4096 hit {lane} 1 {event} 1000'
                          for lane, event in (('flatmap', 'cycles'), ('rhashtable', 'cache-misses')))
        (table,) = counters.every(figures)
        self.assertEqual(table.groups[0].cells, {'flatmap': ['1.00', ''], 'rhashtable': ['', '1.00']})

    def test_sizes_have_tables(self):
        figures = Figures(f'count 8+8 {entries} hit flatmap 1 cycles 1000' for entries in (4096, 65536))
        self.assertEqual([table.title.partition(':')[0] for table in counters.every(figures)],
                         ['4,096 entries of 8 + 8 bytes', '65,536 entries of 8 + 8 bytes'])
        self.assertEqual(counters.every(Figures([])), [])


if __name__ == '__main__':
    unittest.main()
