"""Which postings a report looks at."""
from pennybook.dates import Period
from pennybook.model import is_within


class Query:
    """Postings in a period, within any of some accounts, with a tag, of a payee. What is not given is not asked for."""

    def __init__(self, accounts=(), period=None, tag=None, payee=None, cleared_only=False):
        self.accounts = list(accounts)
        self.period = period or Period()
        self.tag = tag
        self.payee = payee
        self.cleared_only = cleared_only

    def selects(self, transaction, posting):
        return transaction.date in self.period and self.concerns(transaction, posting)

    def concerns(self, transaction, posting):
        """Everything but the period."""
        if self.cleared_only and not transaction.cleared:
            return False
        if self.tag is not None and self.tag not in transaction.tags:
            return False
        if self.payee is not None and self.payee.lower() not in transaction.payee.lower():
            return False
        return not self.accounts or any(is_within(posting.account, account) for account in self.accounts)

    def select(self, book):
        """Pairs of transaction and posting, in order."""
        return [pair for pair in book.postings() if self.selects(*pair)]

    def before(self, book):
        """What the query would select before its period."""
        earlier = self.period.before()
        return [pair for pair in book.postings() if pair[0].date in earlier and self.concerns(*pair)]
