"""The settings of the company: what was decided once, for every figure.

A setting holds from the load that was current when it was written (``batch``), so that a view
pinned to an earlier load keeps the settings it was made under.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from queries.errors import ConcordError


@dataclass(frozen=True)
class Settings:
    """What the company decided once, for every figure.

    ``fiscal_year_start`` is a month, 1 to 12. ``data_through`` is "today" for reports; ``None``
    means the day of the load. ``irrecoverable_tax`` adds invoice tax to spend. ``cost_of_cash`` is
    what the company's own money costs it a year; ``early_days`` is from how many days before it is
    due a payment counts as early. ``public_body`` says which late-payment law binds the company.
    ``service_level`` is the share of replenishments that stock is meant to outlast where an item
    says nothing; what nobody needed for ``obsolete_after_months`` is obsolete. A delivery is on
    time up to ``otif_days`` after the first promise; a price agrees with its order's up to a
    difference of ``match_tolerance``, a whole number of tenths of a per cent.
    """

    currency: str = "EUR"
    fiscal_year_start: int = 1
    data_through: date | None = None
    budget_version: str | None = None
    irrecoverable_tax: bool = False
    cost_of_cash: float = 0.06
    early_days: int = 5
    public_body: bool = False
    service_level: float = 0.95
    obsolete_after_months: int = 12
    otif_days: int = 0
    match_tolerance: float = 0.02


SHAPING = ("currency", "fiscal_year_start", "irrecoverable_tax")
SETTING_NAMES = tuple(f.name for f in fields(Settings))


def read_setting(name: str, value: str) -> object:
    """A setting's value from its text; one clear line where it cannot be read.

    >>> read_setting("fiscal_year_start", "4")
    4
    """
    if name not in READERS:
        raise ConcordError(f"unknown setting {name}: settings are {', '.join(SETTING_NAMES)}")
    try:
        return READERS[name](value.strip())
    except ValueError as error:
        raise ConcordError(f"{name} {value!r}: give {error}") from None


def _currency(value: str) -> str:
    code = value.upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise ValueError("a code of three letters, such as EUR")
    return code


def _whole(least: int, most: int, words: str) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            raise ValueError(words)
        return int(value)

    return read


def _share(words: str, holds: Callable[[float], bool]) -> Callable[[str], float]:
    def read(value: str) -> float:
        try:
            share = float(value)
        except ValueError:
            raise ValueError(words) from None
        if not holds(share):
            raise ValueError(words)
        return share

    return read


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ValueError("a date written YYYY-MM-DD") from None


def _truth(value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise ValueError("true or false")
    return value.lower() == "true"


READERS: Mapping[str, Callable[[str], object]] = {
    "currency": _currency,
    "fiscal_year_start": _whole(1, 12, "a month, 1 to 12"),
    "data_through": _day,
    "budget_version": lambda value: value or None,
    "irrecoverable_tax": _truth,
    "cost_of_cash": _share("a share between 0 and 1, such as 0.06", lambda share: 0 <= share <= 1),
    "early_days": _whole(0, 365, "whole days, 0 to 365"),
    "public_body": _truth,
    "service_level": _share("a share above 0 and below 1, such as 0.95", lambda s: 0 < s < 1),
    "obsolete_after_months": _whole(1, 120, "whole months, 1 to 120"),
    "otif_days": _whole(0, 365, "whole days, 0 to 365"),
    "match_tolerance": _share(
        "a share from 0 to below 1 in tenths of a per cent, such as 0.02",
        lambda share: 0 <= share < 1 and round(share * 1000) / 1000 == share,
    ),
}


def changed(settings: Settings, entries: Iterable[tuple[str, str]]) -> Settings:
    """Settings after some entries, in order."""
    for name, value in entries:
        settings = replace(settings, **{name: read_setting(name, value)})  # type: ignore[arg-type]
    return settings


def settings_at(
    loads: Iterable[tuple[int, str]], entries: Iterable[tuple[int, str, str]], batch: int
) -> Settings:
    """The settings in force at a load: each load's own, then what was written while it was current.

    ``loads`` are (batch, settings as JSON); ``entries`` are (batch, name, value) in order. What
    shapes the marts holds from the next load on, which brings the marts to it.
    """
    steps = [(number, 1, tuple(json.loads(given).items())) for number, given in loads]
    for number, name, value in entries:
        moment = (number + 1, 0) if number and name in SHAPING else (number, 2)
        steps.append((*moment, ((name, value),)))
    settings = Settings()
    for number, _, given in sorted(steps, key=lambda step: step[:2]):
        if number <= batch:
            settings = changed(settings, given)
    return settings
