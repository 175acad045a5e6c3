"""What a book consists of."""
from pennybook.amounts import DEFAULT_PLACES, Balance
from pennybook.errors import Unbalanced

SEPARATOR = ":"
ROOTS = ("Assets", "Liabilities", "Equity", "Income", "Expenses")


def is_within(account, ancestor):
    """Whether an account is another one or lies below it: ``Assets:Bank:Joint`` lies within ``Assets:Bank``."""
    return account == ancestor or account.startswith(ancestor + SEPARATOR)


def shortened(account, depth):
    """The account cut to a number of levels; ``None`` cuts nothing."""
    return account if depth is None else SEPARATOR.join(account.split(SEPARATOR)[:depth])


class Posting:
    """One line of a transaction. ``number`` is None while the amount is still to be inferred."""

    def __init__(self, account, number=None, commodity=None, line=None):
        self.account = account
        self.number = number
        self.commodity = commodity
        self.line = line

    def __repr__(self):
        return f"Posting({self.account!r}, {self.number!r}, {self.commodity!r})"


class Transaction:
    """Postings on one day that add up to zero in every commodity."""

    def __init__(self, date, payee, note="", cleared=False, tags=(), postings=(), line=None):
        self.date = date
        self.payee = payee
        self.note = note
        self.cleared = cleared
        self.tags = frozenset(tags)
        self.postings = list(postings)
        self.line = line

    def on(self, date):
        """The same transaction on another day, with postings of its own."""
        postings = [Posting(p.account, p.number, p.commodity, p.line) for p in self.postings]
        return Transaction(date, self.payee, self.note, self.cleared, self.tags, postings, self.line)

    def complete(self):
        """Infer the one missing amount, then check that all is balanced. Raises Unbalanced.

        A missing amount over several commodities becomes one posting for each.
        """
        rest = Balance()
        for posting in self.postings:
            if posting.number is not None:
                rest.add(posting.number, posting.commodity)
        missing = [posting for posting in self.postings if posting.number is None]
        if len(missing) > 1:
            raise Unbalanced("only one posting may leave out its amount", self.line)
        if missing:
            at = self.postings.index(missing[0])
            inferred = [Posting(missing[0].account, -number, name, missing[0].line) for name, number in rest.items()]
            self.postings[at : at + 1] = inferred
        elif not rest.is_zero():
            off = ", ".join(f"{number} {name}" for name, number in rest.items())
            raise Unbalanced(f"the postings are off by {off}", self.line)


class Repetition:
    """A transaction that happens again and again. Its ``template`` carries the first day."""

    def __init__(self, frequency, template, last):
        self.frequency = frequency
        self.template = template
        self.last = last


class Account:
    """What the book says about an account: the lowest balance it may have, and its monthly budget."""

    def __init__(self, name, limit=None, budget=None):
        self.name = name
        self.limit = limit
        self.budget = budget


class Book:
    """Everything that was read, transactions in the order of their days."""

    def __init__(self, transactions=(), accounts=None, places=None):
        self.transactions = sorted(transactions, key=lambda transaction: transaction.date)
        self.accounts = dict(accounts or {})
        self._places = dict(places or {})

    def places(self, commodity):
        """How many decimal places a commodity is shown with."""
        return self._places.get(commodity, DEFAULT_PLACES)

    def postings(self):
        """Pairs of transaction and posting, in order."""
        for transaction in self.transactions:
            for posting in transaction.postings:
                yield transaction, posting
