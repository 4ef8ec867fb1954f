r"""What a metric is: one function, and one declaration that everything else is derived from.

A subject declares its metrics where it defines them::

    @metric(label="Spend", unit="money", owner="joint", better="lower", rows=("invoice_line",),
            formula=r"\sum \text{amount}", finance="…", procurement="…", source="…")
    def actual_spend(amounts):
        '''What was invoiced, net of tax … and a worked example.'''

The label, tooltip, number format, colour of a change, owner's badge, the Definitions page, the
documentation and the first test all come from there. Where rows must be judged in the engine, the
one function is a rule of ``queries.rules``, declared by the same decorator, called by hand::

    metric(name="first_match_share", label="First match", …)(rules.matched_at_posting)
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, TypeVar

Unit = Literal["money", "share", "days", "count", "index"]
Owner = Literal["finance", "procurement", "joint"]
Better = Literal["higher", "lower", "neither"]
Number = Decimal | float | int | None

Function = TypeVar("Function", bound=Callable[..., object])


@dataclass(frozen=True)
class Metric:
    """The declaration of one metric; ``better`` is judged from the buyer's cash.

    ``short`` is the label where a tile would cut it off. ``formula`` is LaTeX whose terms are its
    ``\\text{…}``; ``rows`` names the tables it needs; ``additive`` says that the parts of any
    breakdown sum to the whole; ``accumulates`` that a year grows out of its days, so that part of a
    year is held against that part of a target. ``settings`` and ``policies`` (kinds of entries that
    both teams sign) are those that move its value; what every figure goes by, currency and
    calendar, is not among them.
    """

    id: str
    label: str
    short: str
    unit: Unit
    owner: Owner
    better: Better
    formula: str
    finance_reading: str
    procurement_reading: str
    source: str
    rows: tuple[str, ...]
    additive: bool
    accumulates: bool
    settings: tuple[str, ...]
    policies: tuple[str, ...]
    function: Callable[..., object]

    @property
    def description(self) -> str:
        """What it is: the function's docstring up to its worked example."""
        return self._documentation.partition(">>>")[0].strip()

    @property
    def example(self) -> str:
        """The worked example at the end of the function's docstring."""
        _, prompt, rest = self._documentation.partition(">>>")
        return (prompt + rest).strip()

    @property
    def terms(self) -> tuple[str, ...]:
        """The words of the formula that numbers can stand in for."""
        return tuple(TERM.findall(self.formula))

    @property
    def in_engine(self) -> bool:
        """Whether its one function is an SQL rule rather than Python."""
        return self.function.__module__.partition(".")[0] == "queries"

    @property
    def _documentation(self) -> str:
        return inspect.getdoc(self.function) or ""

    def plain(self) -> dict[str, str | bool | list[str]]:
        """The declaration as plain values, for JSON and tables."""
        return {
            "id": self.id,
            "label": self.label,
            "short": self.short,
            "unit": self.unit,
            "owner": self.owner,
            "better": self.better,
            "formula": self.formula,
            "description": self.description,
            "example": self.example,
            "finance_reading": self.finance_reading,
            "procurement_reading": self.procurement_reading,
            "source": self.source,
            "rows": list(self.rows),
            "additive": self.additive,
            "accumulates": self.accumulates,
            "settings": list(self.settings),
            "policies": list(self.policies),
        }


TERM = re.compile(r"\\text\{([^{}]*)\}")

_declared: dict[str, Metric] = {}


def declared() -> Mapping[str, Metric]:
    """The metrics declared by the subjects imported so far; ``spend.registry`` imports them all."""
    return MappingProxyType(_declared)


def metric(
    *,
    label: str,
    unit: Unit,
    owner: Owner,
    better: Better,
    formula: str,
    finance: str,
    procurement: str,
    source: str,
    rows: tuple[str, ...],
    additive: bool = True,
    short: str = "",
    accumulates: bool = False,
    settings: tuple[str, ...] = (),
    policies: tuple[str, ...] = (),
    name: str | None = None,
) -> Callable[[Function], Function]:
    """Declare the decorated function a metric, and give it back unchanged.

    The id is the function's name, or ``name`` where the function is a rule with a name of its own.
    """

    def declare(function: Function) -> Function:
        _declare(
            Metric(
                id=name or function.__name__,
                label=label,
                short=short or label,
                unit=unit,
                owner=owner,
                better=better,
                formula=formula,
                finance_reading=finance,
                procurement_reading=procurement,
                source=source,
                rows=rows,
                additive=additive,
                accumulates=accumulates,
                settings=settings,
                policies=policies,
                function=function,
            )
        )
        return function

    return declare


def _declare(new: Metric) -> None:
    if not new.description:
        raise ValueError(f"metric {new.id} needs a docstring that says what it is")
    old = _declared.get(new.id)
    # A server that reloads an edited module runs its declarations again: those replace the old.
    if old and old.function.__module__ != new.function.__module__:
        places = f"{old.function.__module__} and {new.function.__module__}"
        raise ValueError(f"metric {new.id} is declared twice, in {places}")
    _declared[new.id] = new


def favourable(metric: Metric, delta: Number) -> bool | None:
    """Whether a change helps the buyer's cash; ``None`` where there is none, or nothing to judge.

    >>> from spend.position import actual_spend
    >>> spend = declared()["actual_spend"]
    >>> favourable(spend, -10), favourable(spend, 10), favourable(spend, 0)
    (True, False, None)
    """
    if not delta or delta != delta or metric.better == "neither":
        return None
    return (delta > 0) == (metric.better == "higher")


def relative(delta: Number, reference: Number) -> float | None:
    """A change as a share of its reference; ``None`` ("n/a") on a zero or negative base.

    >>> relative(5, 20), relative(5, 0), relative(5, -20)
    (0.25, None, None)
    """
    if delta is None or reference is None or not reference > 0:
        return None
    return float(delta) / float(reference)


def filled(metric: Metric, numbers: Mapping[str, str], result: str = "") -> str:
    r"""The metric's formula with this figure's own numbers in it, as LaTeX.

    Terms without a number keep their word. A number for a term that the formula does not have
    raises ``ValueError``.

    >>> from spend.position import budget_variance
    >>> filled(declared()["budget_variance"], {"actual": "€1.2 k", "budget": "€1.0 k"}, "€0.2 k")
    '\\text{€1.2 k} - \\text{€1.0 k} = \\text{€0.2 k}'
    """
    if unknown := sorted(set(numbers) - set(metric.terms)):
        terms = ", ".join(metric.terms)
        raise ValueError(f"the formula of {metric.id} has the terms {terms}; not {unknown[0]}")
    formula = TERM.sub(lambda term: _text(numbers.get(term[1], term[1])), metric.formula)
    return f"{formula} = {_text(result)}" if result else formula


def _text(words: str) -> str:
    """Words as LaTeX text: what LaTeX would read as a command is escaped."""
    escaped = re.sub(r"([%$&#_{}])", r"\\\1", words)
    return rf"\text{{{escaped}}}"
