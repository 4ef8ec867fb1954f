"""Savings against the plan: savings that no budget was cut for, and cuts that no saving explains.

The first is for finance: what is recognised and in no budget can be taken back, or given out. The
second is for procurement: what the plan counts on has to come from somewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from queries import budget as plan
from queries.calendar import Span
from queries.selection import Choices
from spend.metric_column import metric_column
from spend.money import decimal
from spend.result import Table, TableColumn
from spend.savings_book import SavingsBook
from spend.savings_formulas import WINDOW, month_numbers, months_between
from spend.savings_lists import NAME, named, sums

BY = ("category_id",)
COMPARED: Mapping[str, str] = {
    "before": "Spent a year ago",
    "budget": "Budget",
    "cut": "Cut",
    "explained": "Claimed for these months",
    "rest": "Unexplained",
}


def not_cut(book: SavingsBook) -> Table:
    """Recognised savings that no budget was cut for: for finance, the most first."""
    rows = book.found.rows
    found = rows[~rows["budgeted"] & (rows["recognised"] > 0)]
    found = found.sort_values(["recognised", "initiative_id"], ascending=[False, True])
    return Table(
        "not_cut",
        "For finance: savings that are recognised, and no budget was cut for them",
        (
            NAME,
            TableColumn("owner", "Owner", "text"),
            TableColumn("category", "Category", "text"),
            metric_column("claimed", "savings_claimed"),
            metric_column("recognised", "savings_recognised"),
        ),
        tuple(
            (named(row), row["owner"] or None, book.named("category", row["category_id"]) or None,
             decimal(row["claimed"]), decimal(row["recognised"]))
            for row in found.to_dict("records")
        ),
        ids=tuple(found["initiative_id"]),
        depth=(0,) * len(found),
        total=("Total", None, None, *sums(found, "claimed", "recognised")),
    )  # fmt: skip


def not_come(book: SavingsBook) -> Table:
    """Savings that the budget counts on and that the books do not show: for procurement."""
    rows = book.found.rows
    found = rows[rows["budgeted"]]
    booked = found["recognised"] - found["already_budgeted"]
    found = found.assign(due=phased(found, book.span), booked=booked)
    found = found.assign(short=found["due"] - booked)
    found = found[found["short"] > 0].sort_values(
        ["short", "initiative_id"], ascending=[False, True]
    )
    names = ("due", "booked", "short")
    return Table(
        "not_come",
        "For procurement: savings that the budget counts on, and the books do not show",
        (
            NAME,
            TableColumn("owner", "Owner", "text"),
            TableColumn("due", "Claimed for these months", "money"),
            TableColumn("booked", "In the books", "money"),
            TableColumn("short", "Short", "money"),
        ),
        tuple(
            (named(row), row["owner"] or None, *(decimal(row[name]) for name in names))
            for row in found.to_dict("records")
        ),
        ids=tuple(found["initiative_id"]),
        depth=(0,) * len(found),
        total=("Total", None, *sums(found, *names)),
    )


def phased(rows: pd.DataFrame, span: Span) -> "pd.Series[int]":
    """What each initiative claims for the whole months of its twelve inside some days, in cents."""
    first, after = month_numbers([span.first, np.datetime64(span.last) + 1])
    months = months_between(rows["start"].to_numpy(), first, after)
    cents = np.rint(rows["claimed"].to_numpy(float) * months / WINDOW)
    return pd.Series(cents, rows.index, dtype="int64")


# --- Cuts of the budget ---------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Cuts:
    """The budget of the days that have passed against what the same days cost a year earlier.

    Each category that has budget lines of its own is compared with what was spent in it and in
    those under it that have none; spend outside all of these is not compared. Whole cents.
    """

    book: SavingsBook

    @property
    def version(self) -> str | None:
        """The budget that is compared: the selection's, else the last."""
        return self.book.selection.budget_version or self.book.choices.default_budget_version

    @property
    def reason(self) -> str:
        """Why nothing can be compared; "" where it can."""
        chosen = self.book.selection
        if chosen.supplier or chosen.item or chosen.cost_centre:
            return "budgets and initiatives have only their categories in common"
        if not plan.has_budget(self.book.reader, chosen, self.version):
            return "no budget is loaded"
        return "" if self.book.window.earlier() else "the same days a year earlier are not known"

    @cached_property
    def table(self) -> pd.DataFrame:
        """By category what ``COMPARED`` names: the cut, and what initiatives explain of it."""
        book, earlier = self.book, self.book.window.earlier()
        assert earlier is not None
        assert self.version is not None
        shares = tuple((p.period, p.elapsed.days) for p in book.window.periods)
        budget = plan.budget_by(book.reader, book.selection, self.version, shares, BY)
        spans = [p.elapsed for p in earlier.periods]
        spent = plan.spend_by(book.reader, book.selection, spans, BY)
        planned = budget.set_index("category_id")["budget"].astype("int64")
        homes = Homes(book.choices, frozenset(planned.index))
        rows = book.found.rows
        claims = rows.assign(explained=phased(rows, book.span))
        frame = pd.DataFrame(
            {
                "budget": planned,
                "before": homes.summed(spent, "amount"),
                "explained": homes.summed(claims, "explained"),
            }
        ).reindex(planned.index)
        frame = frame.fillna(0).astype("int64")
        cut = frame["before"] - frame["budget"]
        return frame.assign(cut=cut, rest=cut - frame["explained"])


@dataclass(frozen=True)
class Homes:
    """Which budgeted category another falls under: itself, else the nearest one above it."""

    choices: Choices
    budgeted: frozenset[str]

    def summed(self, frame: pd.DataFrame, column: str) -> "pd.Series[Any]":
        """A column summed by these; rows that fall under none are left out."""
        homes = {name: self.of(name) for name in frame["category_id"].unique()}
        return frame.groupby(frame["category_id"].map(homes))[column].sum()

    def of(self, category: str) -> str | None:
        """The budgeted category of one; ``None`` where none is above it; a circle ends."""
        known, passed = self.choices.options["category"], set()
        at: str | None = category
        while at is not None and at not in passed:
            if at in self.budgeted:
                return at
            passed.add(at)
            at = known[at].parent if at in known else None
        return None


def unexplained(book: SavingsBook) -> Table:
    """Categories that are to cost less than a year ago by more than initiatives claim."""
    cuts = Cuts(book)
    frame = cuts.table if not cuts.reason else pd.DataFrame(columns=list(COMPARED))
    found = frame[(frame["cut"] > 0) & (frame["rest"] > 0)]
    found = found.sort_values("rest", ascending=False, kind="stable")
    title = (
        f"For procurement: budget “{cuts.version}” below the same days of last year, and no "
        "initiative behind it"
    )
    columns = (TableColumn(name, label, "money") for name, label in COMPARED.items())
    return Table(
        "unexplained",
        f"Cuts cannot be compared: {cuts.reason}" if cuts.reason else title,
        (TableColumn("name", "Category", "text"), *columns),
        tuple(
            (book.named("category", str(category)) or "Not assigned",
             *(decimal(int(row[name])) for name in COMPARED))
            for category, row in found.iterrows()
        ),
        ids=tuple(map(str, found.index)),
        depth=(0,) * len(found),
        total=("Total", *sums(found, *COMPARED)),
    )  # fmt: skip
