"""Text to book.

A directive or a transaction starts in the first column; what belongs to it is indented. ``;`` starts a comment.
"""
import re

from pennybook.amounts import DEFAULT_PLACES, parse_amount, split_evenly
from pennybook.dates import FREQUENCIES, occurrences, parse_date
from pennybook.errors import SyntaxMistake
from pennybook.model import ROOTS, SEPARATOR, Account, Book, Posting, Repetition, Transaction

_HEAD = re.compile(r"^(?P<date>\d{4}-\d{2}-\d{2})\s+(?:(?P<mark>[*!])\s+)?(?P<title>.+)$")
_REPEAT = re.compile(r"^repeat\s+(?P<frequency>\S+)\s+from\s+(?P<first>\S+)\s+to\s+(?P<last>\S+)$")
_TAG = re.compile(r"(?:^|\s)#([\w-]+)")
_SPLIT = re.compile(r"^split\s+(?P<accounts>\S+(?:\s+\S+)*?)\s{2,}(?P<amount>\S.*)$")


def parse_book(text):
    """Read a whole book. Raises SyntaxMistake or Unbalanced with the number of the line."""
    transactions = []
    accounts = {}
    places = {}
    for line, head, body in _blocks(text):
        word = head.split()[0]
        if word == "commodity":
            name, count = _commodity(head, line)
            places[name] = count
        elif word == "account":
            account = _account(head, body, line)
            accounts[account.name] = account
        elif word == "repeat":
            transactions.extend(_expanded(_repetition(head, body, line, places)))
        else:
            transactions.append(_transaction(head, body, line, places))
    for transaction in transactions:
        transaction.complete()
    return Book(transactions, accounts, places)


def _blocks(text):
    """Triples of line number, first line and the indented lines below it (with their numbers)."""
    block = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.split(";")[0].rstrip()
        if not line:
            continue
        if not line[0].isspace():
            if block:
                yield block
            block = (number, line, [])
        elif block is None:
            raise SyntaxMistake("an indented line needs a transaction above it", number)
        else:
            block[2].append((number, line.strip()))
    if block:
        yield block


def _commodity(head, line):
    match = re.match(r"^commodity\s+([A-Z][A-Z0-9]{0,9})\s+(\d)$", head)
    if not match:
        raise SyntaxMistake("expected 'commodity NAME PLACES'", line)
    return match.group(1), int(match.group(2))


def _account(head, body, line):
    words = head.split()
    if len(words) != 2:
        raise SyntaxMistake("expected 'account NAME'", line)
    account = Account(_account_name(words[1], line))
    for number, text in body:
        word, _, rest = text.partition(" ")
        if word == "limit":
            account.limit = _amount(rest, number)
        elif word == "budget":
            account.budget = _amount(rest, number)
        else:
            raise SyntaxMistake(f"an account has no '{word}'", number)
    return account


def _transaction(head, body, line, places):
    match = _HEAD.match(head)
    if not match:
        raise SyntaxMistake(f"'{head}' starts nothing that is known", line)
    date = _date(match.group("date"), line)
    transaction = _titled(match.group("title"), date, line)
    transaction.cleared = match.group("mark") == "*"
    transaction.postings = _postings(body, line, places)
    return transaction


def _titled(title, date, line):
    """A transaction from ``payee | note #tag``, without postings yet."""
    tags = _TAG.findall(title)
    payee, _, note = _TAG.sub("", title).partition("|")
    return Transaction(date, payee.strip(), note.strip(), tags=tags, line=line)


def _repetition(head, body, line, places):
    match = _REPEAT.match(head)
    if not match:
        raise SyntaxMistake("expected 'repeat FREQUENCY from DATE to DATE'", line)
    if match.group("frequency") not in FREQUENCIES:
        raise SyntaxMistake(f"frequency is one of {', '.join(FREQUENCIES)}", line)
    if not body:
        raise SyntaxMistake("a repetition needs a payee and postings", line)
    (title_line, title), *rest = body
    template = _titled(title, _date(match.group("first"), line), title_line)
    template.postings = _postings(rest, title_line, places)
    return Repetition(match.group("frequency"), template, _date(match.group("last"), line))


def _expanded(repetition):
    template = repetition.template
    return [template.on(day) for day in occurrences(repetition.frequency, template.date, repetition.last)]


def _postings(body, line, places):
    postings = []
    for number, text in body:
        if text.startswith("split "):
            postings.extend(_split(text, number, places))
        else:
            postings.append(_posting(text, number))
    if len(postings) < 2:
        raise SyntaxMistake("a transaction needs two postings", line)
    return postings


def _posting(text, line):
    account, *amount = re.split(r"\s{2,}|\t", text, maxsplit=1)
    name = _account_name(account, line)
    if not amount:
        return Posting(name, line=line)
    number, commodity = _amount(amount[0], line)
    return Posting(name, number, commodity, line)


def _split(text, line, places):
    """``split A B C  100.00 EUR`` is one posting of an equal share for each account."""
    match = _SPLIT.match(text)
    if not match:
        raise SyntaxMistake("expected 'split ACCOUNT ACCOUNT  AMOUNT'", line)
    accounts = [_account_name(name, line) for name in match.group("accounts").split()]
    number, commodity = _amount(match.group("amount"), line)
    try:
        shares = split_evenly(number, len(accounts), places.get(commodity, DEFAULT_PLACES))
    except ValueError as error:
        raise SyntaxMistake(str(error), line) from None
    return [Posting(account, share, commodity, line) for account, share in zip(accounts, shares)]


def _account_name(text, line):
    parts = text.split(SEPARATOR)
    if parts[0] not in ROOTS or not all(re.match(r"^[\w-]+$", part) for part in parts):
        raise SyntaxMistake(f"'{text}' is not an account; it starts with {', '.join(ROOTS)}", line)
    return text


def _amount(text, line):
    try:
        return parse_amount(text)
    except ValueError as error:
        raise SyntaxMistake(str(error), line) from None


def _date(text, line):
    try:
        return parse_date(text)
    except ValueError as error:
        raise SyntaxMistake(str(error), line) from None
