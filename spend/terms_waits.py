"""Suppliers that wait longer for their money than a year before, and charge for it."""

import pandas as pd

from queries import terms as sums
from queries.calendar import Span
from spend.price_change import price_changes
from spend.terms_book import SUPPLIER, TermsBook, termed
from spend.terms_simulation import supplier_terms
from spend.trade_credit import breakeven_uplift

A_DAY = 1.0  # less is noise of the weights


def dear_waits(book: TermsBook) -> pd.DataFrame:
    """By supplier, the dearest first: days ``longer``, prices ``dearer``, what the wait is
    ``worth`` to it (both shares of the price), and the ``cost`` a year of the difference.

    Twelve periods against the twelve before; the wait is what the invoices' terms say.
    """
    now, before = (_agreed_days(book, span) for span in book.year_spans)
    base = supplier_terms(book)
    terms = pd.DataFrame(
        {"name": base.names, "rate": base.supplier_rate, "spend": base.annual_spend},
        index=pd.Index(base.ids),
    )
    terms["longer"], terms["dearer"] = now - before, price_changes(*book.price_lines)
    terms = terms[(terms["longer"] >= A_DAY) & (terms["dearer"] > 0)]
    terms["worth"] = breakeven_uplift(terms["rate"].to_numpy(), terms["longer"].to_numpy())
    beyond = terms["dearer"] - terms["worth"]
    terms["cost"] = terms["spend"] * beyond / (1 + terms["dearer"])
    return terms[beyond > 0].sort_values("cost", ascending=False, kind="stable")


def _agreed_days(book: TermsBook, span: Span) -> "pd.Series[float]":
    known = termed(sums.invoiced_by(book.reader, book.selection, span, SUPPLIER))
    by_supplier = known.groupby("supplier_id")[["money_days", "invoiced"]].sum()
    by_supplier = by_supplier[by_supplier["invoiced"] > 0]
    return by_supplier["money_days"] / by_supplier["invoiced"]
