import unittest

from figures import Figures
from plots import over_size
from tables import Group, Table, size_words, text, times


class WordsTest(unittest.TestCase):
    def test_random_keys_need_no_words(self):
        self.assertEqual(size_words('8+8', 65536), '65,536 entries of 8 + 8 bytes')

    def test_patterns_are_told(self):
        self.assertEqual(size_words('8+8/sequential', 65536), '65,536 entries of 8 + 8 bytes, sequential keys')
        self.assertEqual(size_words('16+8/flow', 4096), '4,096 entries of 16 + 8 bytes, 5-tuples')

    def test_a_pattern_that_is_unknown_is_told_as_it_is(self):
        self.assertEqual(size_words('8+8/gray', 1), '1 entries of 8 + 8 bytes, gray keys')


class TimesTest(unittest.TestCase):
    def titles(self, *more):
        figures = Figures([f'time 8+8 1000 {work} {lane} 1 1 1 1000' for work in ('hit', 'update')
                           for lane in ('flatmap-typed', 'rhashtable')] + list(more))
        return [group.title for group in times(figures, '8+8', 1000).groups]

    def test_works_that_cannot_be_compared_are_marked(self):
        self.assertEqual(self.titles(), ['hit', 'update'])
        self.assertEqual(self.titles('primitive local_irq_save 3143000'), ['hit', 'update (not comparable)'])


class TextTest(unittest.TestCase):
    def test_words_begin_at_the_left_and_numbers_end_at_the_right(self):
        table = Table('title', ['a', 'b'], [Group('g', ('word', 'n'), {'a': ('even', '10'), 'b': ('ahead', '9')},
                                                  words=('word',))])
        self.assertEqual(list(text(table))[-2:], ['a  | even   10', 'b  | ahead   9'])


class PlotsTest(unittest.TestCase):
    def test_only_random_keys_are_drawn_over_size(self):
        figures = Figures(f'time {shape} {entries} hit flatmap 1 1 1 1000' for shape in ('8+8', '8+8/pid')
                          for entries in (1000, 2000))
        self.assertEqual([plot.title for plot in over_size(figures)], ['hit, 8+8'])


if __name__ == '__main__':
    unittest.main()
