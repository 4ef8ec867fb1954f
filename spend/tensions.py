"""Figures that pull against each other: what helps the one tends to cost the other.

Which do is declared once, with the reason; whether they did so this time is read from the figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from spend.comparison import LAST_YEAR
from spend.metric import favourable
from spend.money import MINUS, difference_unit, reading
from spend.registry import all_metrics
from spend.result import Change, Figure

EFFECTS = ("price_effect", "volume_effect", "mix_effect")  # changes on last year by themselves

State = Literal["pulling", "not now", "unknown"]


@dataclass(frozen=True)
class Tension:
    """Two metrics, by id, and why moving the one tends to move the other."""

    one: str
    other: str
    why: str


TENSIONS = (
    Tension("days_to_pay", "price_effect", "Suppliers price in how long they wait."),
    Tension("days_to_pay", "discount_capture", "A discount is earned by paying sooner."),
    Tension("paid_late_share", "on_time_in_full", "Suppliers serve those first who pay on time."),
    Tension("days_inventory", "on_time_in_full", "The shelf is what bridges late deliveries."),
    Tension("price_effect", "volume_effect", "Lower prices are often bought with volume."),
    Tension("order_cycle_days", "after_the_fact_share", "Slow approvals are bought around."),
    Tension("savings_claimed", "off_contract_share", "A deal saves on what is bought through it."),
)


@dataclass(frozen=True)
class Pull:
    """One pair and its evidence; *pulling* where one moved for the better, the other against."""

    tension: Tension
    state: State
    evidence: str


def pulls(figures: Mapping[str, Figure], currency: str) -> tuple[Pull, ...]:
    """Every declared pair with this selection's evidence, those that pull first."""
    found = [_pull(tension, figures, currency) for tension in TENSIONS]
    order: tuple[State, ...] = ("pulling", "not now", "unknown")
    return tuple(sorted(found, key=lambda pull: order.index(pull.state)))


def _pull(tension: Tension, figures: Mapping[str, Figure], currency: str) -> Pull:
    pair = [figures[tension.one], figures[tension.other]]
    changes = [moved(figure) for figure in pair]
    evidence = "; ".join(
        said(figure, change, currency) for figure, change in zip(pair, changes, strict=True)
    )
    judged = {
        change.favourable if change and not _is_nothing(figure, change, currency) else None
        for figure, change in zip(pair, changes, strict=True)
    }
    if judged == {True, False}:
        return Pull(tension, "pulling", evidence)
    return Pull(tension, "unknown" if None in changes else "not now", evidence)


def _is_nothing(figure: Figure, change: Change, currency: str) -> bool:
    """Whether a change is too small to be read."""
    unit = difference_unit(all_metrics()[figure.metric].unit)
    return reading(change.amount, unit, currency) in (
        reading(0, unit, currency), f"{MINUS}{reading(0, unit, currency)}",
    )  # fmt: skip


def moved(figure: Figure) -> Change | None:
    """How a figure changed on the same days of last year; an effect is that change itself.

    >>> moved(Figure("price_effect", 5)).favourable
    False
    """
    if figure.metric in EFFECTS and figure.value is not None:
        judged = favourable(all_metrics()[figure.metric], figure.value)
        return Change(LAST_YEAR, figure.value, judged)
    return next((change for change in figure.changes if change.label == LAST_YEAR), None)


def said(figure: Figure, change: Change | None, currency: str) -> str:
    """What a figure did, in words.

    >>> change = Change("on last year", 3.1, True)
    >>> said(Figure("days_to_pay", 48.7, changes=(change,)), change, "EUR")
    'days to pay rose by 3.1 days to 48.7 days'
    """
    metric = all_metrics()[figure.metric]
    if change is None or change.amount is None:
        return f"{metric.label.lower()}: no last year to compare with"
    size = change.amount if change.amount > 0 else -change.amount
    amount = reading(size, difference_unit(metric.unit), currency)
    if figure.metric in EFFECTS:
        side = "added" if change.amount > 0 else "took off"
        return f"{metric.label.lower()} {side} {amount} on last year"
    if _is_nothing(figure, change, currency):
        return f"{metric.label.lower()} stayed at {reading(figure.value, metric.unit, currency)}"
    verb = "rose" if change.amount > 0 else "fell"
    now = reading(figure.value, metric.unit, currency)
    return f"{metric.label.lower()} {verb} by {amount} to {now}"
