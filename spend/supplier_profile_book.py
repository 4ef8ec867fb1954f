"""The sums that one supplier's page is told from: read once for a selection, in whole cents.

What is asked of the store stands here and in the books that it extends; the rest is arithmetic.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from queries import supplier_profile as sums
from queries import terms as term_sums
from queries.budget import order_by, spend_by
from queries.calendar import DAY, Span
from spend import payment
from spend.budget_book import BudgetBook
from spend.price_levels import Elsewhere, elsewhere
from spend.price_rows import PriceRow, tied
from spend.result import Value
from spend.supplier_book import WHERE, SupplierBook
from spend.supplier_prices import Owner, PriceBook
from spend.terms_book import TermsSums, termed
from spend.tree import NOT_ASSIGNED

NO_UNITS: Mapping[str, Any] = {"unit": None, "quantity": None, "now": None, "then": None}


def one_owner(supplier: str) -> str:
    """One owner of everything: a group is looked at as a whole."""
    return ""


@dataclass(frozen=True, eq=False)
class ProfilePrices(PriceBook):
    """The prices of one supplier, from what was bought month by month."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """Last year's days and the selection's; and, as a third, those between the two."""
        before, now = super().spans
        between = Span(before.last + DAY, now.first - DAY)
        return (before, now, between) if before.days and between.days else (before, now)

    @cached_property
    def bought(self) -> pd.DataFrame:
        """Money and quantities by month of both years, and between."""
        return self.each(lambda spans: sums.bought_by_month(*self.asked, spans))

    @cached_property
    def lines(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What was bought a year before, and in the selection."""
        spans = (self.bought[self.bought["span"] == place] for place in (0, 1))
        before, now = (span.reset_index(drop=True) for span in spans)
        return before, now

    @cached_property
    def months(self) -> pd.DataFrame:
        """Spend by month of items with a quantity, in both years."""
        measured = self.bought["has_quantity"] & (self.bought["item_id"] != "")
        return self.bought[measured]

    @cached_property
    def agreed_months(self) -> pd.DataFrame:
        """What was invoiced of items that a contract has a price for, by month of both years."""
        return self.each(lambda spans: sums.agreed_by_month(*self.asked, spans))

    @cached_property
    def agreed(self) -> pd.DataFrame:
        """The same of the selection's own months."""
        return self.agreed_months[self.agreed_months["span"] == 1]

    @cached_property
    def whole(self) -> PriceRow:
        """The prices of all that was bought here, as of one supplier."""
        return self.rows(one_owner).get("", PriceRow(0))

    # --- Item by item ---------------------------------------------------------------------------

    def items(self, owner: Owner) -> pd.DataFrame:
        """As of one owner: an item of a category is the same, whoever's it is."""
        found = self._items
        return found.assign(owner=found[owner]) if isinstance(owner, str) else found

    @cached_property
    def _items(self) -> pd.DataFrame:
        return super().items(one_owner)

    def moves(self, owner: Owner) -> pd.DataFrame:
        """As of one owner: an item's index is its category's, whatever months it was bought in."""
        if not isinstance(owner, str):
            return self._moves
        pairs = self.items(owner)[["owner", "category_id"]].drop_duplicates()
        return pairs.merge(self._moves.drop(columns="owner"), on="category_id")

    @cached_property
    def _moves(self) -> pd.DataFrame:
        return super().moves(one_owner)

    def tied(self, owner: Owner) -> Mapping[str, PriceRow]:
        """The rows of categories or items, in cents that sum to those of the whole."""
        return tied(self.rows(owner), self.whole)

    def bought_by_item(self) -> dict[str, int]:
        """What was spent on each item since last year's days began, in cents; each month once."""
        once = (self.bought["span"] > 0) | (
            self.bought["month"] < pd.Timestamp(self.spans[1].first)
        )
        found = self.bought[once].groupby("item_id")["amount"].sum()
        return {str(item): int(cents) for item, cents in found.items()}

    def contract_prices(self) -> dict[str, float]:
        """What contracts ask on average for a unit of each item, in money: where they have a price
        for every line of it, for else it would not be of the same goods."""
        here = self.months[self.months["span"] == 1]
        bought = here.groupby("item_id")[["quantity", "line_count"]].sum()
        asked = self.agreed.groupby("item_id")[["contract_amount", "line_count"]].sum()
        both = bought.join(asked.rename(columns={"line_count": "priced"}), how="inner")
        whole = both[(both["priced"] == both["line_count"]) & (both["quantity"] > 0)]
        prices = whole["contract_amount"].astype(float) / 100 / whole["quantity"].astype(float)
        return {str(item): float(price) for item, price in prices.items()}

    def units(self) -> dict[str, dict[str, Any]]:
        """Of each item bought in one ``unit``: how much of it, and its average price ``now`` and
        ``then``, in money; what has none is not known."""
        measured = self.months[["span", "item_id", "unit", "quantity", "amount"]]
        keys = measured.groupby("item_id")["unit"].nunique()
        single = measured[measured["item_id"].isin(keys.index[keys == 1])]
        both = single[single["span"].isin((0, 1))]
        sums = both.groupby(["item_id", "unit", "span"])[["quantity", "amount"]].sum()
        found: dict[str, dict[str, Any]] = {}
        for (item, unit, span), quantity, amount in sums.itertuples():
            one = found.setdefault(str(item), {**NO_UNITS, "unit": unit})
            price = float(amount / 100 / quantity) if quantity > 0 else None
            one |= {"now": price, "quantity": float(quantity)} if span else {"then": price}
        return found


@dataclass(frozen=True, eq=False)
class ProfileBook(SupplierBook):
    """One supplier, or one group of them, as a selection has it."""

    @cached_property
    def ids(self) -> frozenset[str]:
        """The suppliers that are looked at: what was chosen, with all under it."""
        tree = self.suppliers
        chosen = (one for one in self.selection.supplier if one in tree.members)
        return frozenset(s for one in chosen for s in tree.subtree(one)) - {NOT_ASSIGNED}

    @property
    def one(self) -> str | None:
        """The supplier whose page it is: the one that was chosen, or the head of those that were;
        ``None`` where that is not one group."""
        heads = {self.suppliers.head(supplier) for supplier in self.ids}
        if len(heads) != 1 or "-" in self.selection.supplier:
            return None
        chosen = self.selection.supplier
        return chosen[0] if len(chosen) == 1 else next(iter(heads))

    @property
    def name(self) -> str:
        """What it is called; a group of which only some were chosen is said to be in part."""
        if self.one is None:
            return ""
        name = self.suppliers.members[self.one].name
        return f"{name}, in part" if self.left_out else name

    @property
    def left_out(self) -> frozenset[str]:
        """What belongs to it and was not chosen."""
        return self.suppliers.subtree(self.one or NOT_ASSIGNED) - self.ids - {NOT_ASSIGNED}

    @cached_property
    def prices(self) -> ProfilePrices:
        return ProfilePrices(self)

    # --- Payment --------------------------------------------------------------------------------

    @property
    def both_years(self) -> Span:
        """From the first day a year before, where there is one, to the position date."""
        earlier = self.earlier_span
        return Span(earlier.first if earlier else self.span.first, self.span.last)

    @cached_property
    def termed_days(self) -> pd.DataFrame:
        """Invoiced money by day and by its agreed term, of both years."""
        found = term_sums.invoiced_by(self.reader, self.selection, self.both_years, ("day",))
        return termed(found)

    @cached_property
    def paid_by_day(self) -> pd.DataFrame:
        """Payments by day, of both years."""
        return self.terms.payments(self.both_years, ("day",))

    @cached_property
    def payment(self) -> TermsSums:
        """What the figures of payment are made of, but for discounts."""
        termed, paid = (inside(days, self.span) for days in (self.termed_days, self.paid_by_day))
        return TermsSums(termed, paid, self.terms.owed, pd.DataFrame({"offered": []}))

    @property
    def spent(self) -> BudgetBook:
        """Its spend by day; budgets know no supplier."""
        return BudgetBook(self.reader, self.selection, self.choices, self.window, None)

    def agreed_days(self, span: Span) -> Value:
        """The days agreed for what was invoiced in some days."""
        found = inside(self.termed_days, span)
        return payment.agreed_days(found["money_days"].tolist(), found["invoiced"].tolist())

    def days_to_pay(self, span: Span) -> Value:
        """The days after which what was paid in some days was paid."""
        found = inside(self.paid_by_day, span)
        return payment.days_to_pay(found["paid_days"].tolist(), found["paid"].tolist())

    # --- Orders and contracts -------------------------------------------------------------------

    @cached_property
    def orders(self) -> pd.DataFrame:
        """Received and not invoiced, committed and requested at the position date, by category."""
        window = self.window
        return order_by(self.reader, self.selection, date.min, window.last, window.position,
                        ("category_id",))  # fmt: skip

    @property
    def coming(self) -> tuple[int, int]:
        """What is ordered and still to come: in the selection, and later; in cents."""
        orders = self.orders
        return int(orders["committed"].sum()), int(orders["committed_later"].sum())

    @cached_property
    def own_contracts(self) -> pd.DataFrame:
        """The contracts with it, or with whom it belongs to."""
        return sums.contracts(self.reader, self.ids | self.above)

    @cached_property
    def above(self) -> frozenset[str]:
        """Those above it, whose contracts are its own too."""
        found: list[str] = []
        step = self.suppliers.parents.get(self.one) if self.one else None
        while step is not None:
            found.append(step)
            step = self.suppliers.parents.get(step)
        return frozenset(found)

    @cached_property
    def price_list(self) -> pd.DataFrame:
        """Every price that its contracts agreed."""
        return sums.price_list(self.reader, self.ids | self.above)

    @cached_property
    def elsewhere(self) -> Elsewhere | None:
        """What it was paid for goods that contracts with others have a price for."""
        frame = self.prices.months
        bought = frame[frame["span"] == 1]
        items = sorted(map(str, bought["item_id"].unique()))
        if not items:
            return None
        prices = sums.others_prices(self.reader, self.ids | self.above, items, self.span)
        return elsewhere(bought, prices)

    @cached_property
    def year_by_pair(self) -> dict[tuple[str, str], int]:
        """What was bought in the last twelve periods, by supplier and category, in cents."""
        frame = spend_by(self.reader, self.selection, [self.year], WHERE)
        columns = (frame[name] for name in (*WHERE, "amount"))
        return {(str(s), str(c)): int(cents) for s, c, cents in zip(*columns, strict=True)}


def inside(days: pd.DataFrame, span: Span) -> pd.DataFrame:
    """The rows of some days."""
    return days[days["day"].between(pd.Timestamp(span.first), pd.Timestamp(span.last))]
