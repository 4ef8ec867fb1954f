"""Targets in force with all their versions, and every value a setting has had: on both engines."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

import pytest

from queries.batches import loaded_tables
from queries.load import load
from queries.minutes import latest_minute, record_settings
from queries.schema import OPEN
from queries.selection import Pin
from queries.setting_versions import setting_versions
from queries.settings import Settings, changed
from queries.store import Store
from queries.targets import TARGETS, target_versions, targets
from tests.contract_files import NOW, write

LATER = datetime(2026, 11, 3, 9, 30)
DAYS = {"metric_id": "days_to_pay", "fiscal_year": 2026, "finance_target": 60,
        "procurement_target": 45}  # fmt: skip
ZEBRA = {**DAYS, "metric_id": "Zebra", "finance_target": 0.05, "agreed_target": 0.1}


@pytest.fixture(scope="module")
def store(kept_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two loads: the second agrees on a target. Settings come with them, and are written down
    before, between and after; two shape the marts, and wait for the next load."""
    folder = tmp_path_factory.mktemp("targets")

    def loaded(name: str, row: Mapping[str, object], now: datetime, **settings: str) -> None:
        source = write(folder / name, {"kpi_target": [dict(row), ZEBRA]}, settings)
        load(kept_store, source, now=now, user="loader")

    def written(batch: int, **given: str) -> None:
        with kept_store.minutes.begin() as book:
            record_settings(book, given, batch, LATER, "Ada")

    written(0, early_days="3", fiscal_year_start="4")
    loaded("first", DAYS, NOW, service_level="0.9")
    written(1, service_level="0.99", irrecoverable_tax="true")
    loaded("second", {**DAYS, "agreed_target": 52}, LATER, irrecoverable_tax="false")
    written(2, early_days="7", fiscal_year_start="1")
    return kept_store


def test_the_targets_in_force(store: Store) -> None:
    with store.reader() as reader:
        found = targets(reader, 2026).set_index("metric_id")
        assert targets(reader, 2025).empty
    assert list(found.index) == ["Zebra", "days_to_pay"]
    assert list(found.columns) == list(TARGETS)
    assert list(found.loc["days_to_pay"]) == [60, 45, 52]


def test_a_pinned_view_has_the_targets_of_its_load(store: Store) -> None:
    with store.reader(Pin(1)) as reader:
        found = targets(reader, 2026).set_index("metric_id")
        versions = target_versions(reader)
    assert list(found.loc["days_to_pay"].isna()) == [False, False, True]
    assert versions["batch_to"].tolist() == [OPEN, OPEN]


def test_what_was_superseded_is_still_there(store: Store) -> None:
    with store.reader() as reader:
        found = target_versions(reader)
    days = found[found["metric_id"] == "days_to_pay"]
    assert days[["batch_from", "batch_to"]].to_numpy().tolist() == [[2, OPEN], [1, 2]]
    assert days["agreed_target"].isna().tolist() == [False, True]
    assert days["loaded_at"].tolist() == [LATER, NOW]


@pytest.mark.parametrize("batch", [1, 2])
def test_the_last_value_of_every_setting_is_the_one_in_force(store: Store, batch: int) -> None:
    with store.reader(Pin(batch)) as reader:
        given = [(one.name, one.value) for one in setting_versions(reader)]
        assert changed(Settings(), given) == reader.settings
        assert {one.name for one in fields(Settings)} >= {name for name, _ in given}


def test_every_value_of_a_setting_says_who_gave_it_and_when(store: Store) -> None:
    with store.reader() as reader:
        found = [one for one in setting_versions(reader) if one.name == "service_level"]
        assert latest_minute(reader.book) == 6
    assert [(one.value, one.batch, one.by, one.at) for one in found] == [
        ("0.9", 1, "loader", NOW),
        ("0.99", 1, "Ada", LATER),
    ]


def test_a_setting_that_shapes_the_marts_waits_for_the_next_load(store: Store) -> None:
    with store.reader() as reader:
        found = setting_versions(reader)
    months = [one.value for one in found if one.name == "fiscal_year_start"]
    taxes = [(one.value.lower(), one.by) for one in found if one.name == "irrecoverable_tax"]
    assert months == ["4"]
    assert taxes == [("true", "Ada"), ("false", "loader")]


def test_a_table_is_loaded_from_its_load_on(store: Store) -> None:
    with store.reader() as reader:
        assert loaded_tables(reader) == {"kpi_target"}
