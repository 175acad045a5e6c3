import io
import os
import tempfile
import unittest

from pennybook.cli import main

BOOK = """\
commodity EUR 2
account Expenses:Food
  budget 100 EUR

2025-03-03 Employer
  Assets:Bank  1,500.00 EUR
  Income:Salary

2025-03-08 A supermarket with a rather long name
  Expenses:Food:Groceries  120.00 EUR
  Assets:Bank
"""


class CommandLine(unittest.TestCase):
    def setUp(self):
        handle, self.path = tempfile.mkstemp(suffix=".txt")
        os.close(handle)
        self.addCleanup(os.remove, self.path)

    def run_book(self, source, *arguments):
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(source)
        out, err = io.StringIO(), io.StringIO()
        code = main([self.path, *arguments], out, err)
        return code, out.getvalue(), err.getvalue()

    def test_balance(self):
        code, out, _ = self.run_book(BOOK, "balance", "--depth", "2")
        self.assertEqual(code, 0)
        self.assertEqual(out.splitlines(), [
            " 1,380.00 EUR  Assets:Bank",
            "   120.00 EUR  Expenses:Food",
            "-1,500.00 EUR  Income:Salary",
            "-------------",
            "            0",
        ])

    def test_register(self):
        _, out, _ = self.run_book(BOOK, "register", "Assets", "--month", "2025-03")
        first, second = out.splitlines()
        self.assertTrue(first.startswith("2025-03-03  Employer"))
        self.assertTrue(first.endswith("1,500.00 EUR  1,500.00 EUR"))
        self.assertIn("A supermarket…", second)
        self.assertTrue(second.endswith(" -120.00 EUR  1,380.00 EUR"))

    def test_register_with_opening_balance(self):
        _, out, _ = self.run_book(BOOK, "register", "Assets:Bank", "--month", "2025-04")
        self.assertEqual(out, "opening  1,380.00 EUR\n")

    def test_budget(self):
        _, out, _ = self.run_book(BOOK, "budget", "--month", "2025-03")
        self.assertEqual(out, "Expenses:Food: 120.00 EUR of 100.00 EUR (120%), over by 20.00 EUR\n")

    def test_check(self):
        self.assertEqual(self.run_book(BOOK, "check")[:2], (0, "2 transactions, all well\n"))
        limited = BOOK + "account Assets:Bank\n  limit 1,400 EUR\n"
        self.assertEqual(self.run_book(limited, "check")[:2], (1, "Assets:Bank falls to 1,380.00 EUR on 2025-03-08\n"))

    def test_a_mistake_is_one_line(self):
        code, out, err = self.run_book("2025-03-01 Shop\n  Assets:Cash  1 EUR\n  Assets:Bank  1 EUR\n", "balance")
        self.assertEqual((code, out), (2, ""))
        self.assertEqual(err, "pennybook: line 1: the postings are off by 2 EUR\n")

    def test_an_unbalanced_commodity_names_its_rest(self):
        code, _, err = self.run_book("2025-03-01 Shop\n  Assets:Cash  1 USD\n  Assets:Bank  -1 EUR\n", "balance")
        self.assertEqual(code, 2)
        self.assertIn("off by -1 EUR, 1 USD", err)

    def test_a_missing_file(self):
        err = io.StringIO()
        self.assertEqual(main([self.path + ".none", "balance"], io.StringIO(), err), 2)
        self.assertIn("No such file", err.getvalue())
