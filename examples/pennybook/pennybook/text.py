"""Figures to text."""
from pennybook.amounts import format_amount
from pennybook.reports import grand_total

NOTHING = "0"


def format_balance(book, balance):
    """The amounts of a balance, one a line."""
    lines = [format_amount(number, name, book.places(name)) for name, number in balance.items()]
    return lines or [NOTHING]


def balance_table(book, rows):
    """Amounts to the left, account names to the right, the total below a rule."""
    blocks = [(format_balance(book, balance), name) for name, balance in rows]
    total = format_balance(book, grand_total(rows))
    width = max(len(line) for lines, _ in [*blocks, (total, "")] for line in lines)
    table = []
    for lines, name in blocks:
        for index, line in enumerate(lines):
            table.append(f"{line:>{width}}  {name if index == len(lines) - 1 else ''}".rstrip())
    table.append("-" * width)
    table.extend(f"{line:>{width}}" for line in total)
    return "\n".join(table)


def shorten(text, width):
    """Cut to a width; the cut shows as an ellipsis."""
    return text if len(text) <= width else text[: max(0, width - 1)].rstrip() + "…"


def register_table(book, opening, rows, width=80):
    """One line a posting: day, payee, account, amount, running balance in the same commodity."""
    amounts = [format_amount(r.posting.number, r.posting.commodity, book.places(r.posting.commodity)) for r in rows]
    totals = [
        format_amount(r.running.get(r.posting.commodity), r.posting.commodity, book.places(r.posting.commodity))
        for r in rows
    ]
    amount_width = max(map(len, amounts), default=0)
    total_width = max(map(len, totals), default=0)
    space = max(20, width - 10 - amount_width - total_width - 8)
    payee_width = space * 2 // 5
    account_width = space - payee_width
    lines = [] if opening.is_zero() else [f"opening  {', '.join(format_balance(book, opening))}"]
    for row, amount, total in zip(rows, amounts, totals):
        payee = shorten(row.transaction.payee, payee_width)
        account = shorten(row.posting.account, account_width)
        lines.append(
            f"{row.transaction.date}  {payee:<{payee_width}}  {account:<{account_width}}  "
            f"{amount:>{amount_width}}  {total:>{total_width}}"
        )
    return "\n".join(lines)


def budget_table(book, rows):
    """One line an account: spent, planned, left and the part used."""
    lines = []
    for row in rows:
        places = book.places(row.commodity)
        spent, planned, left = (format_amount(n, row.commodity, places) for n in (row.spent, row.planned, row.left))
        used = "" if row.percent is None else f" ({row.percent}%)"
        verdict = "over by " + format_amount(-row.left, row.commodity, places) if row.left < 0 else left + " left"
        lines.append(f"{row.account}: {spent} of {planned}{used}, {verdict}")
    return "\n".join(lines)
