"""Invoices without a number that look like an earlier one: what to ask about, never a figure.

Without numbers an equal amount says little: rents, instalments and hours at a rate come again by
right. A pair is worth asking about where equal amounts are rare with that supplier group:

- two invoices of the group without a number, and no third, have that amount in that currency;
- no more than one in ten of the group's invoices without a number share their amount with another
  (a group with no other such pair is asked about whatever its size);
- none of them is two, three or four times that amount, or a half, a third or a fourth of it: the
  price of one piece comes again by right;
- the amount is no round sum: three of its digits count, or more;
- they are 1 to 27 days apart: what is dated the same day was entered side by side, and after four
  weeks the next month's may be due;
- their lines are as many, of the same categories, cost centres and items, and say the same.

The rule was tuned and judged on published payments: docs/duplicates.md.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Numeric,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)

from queries import mart_tables, schema
from queries.balances import labelled
from queries.contract import AMOUNT
from queries.duplicate_marts import documents, undone
from queries.settings import Settings
from queries.spend_lines import spend_lines
from queries.versions import Rows, current

DAYS = 27  # apart, at most
ONE_IN = 10  # of a group's invoices may share their amount with another
DIGITS = 3  # that count, at least
TIMES = (2, 3, 4)  # an amount: several pieces at the price of one
WIDE = Numeric(20, 2)
GROUP = ("head", "currency")
SAID = ("category_id", "cost_centre_id", "item_id", "description")


def unnumbered_twin(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Invoices without a number that look like an earlier one, by what their lines are of."""
    line = spend_lines(settings, rows)
    document = select(documents(settings, rows)).cte("every_document")
    found = _alike(_pairs(document), line)
    credited = undone(found, document)
    keys = [line.c[n] for n in schema.keys(mart_tables.unnumbered_twin)]
    of_twin = [*(found.c[name] for name in ("day", "twin_id", "twin_day")), credited.c.undone_on]
    columns: dict[str, ColumnElement[Any]] = {
        "gross": cast(func.sum(line.c.gross), AMOUNT),
        "line_count": cast(func.count(), BigInteger),
    }
    source = line.join(found, found.c.invoice_id == line.c.invoice_id).outerjoin(
        credited, credited.c.invoice_id == found.c.invoice_id
    )
    return select(*keys, *of_twin, *labelled(columns)).select_from(source).group_by(*keys, *of_twin)


def _pairs(document: FromClause) -> FromClause:
    """The later of two invoices of one amount that no third has, with the earlier one."""
    bill = _bills(document)
    other = bill.alias("other_bill")
    group = and_(*(other.c[name] == bill.c[name] for name in GROUP))
    pieces = exists().where(group, _is_some_times(other, bill))
    days = bill.c.invoice_date - bill.c.twin_date
    rare = or_(bill.c.shared <= 2, bill.c.shared * ONE_IN <= bill.c.bills)
    return (
        select(bill)
        .where(bill.c.many == 2, days.between(1, DAYS), rare, _is_odd(bill), ~pieces)
        .cte("bare_pair")
    )


def _bills(document: FromClause) -> FromClause:
    """Invoices without a number, each with the one before it of its amount.

    ``many`` have that amount; of the group's ``bills``, so many share theirs: ``shared``.
    """
    group = [document.c[name] for name in GROUP]
    equal = [*group, document.c.document_gross]
    by_date = (document.c.invoice_date, document.c.invoice_id.collate("C"))
    before = {"twin_id": "invoice_id", "twin_day": "day", "twin_date": "invoice_date"}
    lags = {
        name: func.lag(document.c[of]).over(partition_by=equal, order_by=by_date)
        for name, of in before.items()
    }
    bill = (
        select(document, func.count().over(partition_by=equal).label("many"), *labelled(lags))
        .where(document.c.document_gross > 0, func.coalesce(document.c.number, "") == "")
        .subquery("bill")
    )
    group = [bill.c[name] for name in GROUP]
    habit = {
        "bills": func.count().over(partition_by=group),
        "shared": func.sum(case((bill.c.many > 1, 1), else_=0)).over(partition_by=group),
    }
    return select(bill, *labelled(habit)).cte("bare_bill")


def _is_odd(bill: FromClause) -> ColumnElement[bool]:
    """No round sum: so many digits are left without the zeros at its end, cents included."""
    cents = cast(cast(bill.c.document_gross, WIDE) * 100, BigInteger)
    return func.length(func.rtrim(cast(cents, String()), "0")) >= DIGITS


def _is_some_times(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """One amount is a few times the other, whichever is the larger."""
    amounts = [cast(bill.c.document_gross, WIDE) for bill in (one, other)]
    return or_(*(a == b * n for n in TIMES for a, b in (amounts, amounts[::-1])))


def _alike(pair: FromClause, line: FromClause) -> FromClause:
    """The pairs whose invoices have lines of the same things: as many, that say the same."""
    ids = select(pair.c.invoice_id).union(select(pair.c.twin_id))
    said: dict[str, ColumnElement[Any]] = {
        **{f"least_{n}": func.min(func.coalesce(line.c[n], "").collate("C")) for n in SAID},
        **{f"most_{n}": func.max(func.coalesce(line.c[n], "").collate("C")) for n in SAID},
        "lines": func.count(),
        "smallest": func.min(line.c.document_gross),
        "largest": func.max(line.c.document_gross),
    }
    bill = (
        select(line.c.invoice_id, *labelled(said))
        .where(line.c.invoice_id.in_(ids))
        .group_by(line.c.invoice_id)
        .cte("said")
    )
    earlier = bill.alias("said_before")
    same = and_(*(bill.c[name] == earlier.c[name] for name in said))
    source = pair.join(bill, bill.c.invoice_id == pair.c.invoice_id).join(
        earlier, and_(earlier.c.invoice_id == pair.c.twin_id, same)
    )
    return select(pair).select_from(source).cte("bare_twin")
