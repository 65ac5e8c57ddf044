import unittest

from tables import size_words


class WordsTest(unittest.TestCase):
    def test_random_keys_need_no_words(self):
        self.assertEqual(size_words('8+8', 65536), '65,536 entries of 8 + 8 bytes')

    def test_patterns_are_told(self):
        self.assertEqual(size_words('8+8/sequential', 65536), '65,536 entries of 8 + 8 bytes, sequential keys')
        self.assertEqual(size_words('16+8/flow', 4096), '4,096 entries of 16 + 8 bytes, 5-tuples')

    def test_a_pattern_that_is_unknown_is_told_as_it_is(self):
        self.assertEqual(size_words('8+8/gray', 1), '1 entries of 8 + 8 bytes, gray keys')


if __name__ == '__main__':
    unittest.main()
