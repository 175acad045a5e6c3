"""Months, periods and repetition."""
import calendar
import datetime
import re

_STEPS = {"weekly": 7, "fortnightly": 14}
_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}

FREQUENCIES = sorted([*_STEPS, *_MONTHS])


def parse_date(text):
    """Read ``2025-03-09``. Raises ValueError for other text and for days that do not exist."""
    if not re.match(r"^\d{4}-\d{2}-\d{2}$", text):
        raise ValueError(f"'{text}' is not a date such as 2025-03-09")
    try:
        return datetime.date(*map(int, text.split("-")))
    except ValueError:
        raise ValueError(f"there is no day {text}") from None


def add_months(date, months):
    """The same day some months later, or the last day of a month that is too short."""
    index = date.year * 12 + date.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(date.day, last))


class Period:
    """Days from ``start`` up to, but not including, ``end``. None on either side means no limit."""

    def __init__(self, start=None, end=None):
        self.start = start
        self.end = end

    def __contains__(self, date):
        if self.start is not None and date < self.start:
            return False
        return self.end is None or date < self.end

    def __eq__(self, other):
        return isinstance(other, Period) and (self.start, self.end) == (other.start, other.end)

    def __repr__(self):
        return f"Period({self.start}, {self.end})"

    def before(self):
        """Everything that comes before this period."""
        return Period(end=self.start if self.start is not None else datetime.date.min)


def parse_period(text):
    """Read ``2025``, ``2025-03`` or ``2025-Q1`` as a Period."""
    year = re.match(r"^(\d{4})$", text)
    month = re.match(r"^(\d{4})-(\d{2})$", text)
    quarter = re.match(r"^(\d{4})-[Qq]([1-4])$", text)
    if year:
        start, months = datetime.date(int(year.group(1)), 1, 1), 12
    elif month and 1 <= int(month.group(2)) <= 12:
        start, months = datetime.date(int(month.group(1)), int(month.group(2)), 1), 1
    elif quarter:
        start, months = datetime.date(int(quarter.group(1)), int(quarter.group(2)) * 3 - 2, 1), 3
    else:
        raise ValueError(f"'{text}' is not a period such as 2025, 2025-03 or 2025-Q1")
    return Period(start, add_months(start, months))


def occurrences(frequency, first, last):
    """The days of a repetition from ``first`` to ``last``, both included.

    Months are counted from the first day, so that something due on the 31st is due on the last day of February and
    on the 31st of March again.
    """
    days = []
    count = 0
    while True:
        if frequency in _STEPS:
            day = first + datetime.timedelta(days=_STEPS[frequency] * count)
        else:
            day = add_months(first, _MONTHS[frequency] * count)
        if day > last:
            return days
        days.append(day)
        count += 1
