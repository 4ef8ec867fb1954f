"""The score of agreed goals for people: in words, as a bridge that closes, and by category."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from queries.selection import Selection
from queries.store import Store
from spend.agreement import Agreed
from spend.goal_agreement import agreed_goals
from spend.goal_book import GoalBook
from spend.goal_budget import agreed_lines
from spend.goal_miss import CAUSES, Miss
from spend.goal_proposals import GoalProposal
from spend.goal_score import Score, score
from spend.money import decimal, short
from spend.plan_lines import MONTHS
from spend.result import Bridge, Cell, Fact, Step, Table, TableColumn

MOST = 2  # goals that are scored: those of the newest years

# Each cause as people call it, and what it means; plus is more spend than agreed.
MEANINGS = {
    "forecast": (
        "Forecast less agreed",
        "What the forecast expected, less what was agreed: minus where more was agreed.",
    ),
    "volume": ("Volume", "More, other, new and lost items than planned, at the prices of before."),
    "index": ("Index", "The market against the plan's, through pass-through and contracts."),
    "beyond": ("Price beyond index", "What prices did that their index does not explain."),
    "currency": ("Currency", "Exchange rates against those of the plan."),
    "savings": ("Savings missed", "Savings of the plan that the books do not show."),
    "unpriced": ("Not priced", "Money without item and quantity: volume or price, nobody knows."),
    "restated": ("Last 12 months restated", "The plan's own 12 months as they are known today."),
}
assert tuple(MEANINGS) == CAUSES  # every cause, in its order


@dataclass(frozen=True)
class ScoredGoal:
    """One agreed goal and what came of it, ready to be shown."""

    fiscal_year: int
    said: str
    facts: tuple[Fact, ...]
    bridge: Bridge
    table: Table


def scored_goals(store: Store, selection: Selection) -> tuple[ScoredGoal, ...]:
    """The last agreed goals whose year has begun, as at a selection's position date and moment, the
    newest first. Goals are of the whole company, whatever else is selected."""
    days = Selection(selection.from_period, selection.to_period, as_of=selection.as_of)
    with store.reader(days.as_of) as reader:
        position = GoalBook.read(reader, days).position
        found = [one for one in agreed_goals(reader) if one.value.plan.start <= position][:MOST]
    agreed = [(one, agreed_lines(store, one.value)) for one in found]
    if not agreed:
        return ()
    with store.reader(days.as_of) as reader:
        book = GoalBook.read(reader, days)
        scores = [(one, score(book, one.value, lines)) for one, lines in agreed]
        return tuple(scored(one, made, book.category_name) for one, made in scores if made)


def scored(agreed: Agreed[GoalProposal], found: Score, named: Callable[[str], str]) -> ScoredGoal:
    """One goal's score in words and numbers; ``named`` gives a category's name."""
    return ScoredGoal(
        found.goal.plan.fiscal_year,
        said(agreed, found),
        tuple(_facts(found)),
        _bridge(found),
        _table(found, named),
    )


def said(agreed: Agreed[GoalProposal], found: Score) -> str:
    """How the year came out, whether it was foreseen, and what moved it most."""
    plan, miss = found.goal.plan, found.total
    until = "" if found.is_whole else f" up to {found.last:%-d %B %Y}"
    gap = miss.actual - miss.agreed
    how = "over" if gap > 0 else "under"
    missed = f"{_short(abs(gap), found)} {how} the" if gap else "exactly the"
    parts = [
        f"{plan.fiscal_year}{until} came out at {_short(miss.actual, found)}, {missed} "
        f"{_short(miss.agreed, found)} that {agreed.finance} and {agreed.procurement} signed"
    ]
    # Of a year that came out over, what added most; of one under, what took most off.
    largest = max(miss.causes, key=lambda name: (miss.causes[name] * gap, name))
    if miss.causes[largest] * gap > 0:
        amount = _short(miss.causes[largest], found, signed=True)
        parts.append(f"the largest cause is “{MEANINGS[largest][0]}”, {amount}")
    return f"{'; '.join(parts)}. {_range(found)}"


def _range(found: Score) -> str:
    plan = found.goal.plan
    span = f"{_short(plan.p10, found)} to {_short(plan.p90, found)}"
    if found.inside is None:
        return f"Its range for the year, {span}, is judged when the year is over."
    where = "inside"
    if not found.inside:
        where = "above" if found.total.actual > plan.p90 else "below"
    return f"That is {where} the range of the forecast, {span}."


def _facts(found: Score) -> Iterator[Fact]:
    plan, miss = found.goal.plan, found.total
    so_far = "" if found.is_whole else " so far"
    meaning = f"{found.months} of {MONTHS} months of {plan.fiscal_year}."
    yield Fact(f"Agreed{so_far}", decimal(miss.agreed), "money", meaning)
    yield Fact(f"Spent{so_far}", decimal(miss.actual), "money", meaning)
    yield Fact("P10", decimal(plan.p10), "money", "Spend stays below it in one of ten years.")
    yield Fact("P90", decimal(plan.p90), "money", "Spend is above it in one of ten years.")


def _bridge(found: Score) -> Bridge:
    """From what was agreed to what was spent; causes of zero are left out."""
    plan, miss = found.goal.plan, found.total
    items = (
        Step(label, _amount(miss.causes[name]), "item", miss.causes[name] < 0, meaning)
        for name, (label, meaning) in MEANINGS.items()
        if miss.causes[name]
    )
    ends = (Step("Agreed", _amount(miss.agreed), "end"), Step("Spent", _amount(miss.actual), "end"))
    title = f"The goal of {plan.fiscal_year} against what happened"
    if not found.is_whole:
        title = f"{title}, up to {found.last:%-d %B %Y}"
    steps = (ends[0], *items, ends[1])
    return Bridge(f"goal_score_{plan.fiscal_year}", title, steps, ends=("budget", "actual"))


def _table(found: Score, named: Callable[[str], str]) -> Table:
    """The same by category, the widest miss first; every row and column sums."""
    plan = found.goal.plan
    rows = sorted(
        found.by_category.items(), key=lambda one: (-abs(one[1].actual - one[1].agreed), one[0])
    )
    shown = [name for name in CAUSES if any(miss.causes[name] for _, miss in rows)]
    columns = (
        TableColumn("category", "Category", "text"),
        TableColumn("agreed", "Agreed", "money"),
        TableColumn("actual", "Spent", "money"),
        *(TableColumn(name, MEANINGS[name][0], "money") for name in shown),
    )
    return Table(
        f"goal_score_{plan.fiscal_year}",
        f"The goal of {plan.fiscal_year} by category, and why spend is another",
        columns,
        tuple(_row(named(key), miss, shown) for key, miss in rows),
        total=_row("Total", found.total, shown),
    )


def _row(name: str, miss: Miss, shown: list[str]) -> tuple[Cell, ...]:
    causes = (miss.causes[cause] for cause in shown)
    return (name, *map(decimal, (miss.agreed, miss.actual, *causes)))


def _amount(cents: int) -> Decimal:
    return decimal(cents) or Decimal(0)


def _short(cents: int, found: Score, signed: bool = False) -> str:
    return short(decimal(cents), found.goal.plan.currency, signed)
