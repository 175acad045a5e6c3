import unittest
from datetime import date
from decimal import Decimal

from pennybook.errors import BookError, SyntaxMistake, Unbalanced
from pennybook.parser import parse_book


def book(*lines):
    return parse_book("\n".join(lines))


def postings(transaction):
    return [(p.account, str(p.number), p.commodity) for p in transaction.postings]


class Transactions(unittest.TestCase):
    def test_everything(self):
        (transaction,) = book(
            "2025-03-01 * Landlord | rent for March  #home #fixed ; a comment",
            "  Expenses:Home:Rent   950.00 EUR",
            "  Assets:Bank   -950.00 EUR",
        ).transactions
        self.assertEqual(transaction.date, date(2025, 3, 1))
        self.assertEqual((transaction.payee, transaction.note), ("Landlord", "rent for March"))
        self.assertTrue(transaction.cleared)
        self.assertEqual(transaction.tags, {"home", "fixed"})
        self.assertEqual(postings(transaction)[1], ("Assets:Bank", "-950.00", "EUR"))

    def test_defaults(self):
        (transaction,) = book("2025-03-01 Shop", "  Expenses:Food  3 EUR", "  Assets:Cash").transactions
        self.assertEqual((transaction.payee, transaction.note), ("Shop", ""))
        self.assertFalse(transaction.cleared)
        self.assertEqual(transaction.tags, frozenset())

    def test_a_missing_amount_is_inferred(self):
        (transaction,) = book("2025-03-01 Shop", "  Expenses:Food  3.20 EUR", "  Expenses:Home  1 EUR", "  Assets:Cash").transactions
        self.assertEqual(postings(transaction)[-1], ("Assets:Cash", "-4.20", "EUR"))

    def test_a_missing_amount_in_two_commodities(self):
        (transaction,) = book("2025-03-01 Bank", "  Assets:Cash  30 USD", "  Expenses:Fees  2 EUR", "  Assets:Bank").transactions
        self.assertEqual(postings(transaction)[2:], [("Assets:Bank", "-2", "EUR"), ("Assets:Bank", "-30", "USD")])

    def test_transactions_are_put_in_order(self):
        dates = [t.date.day for t in book(
            "2025-03-09 B", "  Assets:A  1 EUR", "  Assets:B", "",
            "2025-03-01 A", "  Assets:A  1 EUR", "  Assets:B",
        ).transactions]
        self.assertEqual(dates, [1, 9])

    def test_unbalanced(self):
        with self.assertRaises(Unbalanced) as caught:
            book("", "2025-03-01 Shop", "  Expenses:Food  3 EUR", "  Assets:Cash  -2.50 EUR")
        self.assertEqual(str(caught.exception), "line 2: the postings are off by 0.50 EUR")
        with self.assertRaises(Unbalanced):
            book("2025-03-01 Shop", "  Expenses:Food  3 EUR", "  Assets:Cash", "  Assets:Bank")


class Split(unittest.TestCase):
    def test_even(self):
        (transaction,) = book("2025-03-01 Dinner", "  split Assets:Ann Assets:Ben  50.00 EUR", "  Assets:Cash").transactions
        self.assertEqual([str(p.number) for p in transaction.postings], ["25.00", "25.00", "-50.00"])

    def test_uneven(self):
        (transaction,) = book(
            "2025-03-01 Dinner",
            "  split Assets:Ann Assets:Ben Expenses:Food  50.00 EUR",
            "  Assets:Cash  -50.00 EUR",
        ).transactions
        self.assertEqual([str(p.number) for p in transaction.postings][:3], ["16.67", "16.67", "16.66"])

    def test_uneven_without_cents(self):
        (transaction,) = book(
            "commodity JPY 0", "2025-03-01 Dinner", "  split Assets:Ann Assets:Ben  1001 JPY", "  Assets:Cash  -1001 JPY"
        ).transactions
        self.assertEqual([int(p.number) for p in transaction.postings], [501, 500, -1001])


class Repetitions(unittest.TestCase):
    def test_expanded(self):
        result = book("repeat monthly from 2025-01-10 to 2025-03-31", "  Gym | membership #sport", "  Expenses:Health  29.90 EUR", "  Assets:Bank")
        self.assertEqual([t.date.month for t in result.transactions], [1, 2, 3])
        self.assertEqual({t.payee for t in result.transactions}, {"Gym"})
        self.assertEqual(result.transactions[2].tags, {"sport"})
        self.assertEqual(postings(result.transactions[2])[1], ("Assets:Bank", "-29.90", "EUR"))

    def test_mistakes(self):
        for head in ("repeat daily from 2025-01-10 to 2025-03-31", "repeat monthly from 2025-01-10", "repeat monthly from x to y"):
            with self.subTest(head), self.assertRaises(SyntaxMistake):
                book(head, "  Gym", "  Expenses:Health  29.90 EUR", "  Assets:Bank")


class Directives(unittest.TestCase):
    def test_commodity(self):
        result = book("commodity BTC 8")
        self.assertEqual((result.places("BTC"), result.places("EUR")), (8, 2))

    def test_account(self):
        account = book("account Expenses:Food", "  budget 300 EUR", "  limit -10 EUR").accounts["Expenses:Food"]
        self.assertEqual(account.budget, (Decimal(300), "EUR"))
        self.assertEqual(account.limit, (Decimal(-10), "EUR"))


class Mistakes(unittest.TestCase):
    def test_each_names_its_line(self):
        ok = "  Assets:Cash  1 EUR"
        for lines, line in (
            (["  Assets:Cash  1 EUR"], 1),
            (["hello"], 1),
            (["; only a comment", "2025-02-30 Shop", ok, ok], 2),
            (["2025-03-01 Shop", ok], 1),
            (["2025-03-01 Shop", ok, "  Cash  1 EUR"], 3),
            (["2025-03-01 Shop", ok, "  Assets:Cash  one EUR"], 3),
            (["2025-03-01 Shop", ok, "  Assets::Cash  1 EUR"], 3),
            (["2025-03-01 Shop", ok, "  split Assets:A Assets:B"], 3),
            (["commodity eur 2"], 1),
            (["account Expenses:Food", "  colour red"], 2),
            (["account"], 1),
        ):
            with self.subTest(lines), self.assertRaises(BookError) as caught:
                book(*lines)
            self.assertEqual(caught.exception.line, line, lines)

    def test_an_empty_book(self):
        self.assertEqual(book("").transactions, [])
