"""A declaration in words: what its unit, its owner and its judgement mean to people."""

from spend.metric import Better, Metric, Unit
from spend.questions import question_of
from spend.responsibility import ACCOUNTABLE, activity_of
from spend.sentences import listed
from spend.where_used import where_used

UNITS: dict[Unit, str] = {
    "money": "an amount of money",
    "share": "a share, in per cent",
    "days": "days",
    "count": "a number of things",
    "index": "an index",
}
BETTER: dict[Better, str] = {
    "higher": "More is better for the buyer's cash.",
    "lower": "Less is better for the buyer's cash.",
    "neither": "Neither more nor less is better in itself.",
}
ADDITIVE = {
    True: "The parts of any breakdown add up to the whole.",
    False: "It does not add up: each selection is worked out anew.",
}

ACCUMULATES = {
    True: "A part of the year is held against that part of the year's target.",
    False: "Any days are held against the year's target as it is.",
}


def declaration(metric: Metric) -> dict[str, str | bool | list[str]]:
    """All that is declared about a metric, anywhere, as plain values.

    >>> from spend.registry import all_metrics
    >>> declaration(all_metrics()["days_to_pay"])["activity"]
    'Paying'
    """
    activity = activity_of(metric.id)
    return {
        **metric.plain(),
        "question": question_of(metric.id).text,
        "activity": activity.name,
        "accountable": activity.accountable,
        "finance_part": activity.finance,
        "procurement_part": activity.procurement,
        "used": list(where_used(metric.id)),
    }


def unit_words(metric: Metric, currency: str) -> str:
    """What it is measured in.

    >>> from spend.registry import all_metrics
    >>> unit_words(all_metrics()["days_to_pay"], "EUR")
    'days'
    >>> unit_words(all_metrics()["actual_spend"], "EUR")
    'an amount of money, in EUR'
    """
    said = UNITS[metric.unit]
    return f"{said}, in {currency}" if metric.unit == "money" else said


def owner_words(metric: Metric) -> str:
    """Who answers for it.

    >>> from spend.registry import all_metrics
    >>> owner_words(all_metrics()["available_budget"])
    'Both'
    """
    return ACCOUNTABLE[metric.owner]


def tables_words(tables: tuple[str, ...]) -> str:
    """Names of tables as people say them.

    >>> tables_words(("invoice_line", "contract"))
    'invoice line and contract'
    """
    return listed([name.replace("_", " ") for name in tables])
