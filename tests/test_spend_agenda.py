"""What needs a decision: ranked by the yearly cost, cash apart."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from spend.agenda import Topic, a_year, ranked

AMOUNTS = st.none() | st.decimals(-1000, 1000, places=2)


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS)))
def test_the_dearest_comes_first_and_cash_never_outranks_cost(
    amounts: list[tuple[Decimal | None, Decimal | None]],
) -> None:
    topics = [Topic("price_effect", "", "budget", cost=c, cash=k) for c, k in amounts]
    found = ranked(topics)
    dearest = max((topic.cost for topic in topics if topic.cost is not None), default=Decimal(0))
    left_out = [topic for topic in topics if not any(topic is one for one in found)]
    assert all(t.cost is not None and t.cost < dearest / 100 and not t.cash for t in left_out)
    assert len(found) + len(left_out) == len(topics)
    costs = [topic.cost for topic in found]
    known = [cost for cost in costs if cost is not None]
    assert known == sorted(known, reverse=True)
    assert costs[len(known) :] == [None] * (len(costs) - len(known))


def test_a_topic_is_named_by_its_figure_and_links_to_its_view() -> None:
    topic = Topic("price_effect", "Dearer.", "budget", "Steel", params={"category": ["C 1", "C2"]})
    assert topic.name == "Price effect: Steel"
    assert topic.link == "budget?category=C+1&category=C2"


def test_some_days_as_a_year() -> None:
    assert a_year(304_00, date(2026, 1, 1), date(2026, 10, 31)) == Decimal("365.00")
    assert a_year(-73_00, date(2026, 1, 1), date(2026, 3, 14)) == Decimal("-365.00")
