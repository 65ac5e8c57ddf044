import unittest

from series import middle_of, ratios, spread


class SeriesTest(unittest.TestCase):
    def test_ratios_are_taken_within_rounds(self):
        # A round in which everything took ten times as long changes nothing.
        self.assertEqual(ratios([2, 20, 2], [1, 10, 1]), [2, 2, 2])

    def test_ratios_need_both(self):
        self.assertEqual(ratios([2, 4], [1]), [2])
        self.assertEqual(ratios([], [1]), [])

    def test_spread_is_between_the_quartiles(self):
        self.assertAlmostEqual(spread([1, 2, 3, 4, 5]), 2 / 3)

    def test_spread_ignores_a_round_that_is_off(self):
        self.assertEqual(spread([1, 1, 1, 1, 100]), 0)

    def test_spread_of_two_is_between_them(self):
        self.assertAlmostEqual(spread([3, 1]), 1)

    def test_spread_of_one_is_unknown(self):
        self.assertIsNone(spread([1]))

    def test_middle_is_of_each_round(self):
        self.assertEqual(middle_of([[1, 30], [2, 20], [3, 10]]), [2, 20])


if __name__ == '__main__':
    unittest.main()
