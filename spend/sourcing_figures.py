"""The figures of suppliers, each with its rows or the reason there is none."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from queries.calendar import Span
from queries.window import PeriodDays
from spend import process, supplier_base
from spend.periods import Trends
from spend.purchasing import Figures, figure, figures_of, trends_of
from spend.purchasing_book import PurchasingBook
from spend.result import Figure

NO_INVOICES = "no invoices in this selection"
NO_CONTRACTS = "no contracts are loaded"
NO_PREFERRED = "no supplier is known to be preferred, or not to be"
NO_RECEIPTS = "no receipts are loaded"
NO_ORDERS = "no orders in this selection"
NOT_ADDRESSABLE = "no addressable spend above zero here"

Sums = Mapping[str, int]


def figures(book: PurchasingBook) -> Figures:
    """Every figure of the subject, as at the selection's position date."""
    return figures_of(book, found)


def trends(book: PurchasingBook, periods: Sequence[PeriodDays]) -> Trends:
    """Each figure by period, as if that period alone were selected."""
    return trends_of(book, periods, found)


def found(book: PurchasingBook, spans: Sequence[Span]) -> list[Figures]:
    """The figures of each of some spans of days, as at its last day."""
    sourced, promised = book.sourced(spans), book.promised(spans)
    # Only where nothing was promised does it matter whether anything was ordered.
    asked = promised["span"].nunique() < len(spans)
    ordered = set(book.unpromised(spans)["span"]) if asked else set()
    by_parent = _by_parent(book, sourced)
    totals = _totals(sourced, len(spans))
    promises = _totals(promised, len(spans))
    return [
        (
            _promises(book, promises[n], n in ordered),
            _concentration(by_parent[by_parent["span"] == n]["amount"], totals[n]),
            *_contracts(book, totals[n]),
            _preferred(book, totals[n]),
        )
        for n in range(len(spans))
    ]


def _totals(frame: pd.DataFrame, count: int) -> list[Sums]:
    """The sums of each span; zeros for one that has no rows."""
    sums = frame.groupby("span").sum(numeric_only=True).reindex(range(count), fill_value=0)
    return [{str(k): int(v) for k, v in row.items()} for row in sums.to_dict("records")]


def _by_parent(book: PurchasingBook, sourced: pd.DataFrame) -> pd.DataFrame:
    """Spend by span and by the head of each supplier's group; without what has no supplier."""
    heads = {name: book.suppliers.head(name) for name in sourced["supplier_id"].unique()}
    known = sourced.assign(head=sourced["supplier_id"].map(heads))[sourced["supplier_id"] != ""]
    return known.groupby(["span", "head"])["amount"].sum().reset_index()


def _promises(book: PurchasingBook, sums: Sums, ordered: bool) -> Figure:
    kept = process.on_time_in_full(sums["kept"], sums["due"]) if book.has_receipts else None
    if sums["due"]:
        why = NO_RECEIPTS
    elif sums["waiting"]:
        why = "no order line promised here is due yet"
    else:
        why = "no order line here has a promised date" if ordered else NO_ORDERS
    return figure("on_time_in_full", kept, sums["due"], why)


def _concentration(by_parent: "pd.Series[int]", sums: Sums) -> Figure:
    index = supplier_base.supplier_concentration(by_parent.to_numpy())
    why = "no supplier here has net spend above zero" if sums["line_count"] else NO_INVOICES
    return figure("supplier_concentration", index, sums["line_count"], why)


def _contracts(book: PurchasingBook, sums: Sums) -> Iterator[Figure]:
    """What contracts cover; where none is loaded, nobody knows."""
    coverage = supplier_base.contract_coverage(sums["under_contract"], sums["addressable"])
    outside = supplier_base.off_contract_share(sums["outside"], sums["contracted"])
    shares = (
        ("contract_coverage", coverage, "addressable", NOT_ADDRESSABLE),
        ("off_contract_share", outside, "contracted", "no contract was in force for what is here"),
    )
    for metric, share, base, nothing in shares:
        known = nothing if book.has_contracts else NO_CONTRACTS
        why = known if sums["line_count"] else NO_INVOICES
        yield figure(metric, share if book.has_contracts else None, sums[f"{base}_lines"], why)


def _preferred(book: PurchasingBook, sums: Sums) -> Figure:
    share = supplier_base.preferred_share(sums["preferred"], sums["addressable"])
    nothing = NOT_ADDRESSABLE if book.has_preferred else NO_PREFERRED
    why = nothing if sums["line_count"] else NO_INVOICES
    value = share if book.has_preferred else None
    return figure("preferred_share", value, sums["addressable_lines"], why)
