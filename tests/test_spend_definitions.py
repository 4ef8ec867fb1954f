"""The dictionary: complete, derived, and true to what the reports give and the settings move."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.errors import ConcordError
from queries.load import load
from queries.migration import initialise
from queries.minutes import Draft
from queries.selection import Selection
from queries.settings import SETTING_NAMES, Settings, changed
from queries.store import Reader, Store, open_store
from spend import definitions
from spend.definition_search import MOST_LETTERS, found
from spend.dictionary import Dictionary
from spend.kpi_book import KpiBook
from spend.metric import declared
from spend.policy_kinds import KINDS
from spend.questions import QUESTIONS
from spend.registry import ORDER, all_metrics
from spend.reports import REPORTS
from spend.responsibility import ACTIVITIES
from spend.result import Value
from spend.savings_policy import DEFAULT, POLICY
from spend.setting_words import EVERYWHERE, MEANINGS
from spend.where_used import GIVES
from tests import small_company
from tests.contract_files import NOW, Tables, write

METRICS = tuple(all_metrics().values())
WHOLE = Selection()


def dictionary(store: Store) -> Dictionary:
    return definitions.dictionary(store, WHOLE)


# --- What is declared once ------------------------------------------------------------------------


def test_every_metric_answers_one_question_and_shows_one_activity() -> None:
    assert sorted(ORDER) == sorted(declared())
    for groups in (QUESTIONS, ACTIVITIES):
        named = [metric for group in groups for metric in group.metrics]
        assert sorted(named) == sorted(declared())
    assert all(question.headline in question.metrics for question in QUESTIONS)


@pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda one: one.name)
def test_whoever_is_accountable_owns_every_figure_that_shows_it(activity: Any) -> None:
    assert {declared()[name].owner for name in activity.metrics} == {activity.owner}


def test_settings_and_policies_that_are_declared_exist_and_have_words() -> None:
    shaping = {name for metric in METRICS for name in metric.settings}
    assert set(MEANINGS) == set(SETTING_NAMES)
    # The cost of cash moves no figure: it is in sentences, and in what terms are tried at.
    assert shaping | set(EVERYWHERE) == set(SETTING_NAMES) - {"cost_of_cash"}
    assert {name for metric in METRICS for name in metric.policies} == set(KINDS)


# --- What is derived ------------------------------------------------------------------------------


def test_every_definition_is_whole(demo: Store) -> None:
    found = dictionary(demo)
    assert list(found.definitions) == list(ORDER)
    assert (found.unknown, found.skipped) == ((), ())
    for one in found.definitions.values():
        assert one.used
        assert one.missing == ()
        assert all(shaped.value for shaped in (*one.settings, *one.policies))


def test_where_a_figure_is_used_is_where_reports_give_it(demo: Store) -> None:
    given = {
        name: {figure.metric for figure in make(demo, WHOLE).figures}
        for name, make in REPORTS.items()
    }
    assert {name: ids for name, ids in given.items() if ids} == {
        name: set(ids) for name, ids in GIVES.items()
    }


def test_the_report_says_how_many_targets_differ(demo: Store) -> None:
    made = definitions.report(demo, WHOLE)
    assert made.message == (
        "41 figures, each with one owner and two readings; 17 have targets for 2026: the teams ask "
        "for different things on 17, and agreed on 17."
    )
    rows = {table.name: len(table.rows) for table in made.tables}
    assert (rows["meanings"], rows["responsibilities"], rows["targets"]) == (41, 18, 51)
    assert made.figures == ()


# --- What was agreed and when ---------------------------------------------------------------------


def targets(*rows: Mapping[str, object]) -> Tables:
    common = {"fiscal_year": 2026, "finance_target": 60, "procurement_target": 45}
    return {**small_company.tables(), "kpi_target": [{**common, **row} for row in rows]}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Store]:
    """The small company with a target of a figure, and one of nothing that is known."""
    rows = targets({"metric_id": "days_to_pay"}, {"metric_id": "days_to_play"})
    opened = small_company.loaded(tmp_path / "home", tmp_path / "files", rows)
    yield opened
    opened.close()


def write_down(store: Store, kind: str, name: str, body: object, team: str, link: str = "") -> None:
    draft = Draft(f"{kind}{name}{team}{body}", kind, name, body, link, team, f"{team}'s")  # type: ignore[arg-type]
    store.record(draft, 1, datetime(2026, 11, 5))


def test_targets_of_unknown_figures_are_said(small: Store) -> None:
    made = definitions.report(small, WHOLE)
    assert dictionary(small).unknown == ("days_to_play",)
    assert [n.text for n in made.notes if n.kind == "warning"] == [
        "Targets are loaded for what no figure is called: days_to_play."
    ]
    assert made.message.endswith(
        "1 has targets for 2026: the teams ask for different things on 1, and agreed on 0."
    )


def test_a_superseded_target_stands_beside_the_new_one(small: Store, tmp_path: Path) -> None:
    agreed = targets({"metric_id": "days_to_pay", "agreed_target": 52})
    load(small, write(tmp_path / "later", {"kpi_target": agreed["kpi_target"]}), now=NOW, user="x")
    versions = dictionary(small).definitions["days_to_pay"].targets
    assert [(one.agreed, one.place, one.state) for one in versions] == [
        (52.0, (2, 0), "in force"),
        (None, (1, 0), "until load 2"),
    ]


def test_a_policy_is_in_force_once_both_signed_and_the_old_one_stays_readable(small: Store) -> None:
    stricter = replace(DEFAULT, types=("price_reduction",))
    for policy in (DEFAULT, stricter):
        write_down(small, POLICY, POLICY, policy.body(), "finance")
        write_down(small, POLICY, POLICY, policy.body(), "procurement")
    one = dictionary(small).definitions["savings_recognised"]
    assert [version.state for version in one.versions] == ["in force", "superseded"]
    assert one.policies[0].value.startswith("Price reduction is recognised")
    assert one.versions[0].by == "finance's and procurement's"
    assert dictionary(small).definitions["savings_claimed"].versions == ()


def test_what_nobody_can_follow_is_said(small: Store) -> None:
    write_down(small, POLICY, POLICY, {"types": "all"}, "finance")
    (line,) = dictionary(small).skipped
    assert "was left out" in line


def test_decisions_stand_where_they_bear(small: Store) -> None:
    link = "http://localhost:8501/definitions?metric=agreed_days&as_of=1.0"
    write_down(small, "decision", "terms", {"text": "Ask S1 for 60 days"}, "finance")
    write_down(small, "decision", "definitions", {"text": "Contract days count"}, "finance", link)
    found = dictionary(small).definitions
    said = {name: [v.said for v in one.versions] for name, one in found.items()}
    assert sorted(said["agreed_days"]) == ["Ask S1 for 60 days", "Contract days count"]
    assert said["days_to_pay"] == ["Ask S1 for 60 days"]
    assert "Contract days count" not in said["budget_amount"]


def test_an_empty_store_says_how_to_fill_it(tmp_path: Path) -> None:
    store = open_store("", tmp_path / "empty")
    initialise(store, {}, NOW, "test")
    with pytest.raises(ConcordError, match="the store is empty"):
        dictionary(store)
    store.close()


# --- What settings move ---------------------------------------------------------------------------

HOSTILE = ("**b** _i_", r"$\frac{1}{0}$ \text{%}", "<script>alert(1)</script>", "x" * 10_000, "\0")
OTHERWISE = {
    "early_days": "30",
    "public_body": "true",
    "service_level": "0.5",
    "obsolete_after_months": "1",
    "otif_days": "30",
    "match_tolerance": "0.5",
    "cost_of_cash": "0.5",
    "budget_version": "2026 original",
}


def values(reader: Reader, settings: Settings) -> dict[str, Value]:
    book = KpiBook.read(reader.apart(settings=settings), WHOLE)
    return {name: figure.value for name, figure in book.figures.items()}


def moved(before: Mapping[str, Value], after: Mapping[str, Value]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


# What a setting could move, and does not on the demo.
STILL = {
    "obsolete_after_months": {"required_safety_stock_value"},  # by way of a signed policy alone
    "budget_version": {"forecast_at_completion"},  # another of the three methods is the median
}


def test_a_setting_moves_the_figures_that_declare_it_and_no_others(demo: Store) -> None:
    with demo.reader() as reader:
        before = values(reader, reader.settings)
        for name, value in OTHERWISE.items():
            after = values(reader, changed(reader.settings, [(name, value)]))
            declaring = {metric.id for metric in METRICS if name in metric.settings}
            assert moved(before, after) == declaring - STILL.get(name, set()), name


def taxed() -> Tables:
    """The small company with taxes that differ by line, two items, a contract and an initiative."""
    tables = dict(small_company.tables())
    tables["supplier"] = [{**row, "preferred": row["supplier_id"] == "S1"}
                          for row in tables["supplier"]]  # fmt: skip
    tables["category"] = [{**row, "addressable": True} for row in tables["category"]]
    tables["item"] = [*tables["item"], {"item_id": "I2", "name": "Nut", "category_id": "C1"}]
    tables["contract"] = [{"contract_id": "K1", "supplier_id": "S1", "start_date": "2025-01-01"}]
    tables["invoice_line"] = [_taxed(row) for row in tables["invoice_line"]]
    tables["savings_initiative"] = [
        {"initiative_id": "I1", "name": "Coil", "saving_type": "price_reduction",
         "stage": "realised", "supplier_id": "S1", "item_id": "I1", "start_date": "2026-01-01",
         "baseline_unit_price": 9, "new_unit_price": 7, "annual_quantity": 120,
         "claimed_amount": 240},
    ]  # fmt: skip
    return tables


def _taxed(row: Mapping[str, Any]) -> dict[str, object]:
    year, month = int(row["invoice_date"][:4]), int(row["invoice_date"][5:7])
    more = {"tax_amount": month * (year - 2024), "category_id": "C1", "po_id": "P1",
            "po_line_no": 1}  # fmt: skip
    nuts = {"item_id": "I2", "quantity": 10 * (year - 2024), "unit_price": 4, "tax_amount": 1}
    return {**row, **more, **({} if row["supplier_id"] == "S1" else nuts)}


def test_tax_that_cannot_be_recovered_moves_the_figures_that_declare_it(tmp_path: Path) -> None:
    """It shapes the marts, so that it takes a load of its own."""
    found = []
    for irrecoverable in ("false", "true"):
        store = open_store("", tmp_path / irrecoverable)
        given = {**small_company.SETTINGS, "irrecoverable_tax": irrecoverable}
        initialise(store, given, NOW, "test")
        load(store, write(tmp_path / f"files {irrecoverable}", taxed()), now=NOW, user="test")
        with store.reader() as reader:
            found.append(values(reader, reader.settings))
        store.close()
    declaring = {metric.id for metric in METRICS if "irrecoverable_tax" in metric.settings}
    assert moved(*found) == declaring


# --- Finding --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("days to pay", "days_to_pay"),
        ("PAY days", "days_to_pay"),
        ("to-pay", "days_to_pay"),
        ("Herfindahl", "supplier_concentration"),
        ("days_to_pay", "days_to_pay"),
        ("goodwill negotiated", "paid_early_share"),
        ("négotiated, NOT the habit", "agreed_days"),
        ("otif_days", "on_time_in_full"),
    ],
)
def test_a_definition_is_found_by_some_words_of_it(text: str, first: str) -> None:
    assert found(METRICS, text)[0].id == first


def test_what_nobody_says_is_not_found() -> None:
    assert found(METRICS, "days zebra") == ()
    assert found(METRICS, " \t ") == METRICS


@given(st.text() | st.sampled_from(HOSTILE))
def test_no_search_fails_or_finds_anything_twice(text: str) -> None:
    hits = found(METRICS, text)
    assert len({one.id for one in hits}) == len(hits)
    assert hits == found(METRICS, text[:MOST_LETTERS])


@given(st.sampled_from(METRICS), st.randoms())
def test_words_are_found_in_any_order(metric: Any, random: Any) -> None:
    words = metric.label.upper().split()
    random.shuffle(words)
    assert metric in found(METRICS, " ".join(words))
