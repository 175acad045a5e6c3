import unittest
from decimal import Decimal

from pennybook.dates import parse_period
from pennybook.model import is_within, shortened
from pennybook.parser import parse_book
from pennybook.query import Query
from pennybook.reports import balances, budget, grand_total, overdrawn, register

BOOK = parse_book(
    """
account Expenses:Food
  budget 250.00 EUR
account Expenses:Fun
  budget 40.00 EUR
account Assets:Bank
  limit 0 EUR

2025-02-01 * Employer | salary
  Assets:Bank          2000.00 EUR
  Income:Salary

2025-02-10 * Market #weekly
  Expenses:Food         120.00 EUR
  Assets:Bank

2025-03-01 * Employer | salary
  Assets:Bank          2000.00 EUR
  Income:Salary

2025-03-05 Market #weekly
  Expenses:Food:Fruit    60.50 EUR
  Assets:Bank

2025-03-31 Diner #treat
  Expenses:Food:Out      89.50 EUR
  Expenses:Fun           45.00 EUR
  Assets:Bank

2025-04-04 * Market #weekly
  Expenses:Food         100.00 EUR
  Assets:Bank

2025-04-02 Exchange
  Assets:Cash            50.00 USD
  Assets:Bank           -46.00 EUR
  Equity:Exchange       -50.00 USD
  Equity:Exchange        46.00 EUR

2025-04-03 Kiosk
  Expenses:Food          12.00 USD
  Assets:Cash
"""
)


def totals(query=None, depth=None):
    return {name: {c: str(n) for c, n in balance.items()} for name, balance in balances(BOOK, query, depth)}


class Accounts(unittest.TestCase):
    def test_within(self):
        self.assertTrue(is_within("Assets:Bank", "Assets:Bank"))
        self.assertTrue(is_within("Assets:Bank:Joint", "Assets:Bank"))
        self.assertTrue(is_within("Assets:Bank:Joint", "Assets"))
        self.assertFalse(is_within("Assets", "Assets:Bank"))
        self.assertFalse(is_within("Expenses:Food", "Assets"))

    def test_a_common_beginning_is_not_enough(self):
        self.assertFalse(is_within("Assets:Banking", "Assets:Bank"))

    def test_shortened(self):
        self.assertEqual(shortened("Assets:Bank:Joint", 2), "Assets:Bank")
        self.assertEqual(shortened("Assets", 2), "Assets")
        self.assertEqual(shortened("Assets:Bank:Joint", None), "Assets:Bank:Joint")


class Balances(unittest.TestCase):
    def test_by_account(self):
        found = totals()
        self.assertEqual(found["Expenses:Food"], {"EUR": "220.00", "USD": "12.00"})
        self.assertEqual(found["Expenses:Food:Fruit"], {"EUR": "60.50"})
        self.assertEqual(found["Assets:Cash"], {"USD": "38.00"})

    def test_by_depth(self):
        self.assertEqual(totals(depth=2)["Expenses:Food"], {"EUR": "370.00", "USD": "12.00"})
        self.assertEqual(sorted(totals(depth=1)), ["Assets", "Equity", "Expenses", "Income"])

    def test_all_adds_up_to_nothing(self):
        self.assertTrue(grand_total(balances(BOOK)).is_zero())

    def test_of_a_month(self):
        found = totals(Query(["Expenses"], parse_period("2025-03")))
        self.assertEqual(found, {
            "Expenses:Food:Fruit": {"EUR": "60.50"}, "Expenses:Food:Out": {"EUR": "89.50"}, "Expenses:Fun": {"EUR": "45.00"},
        })

    def test_a_month_ends_with_its_last_day(self):
        found = totals(Query(["Income"], parse_period("2025-02")))
        self.assertEqual(found, {"Income:Salary": {"EUR": "-2000.00"}})

    def test_by_tag_payee_and_mark(self):
        self.assertEqual(sorted(totals(Query(["Expenses"], tag="treat"))), ["Expenses:Food:Out", "Expenses:Fun"])
        self.assertEqual(totals(Query(["Income"], payee="EMPLOY")), {"Income:Salary": {"EUR": "-4000.00"}})
        self.assertEqual(totals(Query(["Expenses"], cleared_only=True)), {"Expenses:Food": {"EUR": "220.00"}})

    def test_several_accounts(self):
        self.assertEqual(sorted(totals(Query(["Expenses:Fun", "Income"]))), ["Expenses:Fun", "Income:Salary"])

    def test_of_accounts_that_begin_alike(self):
        book = parse_book("2025-01-01 Move\n  Assets:Bank  5 EUR\n  Assets:Banknotes  -5 EUR")
        self.assertEqual([name for name, _ in balances(book, Query(["Assets:Bank"]))], ["Assets:Bank"])


class Register(unittest.TestCase):
    def test_running_balance(self):
        _, rows = register(BOOK, Query(["Assets:Bank"]))
        self.assertEqual([str(row.running.get("EUR")) for row in rows[:3]], ["2000.00", "1880.00", "3880.00"])

    def test_a_month_goes_on_from_what_was_before(self):
        _, rows = register(BOOK, Query(["Assets:Bank"], parse_period("2025-03")))
        self.assertEqual([str(row.running.get("EUR")) for row in rows], ["3880.00", "3819.50", "3685.00"])

    def test_the_opening_balance_is_that_before_the_first_row(self):
        opening, _ = register(BOOK, Query(["Assets:Bank"], parse_period("2025-03")))
        self.assertEqual(opening.get("EUR"), Decimal("1880.00"))

    def test_without_a_period_nothing_was_before(self):
        opening, _ = register(BOOK, Query(["Income:Salary"]))
        self.assertTrue(opening.is_zero())

    def test_an_empty_period(self):
        opening, rows = register(BOOK, Query(["Assets:Bank"], parse_period("2024")))
        self.assertTrue(opening.is_zero())
        self.assertEqual(rows, [])


class Budget(unittest.TestCase):
    def row(self, month, account):
        return next(row for row in budget(BOOK, parse_period(month)) if row.account == account)

    def test_spending_below_an_account_counts(self):
        row = self.row("2025-03", "Expenses:Food")
        self.assertEqual((str(row.spent), str(row.left), row.percent), ("150.00", "100.00", 60))

    def test_overspent(self):
        row = self.row("2025-03", "Expenses:Fun")
        self.assertEqual((str(row.left), row.percent), ("-5.00", 112))

    def test_other_currencies_do_not_count(self):
        self.assertEqual(str(self.row("2025-04", "Expenses:Food").spent), "100.00")

    def test_nothing_spent(self):
        row = self.row("2025-02", "Expenses:Fun")
        self.assertEqual((row.spent, row.left, row.percent), (0, Decimal("40.00"), 0))

    def test_nothing_planned(self):
        book = parse_book("account Expenses:Fun\n  budget 0 EUR")
        self.assertIsNone(budget(book, parse_period("2025"))[0].percent)


class Overdrawn(unittest.TestCase):
    HEAD = "account Assets:Bank\n  limit -100 EUR\n"

    def test_never(self):
        self.assertEqual(overdrawn(BOOK), [])

    def test_the_first_day(self):
        book = parse_book(
            self.HEAD
            + "2025-01-02 A\n  Expenses:Food  100 EUR\n  Assets:Bank\n"
            + "2025-01-03 B\n  Expenses:Food  0.01 EUR\n  Assets:Bank:Joint\n"
            + "2025-01-04 C\n  Expenses:Food  5 EUR\n  Assets:Bank\n"
        )
        ((account, day, balance),) = overdrawn(book)
        self.assertEqual((account, day.day, str(balance)), ("Assets:Bank", 3, "-100.01"))

    def test_what_is_evened_out_on_the_same_day(self):
        book = parse_book(
            self.HEAD
            + "2025-01-02 A\n  Expenses:Food  500 EUR\n  Assets:Bank\n"
            + "2025-01-02 B\n  Assets:Bank  500 EUR\n  Income:Salary\n"
        )
        self.assertEqual(overdrawn(book), [])
