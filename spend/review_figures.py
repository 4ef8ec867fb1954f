"""The figures that a review is about, and what they put on its agenda: the part that is reckoned.

What people say about them is in ``spend.review_minutes``: it changes with every word, and these do
not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from queries.selection import Choices, Selection, parse, to_params
from queries.store import Reader, Store
from queries.window import read_choices
from spend import kpis, terms_saved
from spend.agenda import Topic
from spend.kpi_book import KpiBook
from spend.meetings import Params
from spend.result import Figure, Value
from spend.terms_saved import SCENARIO
from spend.terms_simulation import simulate, supplier_terms
from spend.terms_trial import amount


@dataclass(frozen=True)
class ReviewFigures:
    """Every figure of a selection at one moment, and the topics that follow from them.

    ``selection`` has its periods named; ``params`` is the same for a link, whatever the moment.
    """

    selection: Selection
    params: Params
    sentence: str
    currency: str
    batch: int
    figures: Mapping[str, Figure]
    topics: tuple[Topic, ...]
    scenarios: tuple[Topic, ...]  # of terms that were saved, decided on or not

    @property
    def values(self) -> dict[str, Value]:
        """The value of each metric."""
        return {name: figure.value for name, figure in self.figures.items()}


def read(store: Store, selection: Selection) -> ReviewFigures:
    """The figures of a selection as at its moment.

    Raises ``ConcordError`` for an empty store, or a selection that cannot be.
    """
    with store.reader(selection.as_of) as reader:
        book = KpiBook.read(reader, selection)
        figures = {
            name: replace(figure, trend=book.trends.get(name, ()))
            for name, figure in book.figures.items()
        }
        return ReviewFigures(
            replace(book.resolved, as_of=selection.as_of),
            params_of(book.resolved),
            book.sentence,
            reader.settings.currency,
            reader.batch,
            figures,
            kpis.topics(book),
            tuple(scenario_topics(reader, book)),
        )


def params_of(selection: Selection) -> Params:
    """What a selection selects, whatever the moment and the lens, as parameters of a link.

    >>> params_of(Selection("2026-01", "2026-10", lens="finance"))
    {'from': ('2026-01',), 'to': ('2026-10',)}
    """
    given = to_params(replace(selection, as_of=None, lens="both"))
    return {name: tuple(values) for name, values in given.items()}


def selection_of(params: Params, choices: Choices) -> tuple[Selection, tuple[str, ...]]:
    """What a review is about, and a sentence for what there is no longer.

    What equals a default is left open, as in every selection of a page.
    """
    return parse({name: list(values) for name, values in params.items()}, choices)


def selection_at(store: Store, moment: Selection, params: Params) -> Selection:
    """What some parameters select at the moment of a selection, and as at it."""
    with store.reader(moment.as_of) as reader:
        found, _ = selection_of(params, read_choices(reader))
    return replace(found, as_of=moment.as_of)


def scenario_topics(reader: Reader, book: KpiBook) -> Iterable[Topic]:
    """Scenarios of terms that were saved, each as it was saved last."""
    saved = {entry.name: entry for entry in reader.entries(SCENARIO)}
    base = supplier_terms(book.terms) if saved else None
    for entry in saved.values():
        one = terms_saved.read(entry)
        known = [m for m in one.trial.moves if base and m.supplier in base.ids] if one else []
        if not one or not base or not known:
            continue
        sums = simulate(base, replace(one.trial, moves=tuple(known))).outcome.totals
        yield Topic(
            "agreed_days",
            f"The scenario {entry.name} of {entry.recorded_by} waits for a decision.",
            "terms",
            entry.name,
            amount(abs(sums.joint_gain)) or None,
            amount(sums.cash_released) if sums.cash_released > 0 else None,
            "what both sides together gain or lose a year by the scenario",
            {"move": [str(move) for move in known]},
        )
