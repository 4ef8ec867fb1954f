"""The exact answer to every story, worked out from the tables by the definitions."""

import pandas as pd

from demo import (
    answers_bridge,
    answers_payments,
    answers_position,
    answers_process,
    answers_savings,
)
from demo.answers_books import Span, Tables, euros, invoices, span
from demo.pricing import CARRIER_RISE
from demo.suppliers import CARRIER, DEALER, EARLY_PAID, NAMED

FROM, TO = "2026-01", "2026-10"
THROUGH = "2026-11-13"
VERSION = "2026 revised"
STEEL, BEARINGS, SPARES = "C-1110", "C-1310", "C-3210"
MORE_DAYS = 60  # the carrier went from 30 to 90

Answers = dict[str, object]


def _supplier(tables: Tables, name: str) -> pd.Series:
    table = tables["supplier"]
    return table[table["name"] == name].iloc[0]


def headline(tables: Tables) -> Answers:
    """The budget position of the whole company, and how the ledger ties to it."""
    period = span(tables, FROM, TO, THROUGH)
    found: Answers = dict(answers_position.position(tables, VERSION, period))
    return found


def ledger(tables: Tables) -> Answers:
    """The ledger's spend against the invoice lines, in the headline's periods."""
    period = span(tables, FROM, TO, THROUGH)
    return dict(answers_position.ledger_difference(tables, period))


def steel(tables: Tables, period: Span) -> Answers:
    """Steel against last year and against the budget."""
    change, by_item = answers_bridge.from_last_year(tables, period, STEEL)
    plan, by_plan = answers_bridge.from_budget(tables, VERSION, period, STEEL)
    index = tables["price_index"]
    values = index[index["index_code"] == "STEEL"].set_index("month")["value"]
    return {
        "index_2025_10": float(values[pd.Timestamp("2025-10-01")]),
        "index_2026_10": float(values[pd.Timestamp("2026-10-01")]),
        "from_last_year": change,
        "price_by_item": answers_bridge.largest(by_item, 10),
        "from_budget": plan,
        "price_by_item_from_budget": answers_bridge.largest(by_plan, 10),
    }


def carrier(tables: Tables, period: Span) -> Answers:
    """The carrier before and after its new terms."""
    row = _supplier(tables, NAMED[CARRIER])
    name, rate = str(row["supplier_id"]), float(row["financing_rate"])
    before = span(tables, "2025-01", "2025-06", THROUGH)
    year = span(tables, "2025-11", "2026-10", THROUGH)
    spend = answers_process.spent(tables, year, name)
    change, _ = answers_bridge.from_last_year(tables, period, supplier=name)
    return {
        "supplier_id": name,
        "agreed_days_before": answers_payments.agreed_days(tables, before, name),
        "agreed_days": answers_payments.agreed_days(tables, period, name),
        "days_to_pay_before": round(answers_payments.days_to_pay(tables, before, name), 2),
        "days_to_pay": round(answers_payments.days_to_pay(tables, period, name), 2),
        "annual_spend": spend,
        "cash_released": round(spend * MORE_DAYS / 365, 2),
        "price_rise": CARRIER_RISE,
        "financing_rate": rate,
        "breakeven_uplift": round(rate * MORE_DAYS / 365, 6),
        "from_last_year": change,
    }


def savings(tables: Tables, period: Span) -> Answers:
    """Claimed, recognised, and each item between, in total and by initiative."""
    frame = answers_savings.savings(tables, period)
    numbers = frame.drop(columns="budgeted")
    total = numbers.sum()
    by_one = {
        str(name): {column: round(float(row[column]), 2) + 0.0 for column in numbers.columns}
        for name, row in numbers.iterrows()
    }
    budgeted = frame.loc[frame["budgeted"], "recognised"].sum()
    return {
        "savings_claimed": round(float(total["claimed"]), 2),
        "savings_recognised": round(float(total["recognised"]), 2),
        "savings_realisation": round(float(total["recognised"] / total["claimed"]), 6),
        "of_which_in_the_budget": round(float(budgeted), 2),
        "items": {name: round(float(total[name]), 2) + 0.0 for name in answers_savings.ITEMS},
        "initiatives": by_one,
    }


def spare_parts(tables: Tables, period: Span) -> Answers:
    """What the spare parts on the shelf are for."""
    return dict(answers_process.spare_parts(tables, SPARES, period.position))


def approvals(tables: Tables, period: Span) -> Answers:
    """Where requests waited, this year and last."""
    return {
        "order_cycle_days": answers_process.order_cycle_days(tables, period),
        "order_cycle_days_last_year": answers_process.order_cycle_days(tables, period.last_year),
        "roles": answers_process.waits(tables, period),
        "roles_last_year": answers_process.waits(tables, period.last_year),
    }


def early(tables: Tables, period: Span) -> Answers:
    """What three suppliers got a month before it was due, and the whole company's share."""
    names = [str(_supplier(tables, NAMED[place])["supplier_id"]) for place in EARLY_PAID]
    return {
        "suppliers": names,
        **answers_payments.paid_early(tables, period, names),
        "company": answers_payments.paid_early(tables, period, []),
    }


def discounts(tables: Tables, period: Span) -> Answers:
    """Discounts offered, taken and lost."""
    return dict(answers_payments.discounts(tables, period))


def off_contract(tables: Tables, period: Span) -> Answers:
    """Bearings bought from a dealer while a contract was in force."""
    name = str(_supplier(tables, NAMED[DEALER])["supplier_id"])
    return {
        "supplier_id": name,
        "spend_with_supplier": answers_process.spent(tables, period, name),
        "category": answers_process.off_contract(tables, period, BEARINGS),
        "category_last_year": answers_process.off_contract(tables, period.last_year, BEARINGS),
        "company": answers_process.off_contract(tables, period),
    }


def duplicates(tables: Tables, period: Span) -> Answers:
    """Invoices that look booked twice."""
    return answers_process.duplicates(tables, period)


def unknown_references(tables: Tables) -> list[Answers]:
    """References of invoice lines to what no table holds."""
    lines, found = tables["invoice_line"], []
    for column, table in (("category_id", "category"), ("cost_centre_id", "cost_centre")):
        known = [*tables[table][column], ""]
        odd = lines.loc[~lines[column].isin(known), column]
        found += [
            {"table": "invoice_line", "column": column, "value": str(value), "rows": int(rows)}
            for value, rows in odd.value_counts().sort_index().items()
        ]
    return found


def period_of_stories(tables: Tables) -> Span:
    """The periods that every story looks at."""
    return span(tables, FROM, TO, THROUGH)


def spend_by_year(tables: Tables) -> dict[str, float]:
    """Actual spend of each fiscal year, through the last booked day."""
    found = {}
    for year in ("2024", "2025", "2026"):
        period = span(tables, f"{year}-01", f"{year}-12", THROUGH)
        book = invoices(tables)
        found[year] = euros(book.loc[period.holds(book["accounted"]), "cents"].sum())
    return found
