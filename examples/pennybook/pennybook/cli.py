"""The command line."""
import argparse
import sys

from pennybook import reports, text
from pennybook.dates import parse_period
from pennybook.errors import BookError
from pennybook.parser import parse_book
from pennybook.query import Query


def _period(value):
    try:
        return parse_period(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _parser():
    parser = argparse.ArgumentParser(prog="pennybook", description="Double-entry bookkeeping in a text file.")
    parser.add_argument("book", help="the text file")
    commands = parser.add_subparsers(dest="command", required=True)
    selection = argparse.ArgumentParser(add_help=False)
    selection.add_argument("accounts", nargs="*", help="only these accounts and what lies below them")
    selection.add_argument("--month", "--period", dest="period", type=_period, help="2025, 2025-03 or 2025-Q1")
    selection.add_argument("--tag")
    selection.add_argument("--payee")
    selection.add_argument("--cleared", action="store_true")
    balance = commands.add_parser("balance", parents=[selection])
    balance.add_argument("--depth", type=int)
    commands.add_parser("register", parents=[selection])
    budget = commands.add_parser("budget")
    budget.add_argument("--month", dest="period", type=_period, required=True)
    commands.add_parser("check")
    return parser


def run(arguments, source):
    """The output of a command over the text of a book, and the exit code."""
    book = parse_book(source)
    if arguments.command == "budget":
        return text.budget_table(book, reports.budget(book, arguments.period)), 0
    if arguments.command == "check":
        warnings = [
            f"{name} falls to {text.format_amount(balance, book.accounts[name].limit[1])} on {day}"
            for name, day, balance in reports.overdrawn(book)
        ]
        return "\n".join(warnings) or f"{len(book.transactions)} transactions, all well", 1 if warnings else 0
    query = Query(arguments.accounts, arguments.period, arguments.tag, arguments.payee, arguments.cleared)
    if arguments.command == "balance":
        return text.balance_table(book, reports.balances(book, query, arguments.depth)), 0
    return text.register_table(book, *reports.register(book, query)), 0


def main(argv, out=sys.stdout, err=sys.stderr):
    """Exit code 0 when all is well, 1 when ``check`` found something, 2 for a mistake in the book or the call."""
    arguments = _parser().parse_args(argv)
    try:
        with open(arguments.book, encoding="utf-8") as file:
            output, code = run(arguments, file.read())
    except (BookError, OSError) as error:
        print(f"pennybook: {error}", file=err)
        return 2
    print(output, file=out)
    return code
