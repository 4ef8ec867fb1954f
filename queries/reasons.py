"""What a column of the contract accepts: its value from a text, and the reason when it fails.

The SQL reads the cleaned text as ``t_<column>`` (or ``t.<column>`` while the value is made) and
the value as ``<column>``. The first branch of every reason is the good case, because nearly all
rows end there.
"""

from dataclasses import dataclass

from queries.contract import TYPES, WORDS, ContractColumn
from queries.workbench import name, text

LONGEST_TEXT = 10_000
FIRST_YEAR = 1900

ENGINE_TYPES = {
    "text": "VARCHAR",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "integer": "INTEGER",
    **{
        kind: f"DECIMAL({precision}, {scale})"
        for kind, sql_type in TYPES.items()
        if (precision := getattr(sql_type, "precision", None))
        and (scale := getattr(sql_type, "scale", None)) is not None
    },
}
SCALES = {"amount": 2, "price": 6, "quantity": 6, "share": 6, "rate": 12}

# Rates and indices come with any number of digits: they are rounded, where money is refused.
ROUNDED_KINDS = ("share", "rate")
ROUNDED_COLUMNS = (("price_index", "value"),)

# (table or None for any, column): (what must hold, what is wrong otherwise).
RANGES: dict[tuple[str | None, str], tuple[str, str]] = {
    ("exchange_rate", "rate"): ("{} > 0", "a rate must be above 0"),
    (None, "budget_rate"): ("{} > 0", "a rate must be above 0"),
    (None, "net_days"): ("{} BETWEEN 0 AND 3650", "days must be from 0 to 3650"),
    (None, "discount_days"): ("{} BETWEEN 0 AND 3650", "days must be from 0 to 3650"),
    (None, "lead_time_days"): ("{} >= 0", "days must not be negative"),
    (None, "review_period_days"): ("{} >= 0", "days must not be negative"),
    (None, "discount_rate"): ("{0} >= 0 AND {0} < 1", "must be a fraction from 0 to below 1"),
    (None, "financing_rate"): ("{0} >= 0 AND {0} < 1", "must be a fraction from 0 to below 1"),
    (None, "service_level"): ("{0} >= 0 AND {0} < 1", "must be a fraction from 0 to below 1"),
    (None, "pass_through"): ("{0} >= 0 AND {0} <= 1", "must be a fraction from 0 to 1"),
    (None, "holding_rate"): ("{} >= 0", "must not be negative"),
    (None, "unit_cost"): ("{} >= 0", "must not be negative"),
    (None, "order_cost"): ("{} >= 0", "must not be negative"),
    (None, "stockout_cost"): ("{} >= 0", "must not be negative"),
    (None, "minimum_order"): ("{} >= 0", "must not be negative"),
}

NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?"
PLAIN_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)"
# With an exponent, only what twenty decimals hold for certain.
SHORT_EXPONENT = r"[+-]?(\d{1,19}(\.\d{0,15})?[eE]\+?\d{1,2}|\d{1,19}(\.\d{0,10})?[eE]-0?\d)"
WHOLE_NUMBER = r"[+-]?\d+(\.0*)?"
ISO_DAY = r"\d{4}-\d{2}-\d{2}"
MIDNIGHT = r"([ T]00:00(:00(\.0+)?)?(Z|[+-]00(:?00)?)?)?"
NOT_FINITE = r"[+-]?(nan|inf|infinity)"


@dataclass(frozen=True)
class Format:
    """How a column writes numbers and dates, where a mapping says so."""

    decimal: str = "."
    thousands: str = ""
    dates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """A column with the SQL of its value and of the reason it fails."""

    name: str
    value: str
    reason: str


def judged_column(table: str, column: ContractColumn, format: Format) -> Judged:
    """The SQL that reads one column."""
    raw = "t." + name(column.name)
    shown, typed = name("t_" + column.name), name(column.name)
    match column.kind:
        case "text":
            value, reason = raw, _text_reason(table, column, shown)
            if (table, column.name) in WORDS:
                value = f"lower({raw})"
            elif column.name == "currency":
                value = f"upper({raw})"
        case "date":
            value, reason = _date(raw, format), _date_reason(shown, typed, format)
        case "boolean":
            value = f"CASE lower({raw}) WHEN 'true' THEN true WHEN 'false' THEN false END"
            reason = _case((f"{typed} IS NOT NULL", None), otherwise="must be true or false")
        case "integer":
            value = _integer(number_text(raw, format))
            reason = _integer_reason(table, column, shown, format)
        case _:
            value = _decimal(number_text(raw, format), column.kind)
            reason = _decimal_reason(table, column, shown, format)
    empty = text("is empty, and is required") if column.required else "NULL"
    return Judged(column.name, value, f"CASE WHEN {shown} IS NULL THEN {empty} ELSE ({reason}) END")


def _case(*branches: tuple[str, str | None], otherwise: str | None) -> str:
    """The first branch that holds decides; None is no reason."""
    whens = " ".join(f"WHEN {condition} THEN {_reason(reason)}" for condition, reason in branches)
    return f"CASE {whens} ELSE {_reason(otherwise)} END"


def _reason(reason: str | None) -> str:
    return "NULL" if reason is None else text(reason)


def _matches(value: str, pattern: str) -> str:
    return f"regexp_full_match({value}, {text(pattern)})"


# --- Text ----------------------------------------------------------------------------------------


def _text_reason(table: str, column: ContractColumn, shown: str) -> str:
    branches: list[tuple[str, str | None]] = [
        (f"length({shown}) > {LONGEST_TEXT}", f"is longer than {LONGEST_TEXT:,} characters"),
        (f"contains({shown}, chr(0))", "holds a NUL character"),
    ]
    if column.key:
        control = f"regexp_matches({shown}, '[\\x01-\\x1f\\x7f]')"
        branches.append((control, "a key must not hold control characters such as a line break"))
    if words := WORDS.get((table, column.name)):
        listed = ", ".join(text(word) for word in words)
        branches.append((f"lower({shown}) NOT IN ({listed})", f"must be one of {', '.join(words)}"))
    elif column.name == "currency":
        branches.append(
            (f"NOT {_matches(shown, '[A-Za-z]{3}')}", "must be a currency of three letters")
        )
    return _case(*branches, otherwise=None)


# --- Dates ---------------------------------------------------------------------------------------


def _date(raw: str, format: Format) -> str:
    if format.dates:
        formats = ", ".join(text(pattern) for pattern in format.dates)
        # The engine reads 'infinity' and the like as days, whatever the format.
        return (
            f"CASE WHEN regexp_matches({raw}, '\\d') "
            f"THEN try_strptime({raw}, [{formats}])::DATE END"
        )
    day = f"try_cast({raw} AS DATE)"
    # What is written as the engine writes it needs no pattern, which takes twice as long.
    return (
        f"CASE WHEN strlen({raw}) = 10 AND {day}::VARCHAR = {raw} THEN {day} "
        f"WHEN {_matches(raw, ISO_DAY + MIDNIGHT)} THEN try_cast({raw}[:10] AS DATE) END"
    )


def _date_reason(shown: str, typed: str, format: Format) -> str:
    timed = f"regexp_full_match({shown}, '{ISO_DAY}[ T].*')"
    return _case(
        (f"year({typed}) BETWEEN {FIRST_YEAR} AND 9999", None),
        (f"{typed} IS NOT NULL", f"the year must be from {FIRST_YEAR} to 9999"),
        *([] if format.dates else [(timed, "has a time of day; a date is YYYY-MM-DD")]),
        otherwise=(
            f"is not a date written {' or '.join(format.dates)}"
            if format.dates
            else "is not a date; write YYYY-MM-DD, or name its date_format in a mapping"
        ),
    )


# --- Numbers -------------------------------------------------------------------------------------


def number_text(raw: str, format: Format) -> str:
    """The SQL that writes a number with a decimal point and no thousands separators.

    >>> number_text("x", Format())
    'x'
    """
    if format.decimal == "." and not format.thousands:
        return raw
    point, group = _literal(format.decimal), _literal(format.thousands)
    grouped = rf"\d{{1,3}}({group}\d{{3}})+|" if group else ""
    shape = rf"[+-]?({grouped}\d+|)({point}\d*)?([eE][+-]?\d+)?"
    plain = f"replace({raw}, {text(format.thousands)}, '')" if group else raw
    plain = f"replace({plain}, {text(format.decimal)}, '.')"
    return f"CASE WHEN {_matches(raw, shape)} THEN {plain} ELSE 'not a number' END"


def _literal(character: str) -> str:
    return f"[{character}]" if character else ""


def _integer(number: str) -> str:
    return (
        f"CASE WHEN try_cast({number} AS INTEGER)::VARCHAR = {number} "
        f"THEN try_cast({number} AS INTEGER) WHEN {_matches(number, WHOLE_NUMBER)} "
        f"THEN try_cast(split_part({number}, '.', 1) AS INTEGER) END"
    )


def _decimal(number: str, kind: str) -> str:
    """The number at its kind's scale; an exponent only where that stays exact."""
    target = ENGINE_TYPES[kind]
    return (
        f"CASE WHEN {_matches(number, PLAIN_NUMBER)} THEN try_cast({number} AS {target}) "
        f"WHEN {_matches(number, SHORT_EXPONENT)} "
        f"THEN try_cast(try_cast({number} AS DECIMAL(38, 20)) AS {target}) END"
    )


def _range(table: str, column: ContractColumn) -> tuple[str, str] | None:
    return RANGES.get((table, column.name)) or RANGES.get((None, column.name))


def _within(table: str, column: ContractColumn) -> str:
    limits = _range(table, column)
    return limits[0].format(name(column.name)) if limits else "true"


def _integer_reason(table: str, column: ContractColumn, shown: str, format: Format) -> str:
    typed, number = name(column.name), number_text(shown, format)
    limits = _range(table, column)
    return _case(
        (f"{typed} IS NOT NULL AND {_within(table, column)}", None),
        (f"{typed} IS NOT NULL", limits[1] if limits else None),
        (_matches(number, WHOLE_NUMBER), "is too large for a whole number"),
        *_odd_numbers(shown, number, format),
        (_matches(number, NUMBER), "must be a whole number"),
        otherwise="is not a number",
    )


def _decimal_reason(table: str, column: ContractColumn, shown: str, format: Format) -> str:
    typed, number = name(column.name), number_text(shown, format)
    scale = SCALES[column.kind]
    limits = _range(table, column)
    exact = "true" if _rounds(table, column) else _exact(number, typed, scale)
    excess = (
        f"has more than {scale} decimals; a mapping may round it "
        f'(expression = "round(try_cast(… AS DECIMAL(38, 15)), {scale})")'
    )
    return _case(
        (f"{typed} IS NOT NULL AND {exact} AND {_within(table, column)}", None),
        (f"{typed} IS NOT NULL AND NOT {exact}", excess),
        (f"{typed} IS NOT NULL", limits[1] if limits else None),
        *_odd_numbers(shown, number, format),
        (_matches(number, SHORT_EXPONENT), _too_large(scale)),
        (_matches(number, PLAIN_NUMBER), _too_large(scale)),
        (
            f"{_matches(number, NUMBER)} AND abs(try_cast({number} AS DOUBLE)) > 1",
            _too_large(scale),
        ),
        (_matches(number, NUMBER), "is written with an exponent; write its decimals out"),
        otherwise="is not a number",
    )


def _rounds(table: str, column: ContractColumn) -> bool:
    return column.kind in ROUNDED_KINDS or (table, column.name) in ROUNDED_COLUMNS


def _exact(number: str, typed: str, scale: int) -> str:
    """Whether the digits beyond the scale are zeros, so that nothing was rounded away."""
    plain = _matches(number, rf"[+-]?\d*\.?\d{{0,{scale}}}0*")
    return (
        f"({plain} OR ({number} ILIKE '%e%' AND try_cast({number} AS DECIMAL(38, 20)) = {typed}))"
    )


def _too_large(scale: int) -> str:
    return f"is too large: at most {18 - scale} digits before the decimal point"


def _odd_numbers(shown: str, number: str, format: Format) -> list[tuple[str, str | None]]:
    """Numbers that are none, with what people most often meant."""
    written = ", ".join(
        [f'decimal = "{format.decimal}"']
        + [f'thousands = "{format.thousands}"'] * bool(format.thousands)
    )
    comma = (
        'has a comma; load it by a mapping that says decimal = "," or thousands = ","'
        if format.decimal == "." and not format.thousands
        else f"is not a number written with {written}"
    )
    infinite = f"isinf(try_cast({number} AS DOUBLE))"
    return [
        (_matches(f"lower({shown})", NOT_FINITE), "is not a finite number"),
        (f"{_matches(number, NUMBER)} AND {infinite}", "is not a finite number"),
        (_matches(shown, r"[+-]?[\d.]+(,\d+)+(\.\d*)?|[+-]?\d+([ ']\d+)+([.,]\d*)?"), comma),
    ]
