"""What each team wants a figure to be this fiscal year, and what can be signed, for a page."""

from dataclasses import dataclass

from queries.selection import Selection
from queries.store import Reader, Store
from queries.window import read_choices, read_window
from spend import agreement
from spend.agreement import Standing
from spend.comparison import difference
from spend.kpi_targets import NONE, Target, read_targets
from spend.metric import Metric
from spend.money import difference_unit, stated
from spend.registry import all_metrics
from spend.result import Value
from spend.sentences import capital, listed
from spend.target_signing import SignedTargets, Wanted


@dataclass(frozen=True)
class TargetProposals:
    """The target of one figure in the fiscal year of the position date.

    ``fiscal_year`` is ``None`` where the calendar has none. ``standings`` are what can be signed,
    the newest last; ``skipped`` are sentences on entries that say nothing to follow.
    """

    metric: Metric
    fiscal_year: int | None
    target: Target
    standings: tuple[Standing, ...]
    skipped: tuple[str, ...]
    currency: str

    @property
    def said(self) -> str:
        """What each side wants, how far apart they are, and what is agreed."""
        if self.fiscal_year is None:
            return "No fiscal year is known: load something first."
        finance, procurement, agreed = (
            self.target.finance, self.target.procurement, self.target.agreed,
        )  # fmt: skip
        sides = (("finance", finance), ("procurement", procurement))
        wants = [f"{team} wants {self._stated(v)}" for team, v in sides if v is not None]
        parts = [*([capital(listed(wants))] if wants else []), *self._apart(finance, procurement)]
        parts.append("nothing is agreed" if agreed is None else f"agreed: {self._stated(agreed)}")
        return f"For {self.fiscal_year}: {'; '.join(parts)}."

    def _apart(self, finance: Value, procurement: Value) -> list[str]:
        gap = difference(finance, procurement)
        if not gap:
            return []
        unit = difference_unit(self.metric.unit)
        return [f"{stated(max(gap, -gap), unit, self.currency)} apart"]

    def _stated(self, value: Value) -> str:
        return stated(value, self.metric.unit, self.currency)

    @property
    def first_number(self) -> float:
        """What the form begins with, as people type it: what is agreed, else what a side wants."""
        known = (self.target.agreed, self.target.finance, self.target.procurement)
        value = next((float(one) for one in known if one is not None), 0.0)
        return round(value * 100, 6) if self.metric.unit == "share" else value


def target_proposals(store: Store, selection: Selection, metric: str) -> TargetProposals:
    """The target of a figure with what is proposed; raises ``KeyError`` for an unknown figure."""
    declared = all_metrics()[metric]
    with store.reader(selection.as_of) as reader:
        window = read_window(reader, selection, read_choices(reader))
        year = window.year[0].fiscal_year if window.year else None
        target = read_targets(reader, window, {metric: declared}).get(metric, NONE)
        standings, skipped = _standings(reader, metric, year)
    currency = reader.settings.currency
    return TargetProposals(declared, year, target, standings, skipped, currency)


def _standings(
    reader: Reader, metric: str, year: int | None
) -> tuple[tuple[Standing, ...], tuple[str, ...]]:
    """What both signed of a target and what one asks for, and what could not be read."""
    signed = SignedTargets.read(reader).of(f"{metric}.{year}")

    def said(wanted: Wanted) -> str:
        return wanted.said(reader.settings.currency)

    found = agreement.standings(signed.in_force, signed.proposed, said, Wanted.body)
    return found, agreement.skipped(signed.entries, Wanted.parse, "target")
