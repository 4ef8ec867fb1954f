"""What the scorecard says in sentences: the message, each team's reading, what to know first."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf

from spend.agenda import Topic
from spend.kpi_book import KpiBook
from spend.kpi_table import target_of
from spend.kpi_targets import Status, Target, status
from spend.metric import Metric
from spend.money import reading, share
from spend.position import ratio
from spend.registry import all_metrics
from spend.result import Note, Value
from spend.sentences import capital, count, listed, readings


class Words:
    """The sentences of one book, in its currency."""

    def __init__(self, book: KpiBook, topics: Sequence[Topic]) -> None:
        self.book = book
        self.topics = topics
        self.currency = book.reader.settings.currency

    def message(self) -> str:
        """One sentence: how many agreed targets are met, and what costs most to leave as it is."""
        found = [self._status(metric, target) for metric, target in self._targets()]
        met, judged = found.count("met"), found.count("met") + found.count("missed")
        said = f"{met} of {judged} agreed targets are met" if judged else "No target can be judged"
        dear = [topic for topic in self.topics if topic.cost is not None]
        if not dear:
            return f"{said}."
        return f"{said}. Most is at stake here: {dear[0].said}"

    def readings(self) -> dict[str, str]:
        """How the same figures stand by each team's own targets; no lens changes a number."""
        return readings(self._side("finance"), self._side("procurement"))

    def _side(self, team: str) -> str:
        """What one team would see if only its own targets stood."""
        wanted = [
            (metric, replace(target, agreed=getattr(target, team)))
            for metric, target in self._targets()
            if getattr(target, team) is not None
        ]
        if not wanted:
            return f"{capital(team)} has set no target that this selection can be held against."
        found = {metric.id: self._status(metric, target) for metric, target in wanted}
        judged = [name for name, state in found.items() if state in ("met", "missed")]
        if not judged:
            return f"None of {team}'s targets can be judged here."
        met = [name for name in judged if found[name] == "met"]
        said = f"By {team}'s own targets {len(met)} of {len(judged)} figures are good enough"
        missed = [(m, t) for m, t in wanted if found[m.id] == "missed"]
        if not missed:
            return f"{said}."
        far = max(missed, key=lambda one: self._distance(*one))
        return f"{said}; furthest from it is {self._against(*far)}."

    def _distance(self, metric: Metric, target: Target) -> float:
        """How far a figure is from its target, as a share of it; from zero it is furthest."""
        value, wanted = float(self._value(metric) or 0), abs(float(target.agreed or 0))
        return (ratio(abs(value - float(target.agreed or 0)), wanted) or 0.0) if wanted else inf

    def _against(self, metric: Metric, target: Target) -> str:
        def read(value: Value) -> str:
            return reading(value, metric.unit, self.currency)

        return f"{metric.label.lower()}, {read(self._value(metric))} for {read(target.agreed)}"

    def _targets(self) -> Iterator[tuple[Metric, Target]]:
        for name in self.book.targets:
            metric = all_metrics()[name]
            yield metric, target_of(self.book, metric)

    def _value(self, metric: Metric) -> Value:
        return self.book.figures[metric.id].value

    def _status(self, metric: Metric, target: Target) -> Status:
        return status(metric, self._value(metric), target)

    def notes(self) -> tuple[Note, ...]:
        """What people should know before they trust a figure."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[Note]:
        book, metrics = self.book, all_metrics()
        window = book.window
        if window.is_open:
            last = window.periods[-1].period.words
            yield Note(f"{last} is open: figures count up to {window.position:%-d %B %Y}.")
        if not book.targets:
            year = f" of fiscal year {window.year[0].fiscal_year}" if window.year else ""
            yield Note(f"No targets{year} are loaded (table kpi_target).")
        phased = [t for name, t in book.targets.items() if metrics[name].accumulates]
        if phased:
            part = share(phased[0].part)
            yield Note(
                "Targets of what accumulates over the year count the part of it that these days "
                f"are: {part}."
            )
        apart = [name for name in book.targets if target_of(book, metrics[name]).agreed is None]
        narrowed = [metrics[n].label.lower() for n in apart if book.targets[n].agreed is not None]
        if narrowed:
            yield Note(
                f"Targets are the whole company's, of one fiscal year: {listed(narrowed)} can't be "
                "held against them here."
            )
        missing = [figure for figure in book.figures.values() if figure.value is None]
        if missing:
            yield Note(f"{count(len(missing), 'figure has', 'figures have')} no data here.")
