"""Finding a definition by some words of it, in any order, however they are written."""

import unicodedata
from collections.abc import Sequence

from spend.definition_words import owner_words, unit_words
from spend.metric import Metric

MOST_LETTERS = 100  # of a search; what is beyond them is not looked for


def found(metrics: Sequence[Metric], text: str) -> tuple[Metric, ...]:
    """The metrics that have every word of a text, or a word that begins with it: those whose name
    has them first, then those of whose declaration anything has. All, for a text without words.

    >>> from spend.registry import all_metrics
    >>> [one.id for one in found(tuple(all_metrics().values()), "DAYS  to-pay")][:1]
    ['days_to_pay']
    """
    asked = _words(text[:MOST_LETTERS])
    named = [one for one in metrics if _has(f"{one.id} {one.label}", asked)]
    others = [one for one in metrics if one not in named and _has(_said(one), asked)]
    return (*named, *others)


def _has(text: str, asked: Sequence[str]) -> bool:
    words = _words(text)
    return all(any(word.startswith(start) for word in words) for start in asked)


def _said(metric: Metric) -> str:
    """All that a declaration says."""
    return " ".join((
        metric.id, metric.label, *metric.terms, metric.description, metric.finance_reading,
        metric.procurement_reading, metric.source, *metric.rows, *metric.settings,
        *metric.policies, unit_words(metric, ""), owner_words(metric),
    ))  # fmt: skip


def _words(text: str) -> list[str]:
    """The words of a text without case, accents and signs.

    >>> _words("Épargne, days_to-pay")
    ['epargne', 'days', 'to', 'pay']
    """
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = (sign for sign in letters if not unicodedata.combining(sign))
    return "".join(sign if sign.isalnum() else " " for sign in plain).split()
