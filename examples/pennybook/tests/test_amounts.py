import unittest
from decimal import Decimal

from pennybook.amounts import Balance, format_amount, parse_amount, rounded, split_by_weight, split_evenly


def decimals(*texts):
    return [Decimal(text) for text in texts]


class ParseAmount(unittest.TestCase):
    def test_plain(self):
        self.assertEqual(parse_amount("12.50 EUR"), (Decimal("12.50"), "EUR"))
        self.assertEqual(parse_amount(" -3USD "), (Decimal("-3"), "USD"))
        self.assertEqual(parse_amount("+.5 BTC"), (Decimal("0.5"), "BTC"))

    def test_thousands(self):
        self.assertEqual(parse_amount("1,234,567.89 EUR")[0], Decimal("1234567.89"))

    def test_mistakes(self):
        for text in ("", "EUR", "12", "12 eur", "1.2.3 EUR", "12,34 EUR", "1,2345 EUR", "--1 EUR"):
            with self.subTest(text), self.assertRaises(ValueError):
                parse_amount(text)


class FormatAmount(unittest.TestCase):
    def test_places_and_groups(self):
        self.assertEqual(format_amount(Decimal("1234.5"), "EUR"), "1,234.50 EUR")
        self.assertEqual(format_amount(Decimal("-1234567"), "JPY", 0), "-1,234,567 JPY")
        self.assertEqual(format_amount(Decimal("0.12345678"), "BTC", 8), "0.12345678 BTC")

    def test_zero_has_no_sign(self):
        self.assertEqual(format_amount(Decimal("-0.001"), "EUR"), "0.00 EUR")

    def test_halves_go_to_the_even_neighbour(self):
        self.assertEqual(decimals("0.12", "0.14", "-0.12"), [rounded(n) for n in decimals("0.125", "0.135", "-0.125")])


class Split(unittest.TestCase):
    def test_even(self):
        self.assertEqual(split_evenly(Decimal("90.00"), 3), decimals("30", "30", "30"))
        self.assertEqual(split_evenly(Decimal("5"), 1), decimals("5"))

    def test_remainder_goes_to_the_first(self):
        self.assertEqual(split_evenly(Decimal("100.00"), 3), decimals("33.34", "33.33", "33.33"))
        self.assertEqual(split_evenly(Decimal("0.05"), 3), decimals("0.02", "0.02", "0.01"))
        self.assertEqual(split_evenly(Decimal("-100.00"), 3), decimals("-33.34", "-33.33", "-33.33"))

    def test_weights(self):
        self.assertEqual(split_by_weight(Decimal("100"), [1, 3]), decimals("25", "75"))
        self.assertEqual(split_by_weight(Decimal("10"), [0, 1]), decimals("0", "10"))

    def test_weights_give_the_remainder_to_those_who_lost_most(self):
        self.assertEqual(split_by_weight(Decimal("10.00"), [1, 1, 4]), decimals("1.67", "1.67", "6.66"))
        self.assertEqual(split_by_weight(Decimal("100"), [3, 3, 1], 0), decimals("43", "43", "14"))

    def test_parts_always_add_up(self):
        for total in decimals("0.01", "10.00", "99.99", "-7.77", "1234.56"):
            for weights in ([1, 1, 1], [1, 2, 3, 4], [7, 11, 13], [1] * 7):
                self.assertEqual(sum(split_by_weight(total, weights)), total, weights)

    def test_mistakes(self):
        for weights in ([], [0, 0], [1, -1, 3]):
            with self.subTest(weights), self.assertRaises(ValueError):
                split_by_weight(Decimal("1"), weights)
        with self.assertRaises(ValueError):
            split_evenly(Decimal("1.001"), 2)


class BalanceOfSeveralCommodities(unittest.TestCase):
    def test_adds_by_commodity(self):
        balance = Balance()
        balance.add(Decimal("2"), "EUR")
        balance.add(Decimal("3"), "USD")
        balance.add(Decimal("0.5"), "EUR")
        self.assertEqual(balance.items(), [("EUR", Decimal("2.5")), ("USD", Decimal("3"))])
        self.assertEqual(balance.get("GBP"), 0)

    def test_zeros_do_not_show(self):
        balance = Balance({"EUR": Decimal("1")})
        balance.add(Decimal("-1"), "EUR")
        self.assertTrue(balance.is_zero())
        self.assertEqual(balance, Balance())

    def test_a_copy_is_independent(self):
        balance = Balance({"EUR": Decimal("1")})
        copy = balance.copy()
        copy.add(Decimal("1"), "EUR")
        self.assertEqual(balance.get("EUR"), 1)
        self.assertNotEqual(balance, copy)
