"""Pairs of figures that pull against each other, and what is said of them."""

from decimal import Decimal

from spend.registry import all_metrics
from spend.result import Change, Figure
from spend.tensions import TENSIONS, pulls


def figures(**changed: Figure) -> dict[str, Figure]:
    return {name: changed.get(name, Figure(name, None)) for name in ORDER}


ORDER = tuple(dict.fromkeys(name for one in TENSIONS for name in (one.one, one.other)))


def on_last_year(metric: str, value: float, change: float, favourable: bool) -> Figure:
    return Figure(metric, value, changes=(Change("on last year", change, favourable),))


def test_every_pair_is_of_figures_that_can_be_judged() -> None:
    for one in TENSIONS:
        for name in (one.one, one.other):
            assert all_metrics()[name].better != "neither"


def test_a_pair_pulls_where_one_gained_and_the_other_lost() -> None:
    found = pulls(
        figures(
            days_to_pay=on_last_year("days_to_pay", 48.7, 3.1, True),
            price_effect=Figure("price_effect", Decimal("250000.00")),
            discount_capture=on_last_year("discount_capture", 0.5, 0.1, True),
        ),
        "EUR",
    )
    first, second = found[0], found[1]
    assert (first.tension.one, first.tension.other) == ("days_to_pay", "price_effect")
    assert first.state == "pulling"
    assert first.evidence == (
        "days to pay rose by 3.1 days to 48.7 days; price effect added €0.25 M on last year"
    )
    assert second.state == "not now"  # both gained
    assert {one.state for one in found[2:]} == {"unknown"}


def test_without_last_year_nothing_is_claimed() -> None:
    (last,) = [p for p in pulls(figures(), "EUR") if p.tension.one == "order_cycle_days"]
    assert last.state == "unknown"
    assert "no last year to compare with" in last.evidence
