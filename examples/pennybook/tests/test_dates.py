import unittest
from datetime import date

from pennybook.dates import Period, add_months, occurrences, parse_date, parse_period


class Dates(unittest.TestCase):
    def test_parse(self):
        self.assertEqual(parse_date("2024-02-29"), date(2024, 2, 29))
        for text in ("2025-02-29", "2025-13-01", "25-01-01", "2025-1-1", "today"):
            with self.subTest(text), self.assertRaises(ValueError):
                parse_date(text)

    def test_add_months(self):
        self.assertEqual(add_months(date(2025, 1, 15), 1), date(2025, 2, 15))
        self.assertEqual(add_months(date(2025, 12, 15), 1), date(2026, 1, 15))
        self.assertEqual(add_months(date(2025, 1, 15), -1), date(2024, 12, 15))
        self.assertEqual(add_months(date(2024, 1, 31), 1), date(2024, 2, 29))
        self.assertEqual(add_months(date(2024, 2, 29), 12), date(2025, 2, 28))


class Periods(unittest.TestCase):
    def test_parse(self):
        self.assertEqual(parse_period("2025"), Period(date(2025, 1, 1), date(2026, 1, 1)))
        self.assertEqual(parse_period("2025-12"), Period(date(2025, 12, 1), date(2026, 1, 1)))
        self.assertEqual(parse_period("2025-q2"), Period(date(2025, 4, 1), date(2025, 7, 1)))
        for text in ("2025-13", "2025-00", "2025-Q5", "March", "2025-3"):
            with self.subTest(text), self.assertRaises(ValueError):
                parse_period(text)

    def test_first_and_last_day_belong_to_a_month(self):
        march = parse_period("2025-03")
        self.assertIn(date(2025, 3, 1), march)
        self.assertIn(date(2025, 3, 31), march)
        self.assertNotIn(date(2025, 2, 28), march)

    def test_the_first_of_the_next_month_does_not(self):
        self.assertNotIn(date(2025, 4, 1), parse_period("2025-03"))
        self.assertNotIn(date(2026, 1, 1), parse_period("2025"))

    def test_no_limits(self):
        self.assertIn(date(1900, 1, 1), Period())
        self.assertIn(date(2100, 1, 1), Period(start=date(2025, 1, 1)))
        self.assertIn(date(1900, 1, 1), Period(end=date(2025, 1, 1)))

    def test_before(self):
        earlier = parse_period("2025-03").before()
        self.assertIn(date(2025, 2, 28), earlier)
        self.assertNotIn(date(2025, 3, 2), earlier)
        self.assertNotIn(date(1900, 1, 1), Period().before())


class Occurrences(unittest.TestCase):
    def test_weekly(self):
        days = occurrences("weekly", date(2025, 3, 24), date(2025, 4, 7))
        self.assertEqual(days, [date(2025, 3, 24), date(2025, 3, 31), date(2025, 4, 7)])
        self.assertEqual(len(occurrences("fortnightly", date(2025, 1, 1), date(2025, 1, 31))), 3)

    def test_monthly(self):
        days = occurrences("monthly", date(2025, 1, 15), date(2025, 4, 14))
        self.assertEqual(days, [date(2025, 1, 15), date(2025, 2, 15), date(2025, 3, 15)])

    def test_quarterly_and_yearly(self):
        self.assertEqual(occurrences("quarterly", date(2025, 1, 1), date(2025, 12, 31))[-1], date(2025, 10, 1))
        self.assertEqual(len(occurrences("yearly", date(2020, 6, 1), date(2025, 6, 1))), 6)

    def test_the_last_of_the_month_stays_the_last(self):
        days = occurrences("monthly", date(2025, 1, 31), date(2025, 5, 31))
        self.assertEqual([day.day for day in days], [31, 28, 31, 30, 31])

    def test_a_leap_day_comes_back(self):
        days = occurrences("yearly", date(2024, 2, 29), date(2028, 12, 31))
        self.assertEqual(days[0], date(2024, 2, 29))
        self.assertEqual(days[1], date(2025, 2, 28))
        self.assertEqual(days[-1], date(2028, 2, 29))

    def test_none(self):
        self.assertEqual(occurrences("monthly", date(2025, 2, 1), date(2025, 1, 1)), [])
