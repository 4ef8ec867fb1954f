"""What is known of every metric at one moment: its declaration, and what was agreed around it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from queries.batches import loaded_tables
from queries.settings import Settings
from queries.store import Reader
from spend.definition_versions import Version, Versions
from spend.metric import Metric
from spend.policy_kinds import KINDS
from spend.questions import Question, question_of
from spend.registry import all_metrics
from spend.responsibility import Activity, activity_of
from spend.sentences import listed
from spend.setting_words import EVERYWHERE, MEANINGS, value_words
from spend.target_history import IN_FORCE, TargetVersion
from spend.where_used import where_used

PAGE = "definitions"


@dataclass(frozen=True)
class Shaped:
    """A setting or policy that moves a figure: what it decides, and what it is now."""

    name: str
    meaning: str
    value: str


@dataclass(frozen=True)
class Definition:
    """Everything about one metric, as at one moment."""

    metric: Metric
    question: Question
    activity: Activity
    missing: tuple[str, ...]  # tables that it needs and that hold nothing here
    settings: tuple[Shaped, ...]
    policies: tuple[Shaped, ...]
    used: tuple[str, ...]  # the reports that give its figure
    targets: tuple[TargetVersion, ...]
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class Dictionary:
    """Every definition by the metric's id, in the order of the questions, and what to know."""

    definitions: Mapping[str, Definition]
    everywhere: tuple[Shaped, ...]  # the settings that every figure goes by
    unknown: tuple[str, ...]  # ids that have targets and that no metric has
    skipped: tuple[str, ...]

    @classmethod
    def read(cls, reader: Reader) -> "Dictionary":
        metrics, versions = all_metrics(), Versions.read(reader)
        loaded = loaded_tables(reader)
        found = {
            name: _definition(metric, loaded, reader.settings, versions)
            for name, metric in metrics.items()
        }
        unknown = dict.fromkeys(t.metric for t in versions.targets if t.metric not in metrics)
        everywhere = tuple(_shaped(name, reader.settings) for name in EVERYWHERE)
        return cls(found, everywhere, tuple(unknown), versions.skipped)


def _definition(
    metric: Metric, loaded: frozenset[str], settings: Settings, versions: Versions
) -> Definition:
    used = where_used(metric.id)
    return Definition(
        metric,
        question_of(metric.id),
        activity_of(metric.id),
        tuple(name for name in metric.rows if name not in loaded),
        tuple(_shaped(name, settings) for name in metric.settings),
        tuple(_agreed(name, versions) for name in metric.policies),
        used,
        tuple(one for one in versions.targets if one.metric == metric.id),
        tuple(_about(metric, used, versions)),
    )


def _shaped(name: str, settings: Settings) -> Shaped:
    return Shaped(name, MEANINGS[name], value_words(name, getattr(settings, name)))


def _agreed(kind: str, versions: Versions) -> Shaped:
    """A policy, and what both teams have signed of it."""
    stands = [v.said for v in versions.policies if (v.about, v.state) == (kind, IN_FORCE)]
    return Shaped(kind, KINDS[kind].title, listed(stands) or KINDS[kind].unset)


def _about(metric: Metric, used: tuple[str, ...], versions: Versions) -> Iterator[Version]:
    """What was signed, set and decided that bears on one metric."""
    yield from (one for one in versions.policies if one.about in metric.policies)
    yield from (one for one in versions.settings if one.about in metric.settings)
    for one in versions.decisions:
        if one.about in used or (one.about == PAGE and opened(one.link) == metric.id):
            yield one


def opened(link: str) -> str:
    """The metric that a link to the dictionary opens; "" where it opens none.

    >>> opened("http://localhost/definitions?metric=days_to_pay&lens=finance")
    'days_to_pay'
    """
    return parse_qs(urlsplit(link).query).get("metric", [""])[0]
