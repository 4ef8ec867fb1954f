"""What was invoiced against what contracts agreed: the mart of contract prices.

The contract is the line's own where it has a price for the item, else that of its supplier, or of
those above it, which began last. Its price is the one of the day of the order, else of the invoice:
the last that was valid by then, unless it was fixed for a time that is over. Prices in another unit
or currency than the invoice's are not compared.
"""

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
    select,
    type_coerce,
    union,
)

from queries import mart_tables, rules, schema
from queries.balances import labelled
from queries.contract import AMOUNT
from queries.mart_sums import summed
from queries.settings import Settings
from queries.sourcing_marts import FOR_GOOD, contracts
from queries.spend_lines import spend_lines
from queries.trees import ancestors
from queries.versions import Rows, current

PRICES = schema.contract_tables["contract_price"]
OFFER = ("supplier_id", "item_id")


def agreed_prices(rows: Rows) -> FromClause:
    """Each price of a contract with the first and the last day that it holds."""
    price, contract = rows(PRICES), contracts(rows)
    following = func.lead(price.c.valid_from).over(
        partition_by=(price.c.contract_id, price.c.item_id), order_by=price.c.valid_from
    )
    ends = (type_coerce(following, Date) - 1, price.c.fixed_until, contract.c.end_date)
    columns = {
        **{name: price.c[name] for name in ("contract_id", "item_id", "unit_price")},
        "supplier_id": contract.c.supplier_id,
        "start_date": contract.c.start_date,
        "currency": func.coalesce(price.c.currency, contract.c.currency),
        "first": type_coerce(func.greatest(price.c.valid_from, contract.c.start_date), Date),
        "last": type_coerce(func.least(*(func.coalesce(end, FOR_GOOD) for end in ends)), Date),
    }
    source = price.join(contract, contract.c.contract_id == price.c.contract_id)
    agreed = select(*labelled(columns)).select_from(source).subquery("agreed")
    return select(agreed).where(agreed.c.first <= agreed.c.last).subquery("agreed_price")


def offered_prices(rows: Rows) -> FromClause:
    """For every supplier and item one price a day at most: spans of days that never overlap."""
    agreed, supplier = agreed_prices(rows), ancestors(schema.supplier, rows)
    names = [agreed.c[n] for n in ("item_id", "contract_id", "start_date", "unit_price",
                                   "currency", "first", "last")]  # fmt: skip
    price = (
        select(supplier.c.id.label("supplier_id"), *names)
        .join(supplier, supplier.c.ancestor == agreed.c.supplier_id)
        .subquery("price_of_supplier")
    )
    span, keys = _spans(price), [price.c[name] for name in OFFER]
    same = (span.c[name] == key for name, key in zip(OFFER, keys, strict=True))
    inside = and_(*same, span.c.first.between(price.c.first, price.c.last))
    place = func.row_number().over(
        partition_by=(*keys, span.c.first),
        order_by=(price.c.start_date.desc(), price.c.contract_id.collate("C")),
    )
    columns = (*keys, span.c.first, span.c.last, price.c.contract_id, price.c.unit_price,
               price.c.currency, place.label("place"))  # fmt: skip
    ranked = select(*columns).select_from(span.join(price, inside)).subquery("ranked")
    return select(ranked).where(ranked.c.place == 1).subquery("offered_price")


def _spans(price: FromClause) -> FromClause:
    """The days between any two changes of what a supplier asks for an item."""
    keys = [price.c[name] for name in OFFER]
    edges = union(select(*keys, price.c.first), select(*keys, price.c.last + 1)).subquery("edge")
    names = [edges.c[name] for name in OFFER]
    following = func.lead(edges.c.first).over(partition_by=names, order_by=edges.c.first)
    last = (type_coerce(following, Date) - 1).label("last")
    return select(*names, edges.c.first, last).subquery("span")


def priced_lines(settings: Settings, rows: Rows) -> FromClause:
    """Invoice lines with what a contract asks for their quantity: ``contract_amount``.

    Both amounts are net and in the reporting currency, at the invoice's rate.
    """
    line, own, theirs = _measured(settings, rows), agreed_prices(rows), offered_prices(rows)

    def found(price: FromClause, *names: str) -> Any:
        same = (price.c[name] == line.c[name] for name in names)
        return and_(*same, line.c.ordered_on.between(price.c.first, price.c.last))

    source = line.outerjoin(own, found(own, "contract_id", "item_id")).outerjoin(
        theirs, found(theirs, *OFFER)
    )
    has_own = own.c.contract_id.is_not(None)
    agreed = {
        name: case((has_own, own.c[name]), else_=theirs.c[name])
        for name in ("contract_id", "unit_price", "currency")
    }
    asked = rules.worth(line.c.quantity, agreed["unit_price"], line.c.rate)
    kept = [line.c[n] for n in line.c.keys() if n != "contract_id"]  # noqa: SIM118
    columns = {"contract_id": agreed["contract_id"], "unit_price": agreed["unit_price"],
               "contract_amount": asked}  # fmt: skip
    currency = func.coalesce(agreed["currency"], settings.currency)
    return (
        select(*kept, *labelled(columns))
        .select_from(source)
        .where(agreed["contract_id"].is_not(None), currency == line.c.currency)
        .subquery("priced_line")
    )


def _measured(settings: Settings, rows: Rows) -> FromClause:
    """Invoice lines of an item in its own unit, with the day that their price is of."""
    line, item = spend_lines(settings, rows), rows(schema.item)
    ordered_on = func.coalesce(line.c.order_date, line.c.invoice_date).label("ordered_on")
    same_unit = func.coalesce(item.c.unit, line.c.unit) == line.c.unit
    return (
        select(line, ordered_on)
        .join(item, item.c.item_id == line.c.item_id)
        .where(line.c.has_quantity, line.c.quantity != 0, same_unit)
        .subquery("measured_line")
    )


def contract_price_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Invoiced money of items that a contract has a price for, and what it comes to at that."""
    line = priced_lines(settings, rows)
    columns: dict[str, ColumnElement[Any]] = {
        "amount": cast(func.sum(line.c.net), AMOUNT),
        "contract_amount": cast(func.sum(line.c.contract_amount), AMOUNT),
        "line_count": cast(func.count(), BigInteger),
    }
    return summed(line, mart_tables.contract_price_flow, columns)
