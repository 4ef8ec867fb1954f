"""Every metric, by importing every subject; in the order of the questions that they answer.

A subject that declares its first metric adds its import here; the ids are all known beforehand.
"""

from collections.abc import Mapping
from types import MappingProxyType

from spend import (
    bridge,
    cash_conversion,
    discounts,
    forecast,
    payment,
    position,
    process,
    savings_formulas,
    stock_value,
    supplier_base,
)
from spend.metric import Metric, declared
from spend.questions import QUESTIONS

SUBJECTS = (
    position, forecast, bridge, savings_formulas, payment, discounts, cash_conversion, stock_value,
    supplier_base, process,
)  # fmt: skip

ORDER = tuple(metric for question in QUESTIONS for metric in question.metrics)


def all_metrics() -> Mapping[str, Metric]:
    """Every declared metric by id, in the order of the questions.

    >>> next(iter(all_metrics()))
    'budget_amount'
    """
    metrics = declared()
    return MappingProxyType({name: metrics[name] for name in ORDER if name in metrics})
