"""The tables of the rollups: marts of marts, by fewer keys and by month; '' is "not assigned".

A rollup has the columns of its base under their names, so that it can stand in its place. Of a key
marked ``month`` it keeps the first day of the month, of a supplier marked ``own`` only whether it
is one of the own group: '' for all others.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Column, Table

from queries.mart_tables import marts as base_marts
from queries.tables import contents, key, keys, versioned

MONTH, OWN = "month", "own"


@dataclass(frozen=True, eq=False)
class Rollup:
    """A mart that is another's rows, summed, and what it keeps of which key."""

    table: Table
    base: Table
    kept: Mapping[str, str]  # by key: MONTH, OWN, or '' where it is kept as it is


def _rollup(name: str, of: str, words: str) -> Rollup:
    """A rollup, its keys written as ``name`` or ``name:what is kept of it``."""
    base = base_marts[of]
    kept = {word.partition(":")[0]: word.partition(":")[2] for word in words.split()}
    columns = [key(name, base.c[name].type) for name in keys(base) if name in kept]
    columns += [Column(n, base.c[n].type, nullable=base.c[n].nullable) for n in contents(base)]
    return Rollup(versioned(name, *columns), base, kept)


# Of one base, what holds the least stands first: it is tried first.
ROLLUPS = (
    _rollup("spend_category_day", "spend_flow", "day supplier_id:own category_id"),
    _rollup("spend_centre_day", "spend_flow", "day supplier_id:own cost_centre_id"),
    _rollup("spend_supplier_month", "spend_flow", "day:month supplier_id category_id"),
    _rollup("spend_place_month", "spend_flow", "day:month supplier_id:own category_id "
            "cost_centre_id currency"),
    _rollup("spend_item_month", "spend_flow", "day:month supplier_id category_id item_id unit "
            "currency has_quantity"),
    _rollup("order_supplier_month", "order_flow", "day:month promised_date:month supplier_id "
            "category_id"),
    _rollup("order_promise_month", "order_flow", "day:month promised_date supplier_id"),
    _rollup("order_place_month", "order_flow", "day:month promised_date:month supplier_id:own "
            "category_id cost_centre_id"),
    _rollup("order_item_month", "order_flow", "day:month promised_date:month supplier_id:own "
            "category_id item_id"),
    _rollup("payable_supplier_month", "payable_flow", "day:month due_date:month supplier_id"),
    _rollup("payable_place_month", "payable_flow", "day:month due_date:month supplier_id:own "
            "category_id cost_centre_id"),
    _rollup("payable_supplier_day", "payable_flow", "day due_date supplier_id size_class"),
    _rollup("payment_day", "payment_flow", "day due_date supplier_id:own discounted"),
    _rollup("payment_supplier_day", "payment_flow", "day due_date supplier_id size_class "
            "discounted"),
    _rollup("term_day", "term_flow", "day supplier_id:own payment_term_code contract_term_code "
            "master_term_code"),
    _rollup("term_supplier_month", "term_flow", "day:month supplier_id payment_term_code "
            "contract_term_code master_term_code"),
    _rollup("sourcing_supplier_month", "sourcing_flow", "day:month supplier_id category_id "
            "covered contracted"),
    _rollup("match_supplier_month", "match_flow", "day:month supplier_id category_id "
            "after_the_fact judged in_quantity price_steps"),
    _rollup("promise_month", "promise_flow", "promised_on:month supplier_id:own "
            "counts_from:month counts_until:month full_from full_until"),
    _rollup("final_promise_month", "final_promise_flow", "promised_on:month supplier_id:own "
            "counts_from:month counts_until:month full_from full_until"),
    _rollup("ordering_month", "ordering_flow", "order_date:month supplier_id:own requested days "
            "promised counts_until:month"),
    _rollup("stage_day", "stage_flow", "stage started_on ended_on reached supplier_id:own"),
    _rollup("path_step_month", "path_step_flow", "source begun_on:month day:month days "
            "from_event to_event turn supplier_id:own"),
    _rollup("path_month", "path_flow", "source begun_on:month from_day:month until_day:month "
            "path days reworked supplier_id:own"),
)  # fmt: skip

tables: dict[str, Table] = {one.table.name: one.table for one in ROLLUPS}
