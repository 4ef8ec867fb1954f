"""The minutes: what people write down, append-only. For now, the settings of the company.

A setting holds from the load that was current when it was written (``batch``), so that a view
pinned to an earlier load keeps the settings it was made under.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select

from queries import schema
from queries.errors import ConcordError


@dataclass(frozen=True)
class Settings:
    """What the company decided once, for every figure.

    ``fiscal_year_start`` is a month, 1 to 12. ``data_through`` is "today" for reports; ``None``
    means the day of the load. ``irrecoverable_tax`` adds invoice tax to spend.
    """

    currency: str = "EUR"
    fiscal_year_start: int = 1
    data_through: date | None = None
    budget_version: str | None = None
    irrecoverable_tax: bool = False


SHAPING = ("currency", "fiscal_year_start", "irrecoverable_tax")
SETTING_NAMES = tuple(f.name for f in fields(Settings))


def read_setting(name: str, value: str) -> object:
    """A setting's value from its text; one clear line where it cannot be read.

    >>> read_setting("fiscal_year_start", "4")
    4
    """
    if name not in SETTING_NAMES:
        raise ConcordError(f"unknown setting {name}: settings are {', '.join(SETTING_NAMES)}")
    if name == "currency":
        return _currency(value)
    if name == "fiscal_year_start":
        return _month(value)
    if name == "data_through":
        return _day(value)
    if name == "irrecoverable_tax":
        return _truth(value)
    return value or None


def _currency(value: str) -> str:
    code = value.strip().upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise ConcordError(f"currency {value!r}: give a code of three letters, such as EUR")
    return code


def _month(value: str) -> int:
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 12):
        raise ConcordError(f"fiscal_year_start {value!r}: give a month, 1 to 12")
    return int(value)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ConcordError(f"data_through {value!r}: give a date written YYYY-MM-DD") from None


def _truth(value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise ConcordError(f"irrecoverable_tax {value!r}: give true or false")
    return value.lower() == "true"


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


def latest_minute(connection: Connection) -> int:
    """The number of the last entry; 0 before the first."""
    last = select(func.coalesce(func.max(schema.setting.c.minute), 0))
    return int(connection.execute(last).scalar_one())


def setting_entries(connection: Connection, minute: int) -> list[tuple[int, str, str]]:
    """Every setting written up to a minute, in order."""
    columns = (schema.setting.c.batch, schema.setting.c.name, schema.setting.c.value)
    statement = select(*columns).where(schema.setting.c.minute <= minute)
    rows = connection.execute(statement.order_by(schema.setting.c.minute))
    return [(batch, name, value) for batch, name, value in rows]


def record_settings(
    connection: Connection, given: Mapping[str, str], batch: int, now: datetime, user: str
) -> None:
    """Write settings down; each is checked first, so that a bad one writes nothing."""
    changed(Settings(), given.items())
    first = latest_minute(connection) + 1
    rows = [
        {
            "minute": first + offset,
            "batch": batch,
            "name": name,
            "value": value,
            "recorded_at": now,
            "recorded_by": user,
        }
        for offset, (name, value) in enumerate(given.items())
    ]
    if rows:
        connection.execute(insert(schema.setting), rows)
