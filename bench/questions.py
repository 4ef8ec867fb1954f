"""The eight questions, each in three forms that must give the same answer.

``concord`` is what Concord's pages call; ``lines`` is hand-written SQL over the facts as they are
loaded, ``mart`` over the marts that answer best. The SQL is in ``bench/questions``; a text for one
engine alone has the engine's name before its ending.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

import pandas as pd

from bench import answers
from queries.schema import OPEN
from queries.selection import Choices, Selection
from queries.store import Reader
from spend.tree import Member, Tree

FOLDER = Path(__file__).parent / "questions"
FORMS = ("concord", "lines", "mart")
SELECTION = Selection("2026-01", "2026-09")  # whole months, as the hand-written SQL has them
VERSION = "2026 budget"


@dataclass(frozen=True)
class Question:
    """One question: its name, its words, what tells its rows apart, and Concord's own answer.

    ``filters`` is how many filters it is also asked with: over lines, and by Concord.
    """

    name: str
    words: str
    keys: tuple[str, ...]
    answer: Callable[[Reader, Selection], pd.DataFrame]
    filters: tuple[int, ...] = ()


QUESTIONS = (
    Question("budget_months", "Budget against actual by month", ("month",),
             answers.budget_months, (2,)),
    Question("variance", "Variance by cost centre and category", answers.PLACES,
             answers.variance, (2,)),
    Question("price_volume_mix", "Price, volume and mix by item", ("item_id",),
             answers.price_volume_mix, (2, 3)),
    Question("top_suppliers", "Top suppliers with lines and invoices", ("supplier_id",),
             answers.top_suppliers),
    Question("days_to_pay", "Days to pay and late value by supplier", ("supplier_id",),
             answers.days_to_pay),
    Question("unit_prices", "Unit price by supplier, item and month",
             ("supplier_id", "item_id", "unit", "currency", "month"),
             answers.unit_prices, (2, 3)),
    Question("stock_and_demand", "Stock against demand by item", ("item_id", "site"),
             answers.stock_and_demand),
    Question("order_to_invoice", "Order to receipt to invoice, with mismatches, by month",
             ("month",), answers.order_to_invoice),
)  # fmt: skip


def text(name: str, form: str, engine: str, choices: Choices, selection: Selection) -> str:
    """A question's hand-written SQL, with the values of a selection put in."""
    own = FOLDER / f"{name}.{form}.{engine}.sql"
    file = own if own.exists() else FOLDER / f"{name}.{form}.sql"
    return Template(file.read_text(encoding="utf-8")).substitute(_values(choices, selection))


def run(reader: Reader, sql: str) -> pd.DataFrame:
    """The rows of a statement, by the engine's own quickest way; however long it takes."""
    if reader.connection.dialect.name == "postgresql":
        reader.connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    result = reader.connection.exec_driver_sql(sql)
    native = getattr(result.cursor, "df", None)
    names = list(result.keys())
    return native() if native else pd.DataFrame(result.all(), columns=names)


def _values(choices: Choices, selection: Selection) -> Mapping[str, str]:
    """What stands in the texts for the days, the version and the filters of a selection."""
    periods = choices.calendar
    first = periods.get(selection.from_period or "")
    last = periods.get(selection.to_period or "")
    if first is None or last is None:
        raise ValueError("the questions are asked of named periods")
    base = [periods.a_year_earlier(period) for period in (first, last)]
    return {
        "open": str(OPEN),
        "first": _day(first.start_date),
        "last": _day(last.end_date),
        "base_first": _day(base[0].start_date if base[0] else first.start_date),
        "base_last": _day(base[1].end_date if base[1] else first.start_date),
        "year_before": _day(last.end_date.replace(year=last.end_date.year - 1)),
        "version": f"'{VERSION}'",
        "top": str(answers.TOP),
        "narrow": _narrowed(choices, selection),
        "planned": _planned(choices, selection),
    }


def _day(day: date) -> str:
    return f"DATE '{day}'"


# --- Filters -------------------------------------------------------------------------------------


def _narrowed(choices: Choices, selection: Selection) -> str:
    """Filters on invoice lines, with what lies under what is chosen written out."""
    found = []
    for key in ("supplier", "cost_centre"):
        if chosen := getattr(selection, key):
            found.append(f"invoice_line.{key}_id IN ({_ids(_under(choices, key, chosen))})")
    if selection.item:
        found.append(f"invoice_line.item_id IN ({_ids(selection.item)})")
    if selection.category:
        known = _ids(_under(choices, "category", selection.category))
        items = f"SELECT item_id FROM item WHERE batch_to = {OPEN} AND category_id IN ({known})"
        found.append(f"invoice_line.item_id IN ({items})")
    return "".join(f" AND {condition}" for condition in found)


def _planned(choices: Choices, selection: Selection) -> str:
    """Filters on the lines of a budget."""
    found = []
    for key in ("cost_centre", "category"):
        if chosen := getattr(selection, key):
            found.append(f"{key}_id IN ({_ids(_under(choices, key, chosen))})")
    return "".join(f" AND {condition}" for condition in found)


def _under(choices: Choices, key: str, chosen: Sequence[str]) -> list[str]:
    tree = Tree(Member(o.id, o.name, o.parent) for o in choices.options[key].values())
    return sorted(member for one in chosen for member in tree.subtree(one))


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(f"'{one}'" for one in ids)


# --- The same answer -----------------------------------------------------------------------------

# Cents and counts are exact. What is worked out in doubles is near: to so much of itself, or to a
# thousandth of a cent.
NEAR, SHARE = 1e-3, 1e-9


def differences(question: Question, one: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    """Where two answers differ, a line each: the key, the column and both values."""
    left, right = (_plain(question, frame) for frame in (one, other))
    names = sorted({*left.columns} | {*right.columns})
    if [*map(str, left.columns)] != [*map(str, right.columns)]:
        return [f"columns: {list(left.columns)} and {list(right.columns)}"]
    rows = left.index.union(right.index)
    both = (frame.reindex(rows) for frame in (left, right))
    first, second = both
    found = [f"{key}: in one alone" for key in rows.difference(left.index)[:5]]
    found += [f"{key}: in the other alone" for key in rows.difference(right.index)[:5]]
    for name in names:
        apart = ~_same(first[name], second[name])
        found += [f"{key} {name}: {first[name][key]} and {second[name][key]}"
                  for key in rows[apart][:5]]  # fmt: skip
    return found


def _plain(question: Question, frame: pd.DataFrame) -> pd.DataFrame:
    """An answer with its keys as texts, and numbers as floats."""
    keys = {name: frame[name].astype(str).str.slice(0, 10) if name == "month"
            else frame[name].astype(str) for name in question.keys}  # fmt: skip
    plain = frame.assign(**keys).set_index([*question.keys]).sort_index()
    return plain[sorted(plain.columns)]


def _same(one: "pd.Series[Any]", other: "pd.Series[Any]") -> "pd.Series[bool]":
    if any(side.map(lambda value: isinstance(value, str)).any() for side in (one, other)):
        return one == other
    left, right = (side.astype("float64") for side in (one, other))
    near = (left - right).abs() <= NEAR + SHARE * left.abs()
    return near | (left.isna() & right.isna())
