"""The sums behind the supplier base that its figures do not need: contracts that end, and ended.

Suppliers of the own group are left out. A contract is for its supplier with all those under it, and
for its category with all those under it; it is for every category where it names none.
"""

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import FromClause, and_, case, select

from queries.budget import intercompany
from queries.calendar import Span
from queries.frames import in_order, typed_frame
from queries.selection import Selection, conditions
from queries.sourcing import SOURCED, amount_of, count_of
from queries.sourcing_marts import contracts, offered
from queries.store import Reader
from queries.versions import rows_at

TERMS = ("contract_id", "supplier_id", "category_id", "start_date", "end_date")


def ending(reader: Reader, selection: Selection, year: Span, until: date) -> pd.DataFrame:
    """Contracts begun by the end of a span of days that end by ``until``, with what was bought.

    ``bought`` is what was bought in the span from its suppliers in its categories, on whatever
    terms; ``uncovered`` what was since its end, by the span's end, without any contract. One of
    which nothing was bought is left out.
    """
    contract, offer = contracts(rows_at(reader.batch)), _offered(reader, until)
    within = and_(
        SOURCED.c.supplier_id == offer.c.supplier_id, SOURCED.c.category_id == offer.c.category_id
    )
    day, amount = SOURCED.c.day, SOURCED.c.amount
    in_year = day.between(year.first, year.last)
    since = and_(day > offer.c.end_date, SOURCED.c.covered.is_(False))
    keys = [contract.c[name] for name in TERMS]
    statement = (
        select(
            *keys,
            amount_of(amount, in_year).label("bought"),
            amount_of(amount, since).label("uncovered"),
            count_of(SOURCED.c.line_count, in_year).label("line_count"),
        )
        .select_from(contract.join(offer, offer.c.contract_id == contract.c.contract_id))
        .join(SOURCED, within)
        .where(*conditions(selection, SOURCED, reader.batch), ~intercompany(reader, SOURCED))
        .where(contract.c.start_date <= year.last, contract.c.end_date <= until)
        .where(day <= year.last, day >= _earlier(year.first, offer))
        .group_by(*keys)
        .order_by(contract.c.end_date, *in_order(contract.c.contract_id))
    )
    return typed_frame(reader, statement)


def _offered(reader: Reader, until: date) -> FromClause:
    """Contracts that end by a day, with every supplier that may use them and every category."""
    offer = offered(rows_at(reader.batch))
    return select(offer).where(offer.c.end_date <= until).subquery("ending")


def _earlier(first: date, offer: FromClause) -> Any:
    """The first day whose money is asked for: of the year, or of what came after a contract."""
    return case((offer.c.end_date < first, offer.c.end_date), else_=first)


def in_force(reader: Reader) -> pd.DataFrame:
    """Every contract with its days, to see which one follows another."""
    return reader.once("contracts_in_force", _in_force)


def _in_force(reader: Reader) -> pd.DataFrame:
    contract = contracts(rows_at(reader.batch))
    columns = [contract.c[name] for name in TERMS]
    return reader.frame(select(*columns).order_by(*in_order(contract.c.contract_id)))
