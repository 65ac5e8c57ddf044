import unittest

import ranks


class RoundsTest(unittest.TestCase):
    def test_five_and_five_are_enough_and_four_are_not(self):
        self.assertTrue(ranks.enough([1] * 5, [1] * 5))
        self.assertTrue(ranks.enough([1] * 4, [1] * 6))
        self.assertFalse(ranks.enough([1] * 4, [1] * 5))
        self.assertTrue(ranks.enough([1] * 3, [1] * 9))
        self.assertFalse(ranks.enough([1] * 3, [1] * 8))
        self.assertFalse(ranks.enough([1] * 2, [1] * 12))
        self.assertFalse(ranks.enough([], [1] * 99))

    @unittest.skipUnless(ranks.available(), 'this Python has no scipy')
    def test_the_least_chance_is_that_of_the_test(self):
        self.assertAlmostEqual(ranks.chance([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]), ranks.least(5, 5))


@unittest.skipUnless(ranks.available(), 'this Python has no scipy')
class ChanceTest(unittest.TestCase):
    def test_apart(self):
        self.assertLess(ranks.chance([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]), ranks.CHANCE)
        self.assertLess(ranks.chance([6, 7, 8, 9, 10], [1, 2, 3, 4, 5]), ranks.CHANCE)

    def test_one_round_between_the_others_is_too_much_for_five(self):
        self.assertGreater(ranks.chance([1, 2, 3, 4, 7], [5.5, 6, 8, 9, 10]), ranks.CHANCE)

    def test_one_round_that_is_off_is_not_for_eleven(self):
        rounds = list(range(10))
        self.assertLess(ranks.chance([*rounds, 99], [round + 10.5 for round in rounds] + [19.7]), ranks.CHANCE)

    def test_the_same(self):
        self.assertEqual(ranks.chance([1, 1, 1, 1, 1], [1, 1, 1, 1, 1]), 1)

    def test_equal_rounds_hide_no_difference(self):
        self.assertLess(ranks.chance([1, 1, 1, 1, 1], [2, 2, 2, 2, 2]), ranks.CHANCE)


if __name__ == '__main__':
    unittest.main()
