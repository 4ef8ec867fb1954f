"""Declarations: everything a figure needs to explain itself, and nothing said twice."""

import doctest
import inspect

import pytest

from spend.metric import Metric, declared, favourable, filled, metric, relative
from spend.registry import ORDER, all_metrics

DECLARED = list(all_metrics().values())
WORDS = {
    "label": "Rate",
    "unit": "share",
    "owner": "joint",
    "better": "higher",
    "formula": r"\frac{\text{part}}{\text{whole}}",
    "finance": "f",
    "procurement": "p",
    "source": "s",
    "rows": ("invoice_line",),
}


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test declares is forgotten after it."""
    monkeypatch.setattr("spend.metric._declared", dict(declared()))


def rate(part: float, whole: float) -> float:
    """A part of a whole.

    >>> rate(1, 4)
    0.25
    """
    return part / whole


def test_a_declaration_gives_the_function_back() -> None:
    assert metric(**WORDS)(rate) is rate  # type: ignore[arg-type]
    found = declared()["rate"]
    assert (found.label, found.finance_reading, found.additive) == ("Rate", "f", True)
    assert found.description == "A part of a whole."
    assert found.example == ">>> rate(1, 4)\n0.25"
    assert found.terms == ("part", "whole")
    assert found.function is rate
    assert not found.in_engine


def test_a_rule_of_the_engine_is_declared_under_its_metrics_name() -> None:
    from queries import rules

    metric(**WORDS, name="approved_share")(rules.is_approved)  # type: ignore[arg-type]
    assert declared()["approved_share"].in_engine
    assert declared()["approved_share"].description


def test_a_metric_is_declared_once_but_may_be_reloaded() -> None:
    metric(**WORDS)(rate)  # type: ignore[arg-type]
    metric(**WORDS)(rate)  # type: ignore[arg-type]

    def elsewhere() -> None:
        """Another."""

    elsewhere.__module__ = "spend.elsewhere"
    with pytest.raises(ValueError, match="declared twice"):
        metric(**WORDS, name="rate")(elsewhere)  # type: ignore[arg-type]


def test_a_metric_must_say_what_it_is() -> None:
    def silent() -> None:
        pass

    with pytest.raises(ValueError, match="docstring"):
        metric(**WORDS)(silent)  # type: ignore[arg-type]


def test_formula_with_numbers() -> None:
    metric(**WORDS)(rate)  # type: ignore[arg-type]
    one = declared()["rate"]
    assert filled(one, {"part": "12 %"}) == r"\frac{\text{12 \%}}{\text{whole}}"
    assert filled(one, {"part": "$1", "whole": "$4"}, "25.0 %") == (
        r"\frac{\text{\$1}}{\text{\$4}} = \text{25.0 \%}"
    )
    with pytest.raises(ValueError, match="has the terms part, whole; not total"):
        filled(one, {"total": "1"})


def test_judgement_is_by_declaration_not_by_sign() -> None:
    available, spend = declared()["available_budget"], declared()["actual_spend"]
    assert favourable(available, 1) is True
    assert favourable(available, -1) is False
    assert favourable(spend, -1) is True
    assert favourable(declared()["budget_amount"], 1) is None
    assert favourable(spend, None) is None
    assert favourable(spend, float("nan")) is None


def test_relative_change_needs_a_positive_base() -> None:
    assert relative(-5, 20) == -0.25
    assert relative(None, 20) is None
    assert relative(5, None) is None
    assert relative(5, float("nan")) is None


def test_ids_are_those_of_the_definitions() -> None:
    assert set(declared()) <= set(ORDER)
    assert len(set(ORDER)) == len(ORDER) == 41
    assert list(all_metrics())[:12] == list(ORDER[:12])


@pytest.mark.parametrize("one", DECLARED, ids=lambda one: one.id)
def test_every_declaration_is_whole(one: Metric) -> None:
    assert all((one.label, one.formula, one.source, one.rows))
    assert one.finance_reading != one.procurement_reading
    assert one.description.endswith(".")
    assert one.terms
    assert one.plain()["id"] == one.id
    if not one.in_engine:
        assert one.function.__name__ == one.id


@pytest.mark.parametrize("one", DECLARED, ids=lambda one: one.id)
def test_every_worked_example_works(one: Metric) -> None:
    if one.in_engine:
        pytest.skip("the example of a rule is worked in the engine's tests")
    module = inspect.getmodule(one.function)
    names = {**vars(module), one.id: one.function}
    parsed = doctest.DocTestParser().get_doctest(one.example, names, one.id, None, 0)
    assert parsed.examples
    assert doctest.DocTestRunner(verbose=False).run(parsed).failed == 0
