"""Exact amounts of money in several commodities."""
import re
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

DEFAULT_PLACES = 2

_AMOUNT = re.compile(r"^(?P<number>[+-]?[\d,]*\.?\d+)\s*(?P<commodity>[A-Z][A-Z0-9]{0,9})$")


def parse_amount(text):
    """Read ``1,234.50 EUR`` as a pair of Decimal and commodity.

    Raises ValueError when the text is no amount. Commas may only stand between groups of three digits.
    """
    match = _AMOUNT.match(text.strip())
    if not match:
        raise ValueError(f"'{text.strip()}' is not an amount such as 12.50 EUR")
    number = match.group("number")
    whole = number.lstrip("+-").split(".")[0]
    if "," in whole and not re.match(r"^\d{1,3}(,\d{3})+$", whole):
        raise ValueError(f"misplaced comma in '{number}'")
    try:
        return Decimal(number.replace(",", "")), match.group("commodity")
    except InvalidOperation:
        raise ValueError(f"'{number}' is not a number") from None


def rounded(number, places=DEFAULT_PLACES):
    """Round to a number of decimal places, halves to the even neighbour."""
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)


def format_amount(number, commodity, places=DEFAULT_PLACES):
    """``1,234.50 EUR``; zero never has a sign."""
    value = rounded(number, places)
    if value == 0:
        value = abs(value)
    return f"{value:,.{places}f} {commodity}"


def split_evenly(total, shares, places=DEFAULT_PLACES):
    """Divide an amount into equal shares that add up to exactly the total.

    What cannot be divided goes to the first shares, one smallest unit each: 100.00 in three is 33.34, 33.33, 33.33.
    """
    return split_by_weight(total, [1] * shares, places)


def split_by_weight(total, weights, places=DEFAULT_PLACES):
    """Divide an amount in proportion to weights; the parts add up to exactly the total.

    Each part is first rounded towards zero; the smallest units left over go to the parts that lost most by that, the
    earlier first where several lost the same. Raises ValueError for a total finer than the smallest unit.
    """
    weights = [Decimal(weight) for weight in weights]
    whole = sum(weights)
    if not weights or whole <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative and must not all be zero")
    unit = Decimal(1).scaleb(-places)
    sign = -1 if total < 0 else 1
    units = abs(total) / unit
    if units != int(units):
        raise ValueError(f"{total} has more than {places} decimal places")
    exact = [units * weight / whole for weight in weights]
    parts = [int(share) for share in exact]
    missing = int(units) - sum(parts)
    by_loss = sorted(range(len(parts)), key=lambda index: parts[index] - exact[index])
    for index in by_loss[:missing]:
        parts[index] += 1
    return [sign * part * unit for part in parts]


class Balance:
    """Amounts in any number of commodities. Commodities whose amount is zero do not show."""

    def __init__(self, amounts=None):
        self._amounts = dict(amounts or {})

    def copy(self):
        return Balance(self._amounts)

    def add(self, number, commodity):
        """Add an amount to this balance."""
        self._amounts[commodity] = self._amounts.get(commodity, Decimal(0)) + number

    def add_balance(self, other):
        for commodity, number in other.items():
            self.add(number, commodity)

    def get(self, commodity):
        return self._amounts.get(commodity, Decimal(0))

    def items(self):
        """Pairs of commodity and amount by commodity, without zeros."""
        return [(name, number) for name, number in sorted(self._amounts.items()) if number != 0]

    def is_zero(self):
        return not self.items()

    def __eq__(self, other):
        return isinstance(other, Balance) and self.items() == other.items()

    def __repr__(self):
        return f"Balance({dict(self.items())!r})"
