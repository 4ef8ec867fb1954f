"""What README and docs say of figures and settings is what is declared of them."""

import re
from pathlib import Path

import pytest

from queries import schema
from queries.contract import CONTRACT_COLUMNS, WORDS
from queries.settings import SETTING_NAMES, Settings
from spend.metric import Metric
from spend.registry import all_metrics
from spend.setting_words import MEANINGS, value_words
from tests.conftest import ROOT

README = ROOT / "README.md"
PAGES = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LABELS = {metric.label: metric for metric in all_metrics().values()}
CODE = re.compile(r"`([a-z]+(?:_[a-z0-9]+)+)`")
# Names of sign-in, of the engine, and of a server's settings.
ELSEWHERE = {
    "redirect_uri", "try_cast", "citus_set_coordinator_host", "max_connections", "max_wal_size",
    "multi_shard_modify_mode", "shared_buffers", "work_mem",
}  # fmt: skip
LITTLE = {"and", "as", "by", "for", "is", "it", "less", "not", "of", "or", "the", "what", "yet"}


def known() -> set[str]:
    """Every name with an underscore that means something here."""
    columns = {column.name for table in CONTRACT_COLUMNS.values() for column in table}
    tables = schema.facts.tables
    stored = {*tables, *(column.name for table in tables.values() for column in table.columns)}
    values = {value for options in WORDS.values() for value in options}
    return {*all_metrics(), *stored, *columns, *values, *SETTING_NAMES, *ELSEWHERE}


def unknown(text: str) -> list[str]:
    return sorted(set(CODE.findall(text)) - known())


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_name_that_docs_quote_exists(page: Path) -> None:
    assert unknown(page.read_text(encoding="utf-8")) == []


def test_a_figure_that_does_not_exist_would_be_found() -> None:
    assert unknown("`days_to_pay` is one, and `days_to_play` is none") == ["days_to_play"]


# --- Words that people read before they open the dictionary ---------------------------------------


def glossary(text: str) -> dict[str, str]:
    """What the README's list of words says of each, in lower case."""
    found = re.findall(r"\*\*(\w[\w ]*)\*\*: ([^.;*]+)", text.partition("## Words")[2])
    return {name: said.lower() for name, said in found}


def strange(said: str, metric: Metric) -> set[str]:
    """Words of an explanation that nothing in the metric's declaration begins like."""
    declared = " ".join((*metric.terms, metric.description, metric.finance_reading,
                         metric.procurement_reading)).lower()  # fmt: skip
    stems = {word[:5] for word in re.findall(r"\w+", declared)}
    return {word for word in re.findall(r"\w+", said) if word[:5] not in stems} - LITTLE


def test_the_readme_explains_figures_in_the_words_of_their_declaration() -> None:
    words = glossary(README.read_text(encoding="utf-8"))
    figures = {name: said for name, said in words.items() if name in LABELS}
    assert {"Accrued", "Committed", "Requested", "Available"} <= set(figures)
    found = {name: strange(said, LABELS[name]) for name, said in figures.items()}
    assert {name: odd for name, odd in found.items() if odd} == {}


def test_an_explanation_that_contradicts_the_declaration_would_be_found() -> None:
    assert strange("budget less actual and next month's payroll", LABELS["Available"])


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_a_formula_that_docs_quote_is_the_declared_one(page: Path) -> None:
    """A line such as "Savings realisation = recognised ÷ claimed" has the formula's own terms."""
    text = page.read_text(encoding="utf-8")
    for label, metric in LABELS.items():
        for said in re.findall(rf"\b{re.escape(label)} = ([^.;|\n]+)", text):
            assert [term for term in metric.terms if term not in said] == [], said


# --- Settings -------------------------------------------------------------------------------------


def test_the_settings_in_the_docs_are_those_that_there_are() -> None:
    text = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    said = {name: (meaning, unless) for name, meaning, unless in rows}
    assert said == {
        name: (MEANINGS[name], value_words(name, getattr(Settings(), name)))
        for name in SETTING_NAMES
    }
