"""How figures read: short and exact money, shares, days. Rounded half to even, once, at the end.

Words come last: nothing here is ever read back into a figure.
"""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

Number = Decimal | float | int | None

NOT_AVAILABLE = "n/a"
MINUS = "−"

SYMBOLS = {
    "AUD": "A$", "BRL": "R$", "CAD": "C$", "CNY": "CN¥", "EUR": "€", "GBP": "£", "HKD": "HK$",
    "ILS": "₪", "INR": "₹", "JPY": "¥", "KRW": "₩", "NZD": "NZ$", "PHP": "₱", "PLN": "zł ",
    "TRY": "₺", "USD": "$", "VND": "₫",
}  # fmt: skip

# The smallest first: divided by what, with how many places, its word, and up to which amount.
SCALES = (
    (Decimal(1), 2, "", Decimal(100)),
    (Decimal(1), 0, "", Decimal(1_000)),
    (Decimal(1_000), 1, " k", Decimal(100_000)),
    (Decimal(1_000_000), 2, " M", Decimal(1_000_000_000)),
    (Decimal(1_000_000_000), 2, " bn", Decimal("Infinity")),
)

# With how many places a number of a unit reads, and which word follows it; the others are whole.
PLACES = {"days": (1, " days"), "months": (1, ""), "price": (4, "")}


def decimal(cents: int | None) -> Decimal | None:
    """Whole cents as an amount of money.

    >>> decimal(123456)
    Decimal('1234.56')
    """
    return None if cents is None else Decimal(int(cents)).scaleb(-2)


def cents(amount: Decimal | float | int | None) -> int | None:
    """An amount of money as whole cents, half to even.

    >>> cents(Decimal("12.345")), cents(Decimal("12.355"))
    (1234, 1236)
    """
    if amount is None:
        return None
    return int(_rounded(_exactly(amount) * 100, 0))


def symbol(currency: str) -> str:
    """What stands before an amount: a sign where one is known, else the ISO code.

    >>> symbol("GBP"), symbol("CHF")
    ('£', 'CHF ')
    """
    return SYMBOLS.get(currency, f"{currency} " if currency else "")


def short(amount: Number, currency: str, signed: bool = False) -> str:
    """An amount as people say it; ``signed`` writes the plus of a change too.

    >>> short(1_234_567, "EUR"), short(-410_000, "EUR"), short(12_400, "EUR", signed=True)
    ('€1.23 M', '−€0.41 M', '+€12.4 k')
    """
    number = _number(amount)
    if number is None:
        return NOT_AVAILABLE
    if not _rounded(number, 2):
        return symbol(currency) + "0"
    words = next(filter(None, (_scaled(abs(number), *scale) for scale in SCALES)))
    return _sign(number, signed) + symbol(currency) + words


def exact(amount: Number, currency: str, signed: bool = False) -> str:
    """An amount to the cent.

    >>> exact(Decimal("-1234567.89"), "EUR")
    '−€1,234,567.89'
    """
    number = _number(amount)
    if number is None:
        return NOT_AVAILABLE
    rounded = _rounded(number, 2)
    return _sign(rounded, signed) + symbol(currency) + f"{abs(rounded):,.2f}"


def share(value: Number, places: int = 1, signed: bool = False) -> str:
    """A fraction in per cent.

    >>> share(0.1234), share(-0.5, signed=True), share(None)
    ('12.3 %', '−50.0 %', 'n/a')
    """
    number = _number(value)
    if number is None:
        return NOT_AVAILABLE
    rounded = _rounded(number * 100, places)
    return f"{_sign(rounded, signed)}{abs(rounded):,.{places}f} %"


def reading(value: Number, unit: str, currency: str = "", signed: bool = False) -> str:
    """A metric's value as people say it, by the metric's unit.

    >>> reading(41.26, "days"), reading(1250, "count"), reading(2600.4, "index")
    ('41.3 days', '1,250', '2,600')
    >>> reading(3.44, "months"), reading(0.01234, "number"), reading(1234.5, "number")
    ('3.4', '0.0123', '1,234.5')
    >>> reading(0.031, "points", signed=True)
    '+3.1 points'
    """
    if unit == "money":
        return short(value, currency, signed)
    if unit in ("share", "change"):
        return share(value, signed=signed or unit == "change")
    if unit == "points":
        return share(value, signed=signed).replace("%", "points")
    number = _number(value)
    if number is None:
        return NOT_AVAILABLE
    if unit == "number":
        return _sign(number, signed) + _plain(abs(number))
    places, word = PLACES.get(unit, (0, ""))
    rounded = _rounded(number, places)
    return f"{_sign(rounded, signed)}{abs(rounded):,.{places}f}{word}"


def stated(value: Number, unit: str, currency: str, signed: bool = False) -> str:
    """A metric's value as evidence states it: money to the cent, the rest as people say it.

    >>> stated(Decimal("1250.5"), "money", "EUR"), stated(0.25, "share", "EUR")
    ('€1,250.50', '25.0 %')
    """
    if unit == "money":
        return exact(value, currency, signed)
    return reading(value, unit, currency, signed)


def difference_unit(unit: str) -> str:
    """The unit of a difference between two values of a unit: of two shares it is points.

    >>> difference_unit("share"), difference_unit("days")
    ('points', 'days')
    """
    return "points" if unit == "share" else unit


def direction(change: Number, unit: str) -> str:
    """Which way a change goes, as a shape; none where it reads as nothing in its unit.

    >>> direction(-1, "days"), direction(2.5, "count"), direction(-0.0002, "points")
    ('▼', '▲', '=')
    """
    number = _number(change)
    if number is None or reading(number, unit) == reading(0, unit):
        return "="
    return "▲" if number > 0 else "▼"


def _plain(size: Decimal) -> str:
    """Two places at most, and below one three digits that count; no zeros at the end."""
    places = 2 if size >= 1 or not size else 2 - size.adjusted()
    text = f"{_rounded(size, places):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scaled(size: Decimal, unit: Decimal, places: int, word: str, end: Decimal) -> str:
    """The words at one scale, or nothing where the amount, once rounded to them, is beyond it."""
    rounded = _rounded(size / unit, places)
    return f"{rounded:,.{places}f}{word}" if rounded * unit < end else ""


def _sign(number: Decimal, signed: bool) -> str:
    if number < 0:
        return MINUS
    return "+" if signed and number > 0 else ""


def _number(value: Number) -> Decimal | None:
    """A value as an exact number; ``None`` where there is none, or not a finite one."""
    number = None if value is None else _exactly(value)
    return number if number is not None and number.is_finite() else None


def _exactly(value: Decimal | float | int) -> Decimal:
    # The shortest decimal that reads back as the same float is the number people mean.
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _rounded(number: Decimal, places: int) -> Decimal:
    with localcontext() as context:
        context.prec = 400  # any float, however large, keeps all its digits
        return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
