"""Books to figures. Reports are plain data; ``text`` makes them readable."""
from decimal import Decimal

from pennybook.amounts import Balance
from pennybook.model import is_within, shortened
from pennybook.query import Query


def balances(book, query=None, depth=None):
    """Pairs of account and Balance by account name; what lies deeper than ``depth`` is added to its ancestor.

    Accounts whose balance is zero are left out.
    """
    totals = {}
    for _, posting in (query or Query()).select(book):
        name = shortened(posting.account, depth)
        totals.setdefault(name, Balance()).add(posting.number, posting.commodity)
    return [(name, total) for name, total in sorted(totals.items()) if not total.is_zero()]


def grand_total(rows):
    total = Balance()
    for _, balance in rows:
        total.add_balance(balance)
    return total


class RegisterRow:
    """One posting with the balance after it."""

    def __init__(self, transaction, posting, running):
        self.transaction = transaction
        self.posting = posting
        self.running = running


def register(book, query):
    """The opening balance before the query's period, and a RegisterRow for each posting in it."""
    opening = Balance()
    for _, posting in query.before(book):
        opening.add(posting.number, posting.commodity)
    running = opening.copy()
    rows = []
    for transaction, posting in query.select(book):
        running.add(posting.number, posting.commodity)
        rows.append(RegisterRow(transaction, posting, running.copy()))
    return opening, rows


class BudgetRow:
    """What was planned and what was spent in one account in a month."""

    def __init__(self, account, commodity, planned, spent):
        self.account = account
        self.commodity = commodity
        self.planned = planned
        self.spent = spent

    @property
    def left(self):
        return self.planned - self.spent

    @property
    def percent(self):
        """How much of the plan is used, in whole per cent; None when nothing was planned."""
        if self.planned == 0:
            return None
        return int((self.spent * 100 / self.planned).to_integral_value())


def budget(book, month):
    """A BudgetRow for each account that has a budget; spending in accounts below it counts."""
    rows = []
    for name, account in sorted(book.accounts.items()):
        if account.budget is None:
            continue
        planned, commodity = account.budget
        spent = Decimal(0)
        for _, posting in Query([name], month).select(book):
            if posting.commodity == commodity:
                spent += posting.number
        rows.append(BudgetRow(name, commodity, planned, spent))
    return rows


def overdrawn(book):
    """Triples of account, day and balance: the first day on which each limited account ends below its limit."""
    found = []
    for name, account in sorted(book.accounts.items()):
        if account.limit is None:
            continue
        lowest, commodity = account.limit
        by_day = {}
        for transaction, posting in book.postings():
            if is_within(posting.account, name) and posting.commodity == commodity:
                by_day[transaction.date] = by_day.get(transaction.date, Decimal(0)) + posting.number
        balance = Decimal(0)
        for day in sorted(by_day):
            balance += by_day[day]
            if balance < lowest:
                found.append((name, day, balance))
                break
    return found
