"""Which spend a contract covered: the mart of sourcing.

A contract is in force for a line on the day of its order, else of its invoice: the line's own
contract, else any of its supplier or of those above it, for the line's category or one above it. A
contract that names no category is for all, lines without a category included; one whose category is
not known is for none. Contracts with suppliers of the own group are left out.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from queries import mart_tables, rules, schema
from queries.balances import labelled
from queries.contract import AMOUNT
from queries.mart_sums import summed
from queries.settings import Settings
from queries.spend_lines import spend_lines
from queries.trees import ancestors
from queries.versions import Rows, current

FOR_GOOD = literal(date(9999, 12, 31), Date())  # a contract without an end
EVERY = literal("")  # stands above every category, and above none: what names no category is for it


def sourced_lines(settings: Settings, rows: Rows) -> FromClause:
    """Invoice lines, whether a contract covered them, and whether their category had one at all."""
    line, own = _dated_lines(settings, rows), contracts(rows)
    contract = offered(rows)
    theirs = _merged(contract, ("supplier_id", "category_id"))
    anyones = _merged(contract, ("category_id",))

    def found(contract: FromClause, *names: str) -> ColumnElement[bool]:
        same = (contract.c[name] == line.c[name] for name in names)
        return and_(*same, holds(contract, line.c.ordered_on))

    source = (
        line.outerjoin(own, found(own, "contract_id"))
        .outerjoin(theirs, found(theirs, "supplier_id", "category_id"))
        .outerjoin(anyones, found(anyones, "category_id"))
    )
    columns = {
        "covered": or_(own.c.contract_id.is_not(None), theirs.c.supplier_id.is_not(None)),
        "contracted": anyones.c.category_id.is_not(None),
    }
    return select(line, *labelled(columns)).select_from(source).subquery("sourced_line")


def _dated_lines(settings: Settings, rows: Rows) -> FromClause:
    """Invoice lines with the day that a contract had to be in force on."""
    line = spend_lines(settings, rows)
    ordered_on = func.coalesce(line.c.order_date, line.c.invoice_date).label("ordered_on")
    return select(line, ordered_on).subquery("dated_line")


def holds(contract: FromClause, day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a contract is in force on a day; its last day counts."""
    # Compared one by one: what is no plain comparison, DuckDB tries on every pair of rows.
    last = func.coalesce(contract.c.end_date, FOR_GOOD)
    return and_(contract.c.start_date <= day, last >= day)


def contracts(rows: Rows) -> FromClause:
    """Every contract but those with suppliers of the own group."""
    contract, supplier = rows(schema.contract), rows(schema.supplier)
    sister = select(supplier.c.supplier_id).where(supplier.c.intercompany.is_(True))
    outside = select(contract).where(contract.c.supplier_id.not_in(sister))
    return outside.subquery("outside_contract")


def offered(rows: Rows) -> FromClause:
    """Each contract with every supplier that may use it and every category it is for."""
    contract = contracts(rows)
    supplier, category = ancestors(schema.supplier, rows), _categories(rows)
    named = func.coalesce(contract.c.category_id, EVERY)
    return (
        select(
            supplier.c.id.label("supplier_id"),
            category.c.id.label("category_id"),
            contract.c.contract_id,
            contract.c.start_date,
            func.coalesce(contract.c.end_date, FOR_GOOD).label("end_date"),
        )
        .select_from(contract)
        .join(category, category.c.ancestor == named)
        .outerjoin(supplier, supplier.c.ancestor == contract.c.supplier_id)
        .subquery("offered")
    )


def _categories(rows: Rows) -> FromClause:
    """Every category with each one above it and ``EVERY``; so, too, what has no category."""
    above, category = ancestors(schema.category, rows), rows(schema.category)
    parts = union_all(
        select(above.c.id, above.c.ancestor),
        select(category.c.category_id, EVERY),
        select(EVERY, EVERY),
    )
    return parts.subquery("category_reach")


def _merged(spans: FromClause, by: Sequence[str]) -> FromClause:
    """Spans of days as few that never overlap, so that a day finds one at most."""
    keys = [spans.c[name] for name in by]
    first, last = spans.c.start_date, spans.c.end_date
    so_far = func.max(last).over(partition_by=keys, order_by=(first, last), rows=(None, -1))
    gap = case((first <= so_far, 0), else_=1)
    began = select(*keys, first, last, gap.label("gap")).subquery("began")
    names = [began.c[name] for name in by]
    number = func.sum(began.c.gap).over(
        partition_by=names, order_by=(began.c.start_date, began.c.end_date), rows=(None, 0)
    )
    run = select(began, number.label("number")).subquery("run")
    names = [run.c[name] for name in by]
    return (
        select(
            *names,
            func.min(run.c.start_date).label("start_date"),
            func.max(run.c.end_date).label("end_date"),
        )
        .group_by(*names, run.c.number)
        .subquery()
    )


def sourcing_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Invoiced money by accounting day, by whether a contract covered it, and where one could."""
    line = sourced_lines(settings, rows)
    numbered = func.count(func.nullif(rules.plain_number(line.c.invoice_number), ""))
    columns: dict[str, ColumnElement[Any]] = {
        "amount": cast(func.sum(line.c.amount), AMOUNT),
        "numbered_count": cast(numbered, BigInteger),
        "line_count": cast(func.count(), BigInteger),
    }
    return summed(line, mart_tables.sourcing_flow, columns)
