"""Nothing that a declaration says is written a second time on overview, savings or definitions.

A figure's label, unit, formula and help come from its declaration. Here every text of those pages,
of their parts and of their reports is read, and what repeats a declaration is a stray.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from spend.metric import Unit
from spend.registry import all_metrics
from tests.conftest import ROOT
from tests.test_house import name, tree

METRICS = all_metrics()
LABELS = {metric.label: metric.id for metric in METRICS.values()}
UNITS = get_args(Unit)
RUN = 7  # as many words in a row, the same as in a declaration, are copied

REPORTS = ("agenda", "definition", "definitions", "dictionary", "kpi", "kpis", "marks",
           "meetings", "review", "savings", "tensions")  # fmt: skip
PARTS = ("claims", "definition", "dictionary", "figures", "guide", "initiative", "marks",
         "recognition", "review", "scorecard", "since", "tasks")  # fmt: skip
DRAWN = ("definitions", "overview", "review", "savings")
DECLARING = "savings_formulas"  # where the subject's own metrics are declared


def about(folder: str, subjects: tuple[str, ...]) -> Iterator[Path]:
    """The modules of a folder that are about some subjects."""
    for path in (ROOT / folder).glob("*.py"):
        if path.stem != DECLARING and path.stem.startswith(subjects):
            yield path


READ = sorted(
    [*about("spend", REPORTS), *about("pages/parts", PARTS)]
    + [path for folder in ("together", "money", "reference")
       for path in about(f"pages/{folder}", DRAWN)]
)  # fmt: skip


# --- What a stray is ------------------------------------------------------------------------------


def strays(module: ast.Module) -> Iterator[str]:
    """Everything in a module that a declaration says already."""
    for place, text in texts(module):
        if text in LABELS and " " in text:
            yield f"line {place.lineno}: {text!r} is the label of {LABELS[text]}"
        elif re.search(r"\\(text|frac|sum)\b", text):
            yield f"line {place.lineno}: {text!r} is a formula"
        elif copied := next(filter(None, (runs(text) & each for each in SAID.values())), None):
            yield f"line {place.lineno}: {' '.join(min(copied))!r} is in a declaration"
    for node in ast.walk(module):
        yield from beside_an_id(node)


def texts(module: ast.Module) -> Iterator[tuple[ast.Constant, str]]:
    """Every text of a module that is not its documentation."""
    told = {
        id(body[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and (body := node.body)
        and isinstance(body[0], ast.Expr)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node, node.value


def beside_an_id(node: ast.AST) -> Iterator[str]:
    """A unit or a label that is given to a metric by hand: in a call, or in a table by id."""
    if isinstance(node, ast.Call):
        given = [each.value for each in (*node.args, *(k.value for k in node.keywords))
                 if isinstance(each, ast.Constant)]  # fmt: skip
        if any(each in METRICS or each in LABELS for each in given):
            units = [each for each in given if each in UNITS]
            yield from (f"line {node.lineno}: the unit {unit!r} is declared" for unit in units)
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            said = constant(value)
            if constant(key) in METRICS and re.search(r"[a-z]", said) and said not in METRICS:
                yield f"line {node.lineno}: {said!r} is said of {constant(key)} by hand"


def constant(node: ast.AST | None) -> str:
    text = node.value if isinstance(node, ast.Constant) else None
    return text if isinstance(text, str) else ""


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of so many words, whatever their case and signs."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


SAID = {
    metric.id: runs(metric.description) | runs(metric.finance_reading)
    | runs(metric.procurement_reading)
    for metric in METRICS.values()
}  # fmt: skip


# --- What there is --------------------------------------------------------------------------------


def test_the_pages_and_their_reports_are_read() -> None:
    read = {path.name for path in READ}
    assert {"definitions.py", "dictionary.py", "kpis.py", "savings.py", "overview.py"} <= read


@pytest.mark.parametrize("path", READ, ids=name)
def test_nothing_is_written_twice(path: Path) -> None:
    assert list(strays(tree(path))) == []


@pytest.mark.parametrize(
    "planted",
    [
        'tile("Savings claimed", value)',
        r'st.latex(r"\frac{\text{recognised}}{\text{claimed}}")',
        'help = "It is what the invoices of the selection show, so far"',
        'TableColumn("claimed", heading, "money", metric="savings_claimed")',
        'Fact("days_to_pay", value, unit="days")',
        'TableColumn("forecast", "Forecast", "money")',
        'SHORT = {"days_to_pay": "Days until paid"}',
        'f"{Days} and more: " + "How long cash really stays after the date"',
    ],
)
def test_what_is_written_by_hand_would_be_found(planted: str) -> None:
    assert list(strays(ast.parse(planted)))


def test_what_only_names_a_figure_is_no_stray() -> None:
    fine = '''
"""The label Savings claimed stands in documentation."""
TILES = ("savings_claimed", "days_to_pay")
tile(all_metrics()["days_to_pay"].label, figure.value, metric.unit)
BETTER = {"savings_claimed": "savings_recognised"}
MARKS = {"actual_spend": "■"}
Fact("Carried over", value, "money")
TableColumn("budgeted", "Budget", "text")  # an everyday word, and no amount
'''
    assert list(strays(ast.parse(fine))) == []
