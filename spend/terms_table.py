"""The tables of payment terms: by supplier, where papers disagree, discounts, and the law."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from spend.money import decimal
from spend.position import ratio
from spend.result import Cell, Table, TableColumn
from spend.terms_book import TermsBook
from spend.terms_law import Exposure
from spend.trade_credit import discount_apr
from spend.tree import Branch, Member, Tree

# What is summed by supplier, parents over their parts; days and shares come from the sums.
SUMS = (
    "spend", "money_days", "termed", "paid", "paid_days", "judged", "early", "late", "open",
    "overdue",
)  # fmt: skip
COLUMNS = (
    TableColumn("name", "Supplier", "text"),
    TableColumn("spend", "Spend 12 m", "money"),
    TableColumn("agreed_days", "Agreed", "days", "agreed_days"),
    TableColumn("days_to_pay", "Paid after", "days", "days_to_pay"),
    TableColumn("early", "Early", "share", "paid_early_share"),
    TableColumn("late", "Late", "share", "paid_late_share"),
    TableColumn("open", "Open", "money", "open_payables"),
    TableColumn("overdue", "Overdue", "money", "overdue_payables"),
    TableColumn("price", "Prices", "change"),
    TableColumn("country", "Country", "text"),
    TableColumn("law", "Over limit", "days"),
)


def by_supplier(book: TermsBook, prices: "pd.Series[Any]", beyond: dict[str, float]) -> Table:
    """Terms, habits and open money by supplier, subsidiaries under their parents."""
    sums = supplier_sums(book)
    options = book.choices.options["supplier"].values()
    tree = Tree((Member(o.id, o.name, o.parent) for o in options), "Not assigned to a supplier")
    unknown = () if book.has_payments else ("open", "overdue")
    amounts = {
        str(key): tuple(None if n in unknown else cents for n, cents in zip(SUMS, row, strict=True))
        for key, row in zip(sums.index, sums.to_numpy().tolist(), strict=True)
    }
    branches = tree.rows(amounts)
    country = book.suppliers["country"].fillna("")
    rows = tuple((b.name, *_cells(b.sums), *_facts(b, prices, country, beyond)) for b in branches)
    whole = sums.sum()
    total = tuple(None if n in unknown or not len(sums) else int(whole[n]) for n in SUMS)
    return Table(
        "suppliers",
        "Terms by supplier: agreed, paid after and legal limit in days; early and late by value",
        COLUMNS,
        rows,
        ids=tuple(b.id for b in branches),
        depth=tuple(b.depth for b in branches),
        total=("Total", *_cells(total), None, None, None),
    )


def supplier_sums(book: TermsBook) -> pd.DataFrame:
    """The columns of ``SUMS`` by supplier id, in cents and cents × days."""
    parts = {"spend": book.annual_spend, **payment_sums(book)}
    frame = pd.DataFrame(parts).reindex(columns=list(SUMS)).fillna(0).astype("int64")
    return frame[(frame != 0).any(axis=1)]


def payment_sums(book: TermsBook) -> "dict[str, pd.Series[Any]]":
    """As ``supplier_sums``, without spend; what is not there is nothing."""
    known = book.termed.groupby("supplier_id")[["money_days", "invoiced"]].sum()
    paid, owed = (f.set_index("supplier_id") for f in (book.paid, book.owed))
    return {
        "money_days": known["money_days"],
        "termed": known["invoiced"],
        "paid": paid["paid"],
        "paid_days": paid["paid_days"],
        "judged": (paid["paid"] - paid["not_due"]).add(owed["waiting"], fill_value=0),
        "early": paid["early"],
        "late": paid["late"].add(owed["waiting_late"], fill_value=0),
        "open": owed["open"],
        "overdue": owed["overdue"],
    }


def _cells(sums: Iterable[int | None]) -> tuple[Cell, ...]:
    found = dict(zip(SUMS, sums, strict=True))
    return (
        decimal(found["spend"]),
        _ratio(found["money_days"], found["termed"]),
        _ratio(found["paid_days"], found["paid"]),
        _ratio(found["early"], found["judged"]),
        _ratio(found["late"], found["judged"]),
        decimal(found["open"]),
        decimal(found["overdue"]),
    )


def _ratio(part: int | None, whole: int | None) -> float | None:
    return None if part is None or whole is None else ratio(part, whole)


def _facts(
    branch: Branch, prices: "pd.Series[Any]", country: "pd.Series[Any]", beyond: dict[str, float]
) -> tuple[Cell, ...]:
    change = prices.get(branch.id)
    return (
        None if change is None else float(change),
        str(country.get(branch.id, "")) or None,
        beyond.get(branch.id),
    )


# --- Where papers disagree -----------------------------------------------------------------------


def disagreements(book: TermsBook) -> Table:
    """Suppliers whose contract and master data say different days, by the cash that goes early."""
    frame = book.invoiced.dropna(subset=["contract_days", "master_days"])
    apart = frame[frame["contract_days"] != frame["master_days"]]
    sums = apart.groupby("supplier_id").agg(
        invoiced=("invoiced", "sum"),
        contract=("contract_days", "max"),
        master=("master_days", "max"),
    )
    paid = book.paid.set_index("supplier_id")[["paid", "paid_days", "early_money_days"]]
    known = sums.join(paid).fillna(0).astype("int64")
    known["away"] = known["early_money_days"] // book.span.days
    known = known.sort_values(["away", "invoiced"], ascending=False, kind="stable")
    rows = tuple(
        (name(book, str(supplier)), float(row["contract"]), float(row["master"]),
         ratio([row["paid_days"]], [row["paid"]]), decimal(row["invoiced"]), decimal(row["away"]))
        for supplier, row in zip(known.index, known.to_dict("records"), strict=True)
    )  # fmt: skip
    return Table(
        "disagreements",
        "Where contract and master data disagree; cash given away on average over the days",
        (
            TableColumn("name", "Supplier", "text"),
            TableColumn("contract", "Contract days", "days"),
            TableColumn("master", "Master-data days", "days"),
            TableColumn("days_to_pay", "Days to pay", "days", "days_to_pay"),
            TableColumn("invoiced", "Invoiced", "money"),
            TableColumn("away", "Cash given away", "money"),
        ),
        rows,
        ids=tuple(map(str, known.index)),
        depth=(0,) * len(rows),
    )


def name(book: TermsBook, supplier: str) -> str:
    """A supplier's name, as it stands in the choices."""
    known = book.choices.options["supplier"]
    return known[supplier].name if supplier in known else "Not assigned to a supplier"


# --- Discounts and the law -----------------------------------------------------------------------


def discounts(book: TermsBook) -> Table:
    """Discounts by supplier: offered, taken, and how the rest was lost."""
    frame = book.offers.set_index("supplier_id")
    taken = book.paid.set_index("supplier_id")["discount_taken"]
    frame["taken"] = taken.reindex(frame.index).fillna(0).astype("int64")
    frame["short"] = frame["used"] - frame["taken"]
    frame = frame.sort_values(["offered"], ascending=False, kind="stable")
    keys = ("offered", "taken", "in_time", "too_late", "unpaid", "short")
    labels = ("Offered", "Taken", "In time, not taken", "Paid too late", "Expired", "Short")
    columns = (TableColumn(k, label, "money") for k, label in zip(keys, labels, strict=True))
    return Table(
        "discounts",
        "Discounts for paying sooner; short is what was deducted less than offered",
        (TableColumn("name", "Supplier", "text"), *columns),
        tuple(
            (name(book, str(s)), *(decimal(int(cents)) for cents in row))
            for s, *row in frame[list(keys)].itertuples()
        ),
        ids=tuple(str(s) for s in frame.index),
        depth=(0,) * len(frame),
        total=("Total", *(decimal(int(frame[k].sum())) for k in keys)),
    )


def discount_yields(terms: pd.DataFrame) -> list[tuple[str, float]]:
    """Each discount term in words, with the yearly rate that taking it earns."""
    found = []
    columns = ("discount_rate", "discount_days", "net_days")
    for rate, early, net in terms[list(columns)].astype(float).to_numpy():
        if net > early:
            words = f"{rate:.1%} within {early:.0f} days, net {net:.0f}".replace("%", " %")
            found.append((words, float(discount_apr(rate, early, net))))
    return sorted(found, key=lambda one: -one[1])


def law(exposure: Exposure) -> Table:
    """Interest and fixed sums on late payment by country and rule."""
    frame = exposure.frame
    bare = frame["rule"].where(frame["rule"] != "", "no rule here")
    unrated = ~frame["known"] & (frame["rule"] != "")
    frame = frame.assign(rule=bare.where(~unrated, bare + " (no rate here)"))
    sums = frame.groupby(["country", "rule"])[["late", "settled", "interest", "fixed"]].sum()
    sums = sums.sort_values("late", ascending=False, kind="stable")
    rows = tuple(
        (row["country"] or "Not known", row["rule"], round(row["settled"]),
         *(decimal(int(row[key])) for key in ("late", "interest", "fixed")))
        for row in sums.reset_index().to_dict("records")
    )  # fmt: skip
    return Table(
        "law",
        "Late payment by the law of the supplier's country",
        (
            TableColumn("country", "Country", "text"),
            TableColumn("rule", "Rule", "text"),
            TableColumn("invoices", "Invoices", "count"),
            TableColumn("late", "Late", "money"),
            TableColumn("interest", "Interest", "money"),
            TableColumn("fixed", "Fixed sums", "money"),
        ),
        rows,
        total=("Total", None, round(sums["settled"].sum()),
               *(decimal(int(sums[k].sum())) for k in ("late", "interest", "fixed"))),
    )  # fmt: skip
