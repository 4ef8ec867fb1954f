"""Savings as a report: each item by hand on both engines, the demo's story, and what is signed."""

import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from demo import stories
from queries.errors import ConcordError
from queries.minutes import Draft
from queries.selection import Pin, Selection
from queries.store import Store
from queries.window import trailing
from spend import opened, savings, savings_recognition
from spend.outputs import data, sheet, text, workbook
from spend.result import Report, Table
from spend.savings_agreed import SIGN_OFF
from spend.savings_book import SavingsBook
from spend.savings_lists import awaiting
from spend.savings_policy import DEFAULT, POLICY, RecognitionPolicy
from spend.savings_reconciliation import ITEMS
from spend.savings_trend import trends
from spend.savings_words import Words
from tests import saving_company, small_company
from tests.command_line import spend
from tests.conftest import NOW
from tests.contract_files import Books
from tests.saving_company import BY_HAND, TOTAL

TOLD: dict[str, Any] = next(
    story
    for story in tomllib.loads(stories.PATH.read_text(encoding="utf-8"))["story"]
    if story["name"] == "savings"
)
STORY = Selection("2026-01", "2026-10")
YEAR = Selection("2026-01", "2026-12")
METRICS = ("savings_claimed", "savings_recognised", "savings_realisation")


def euros(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def values(report: Report) -> dict[str, Any]:
    return {figure.metric: figure.value for figure in report.figures}


def rows(table: Table) -> dict[str, dict[str, Any]]:
    """Rows by id, cells by column."""
    keys = [column.key for column in table.columns]
    found = zip(table.ids, table.rows, strict=True)
    return {name: dict(zip(keys, row, strict=True)) for name, row in found}


# --- Each item by hand, on both engines -----------------------------------------------------------


@pytest.fixture(scope="module")
def company(kept_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    books = Books(kept_store, tmp_path_factory.mktemp("savings"))
    books.load(saving_company.tables(), settings=saving_company.SETTINGS)
    return kept_store


@pytest.fixture(scope="module")
def report(company: Store) -> Report:
    return savings.report(company, YEAR)


def test_every_item_is_what_a_hand_makes_of_it(report: Report) -> None:
    found = rows(report.table("register"))
    assert set(found) == set(BY_HAND)
    for name, items in BY_HAND.items():
        for item in ("claimed", *ITEMS[:-1], "recognised"):
            assert found[name][item] == euros(items.get(item, 0)), (name, item)
    assert values(report) == {
        "savings_claimed": euros(TOTAL["claimed"]),
        "savings_recognised": euros(TOTAL["recognised"]),
        "savings_realisation": pytest.approx(6200 / 10_600),
    }


def test_the_bridge_closes_from_the_one_reading_to_the_other(report: Report) -> None:
    bridge = report.bridge("savings")
    assert bridge.residual == 0
    assert [step.label for step in bridge.steps] == [
        "Claimed", "Unsupported", "Not recognised", "Timing", "Volume", "Off contract", "Price",
        "Currency", "Recognised",
    ]  # fmt: skip
    assert [step.amount for step in bridge.steps] == [euros(v) for v in TOTAL.values()]


def test_each_initiative_has_its_own_bridge(company: Store) -> None:
    for name, items in BY_HAND.items():
        found = savings.initiative(company, YEAR, name)
        assert found.bridge.residual == 0
        assert found.bridge.steps[0].amount == euros(items["claimed"])
        assert found.bridge.steps[-1].amount == euros(items.get("recognised", 0))
        assert bool(found.prices.series) == (name != "I")


def test_tables_sum_to_the_figures(report: Report) -> None:
    for name in ("register", "stage", "saving_type"):
        table = report.table(name)
        assert table.total is not None
        for place, column in enumerate(table.columns):
            if column.unit == "money":
                parts = [row[place] for row in table.rows]
                assert sum(map(Decimal, map(str, parts))) == table.total[place], column.key
        total = dict(zip([c.key for c in table.columns], table.total, strict=True))
        assert total["claimed"] == euros(TOTAL["claimed"])
        assert total["in_year"] + total["carry_over"] == total["claimed"]  # type: ignore[operator]
    # C starts in July: six of its months are in the next year.
    assert rows(report.table("register"))["C"]["carry_over"] == euros(600)


def test_months_sum_to_the_whole(report: Report) -> None:
    claimed, recognised = report.chart("months").series
    assert sum(map(Decimal, map(str, recognised.values))) == euros(TOTAL["recognised"])
    assert sum(map(Decimal, map(str, claimed.values))) == euros(10_000)  # less C's later half


def test_the_readings_beside(report: Report) -> None:
    found = {fact.label: fact.value for fact in report.facts}
    assert found == {
        "In the budget": euros(1200),
        "Beyond the budget": euros(5000),
        "Cash freed": euros(5000),
    }
    pipeline = report.chart("pipeline")
    assert pipeline.axis == ("Idea · 10.0 %", "Realised · 100.0 %")
    assert pipeline.series[0].values == (euros(120), euros(10_600))


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"category": ("C1",)}, "ABCD"),
        ({"category": ("C",)}, "ABCDEFGHI"),
        ({"category": ("C2",), "item": ("rod",)}, "E"),
        ({"supplier": ("S1",)}, "ABCDEFHI"),
        ({"supplier": ("S3",)}, "G"),
        ({"item": ("-",)}, "I"),
    ],
)
def test_filters_choose_initiatives_and_move_none(
    company: Store, filters: dict[str, tuple[str, ...]], ids: str
) -> None:
    report = savings.report(company, replace(YEAR, **filters))  # type: ignore[arg-type]
    found = rows(report.table("register"))
    assert "".join(sorted(found)) == ids
    whole = rows(savings.report(company, YEAR).table("register"))
    assert found == {name: whole[name] for name in found}


def test_the_own_group_and_early_stages_claim_nothing(report: Report) -> None:
    assert not {"J", "K", "L"} & set(report.table("register").ids)
    assert report.table("cash").ids == ("J",)


def test_a_cost_centre_has_no_savings(company: Store) -> None:
    report = savings.report(company, replace(YEAR, cost_centre=("A",)))
    for metric in METRICS:
        assert report.figure(metric).value is None
        assert report.figure(metric).reason == "savings initiatives have no cost centre"
    assert report.bridge("savings").steps == ()
    assert text.plain(report)


def test_days_without_initiatives_say_so(demo: Store) -> None:
    report = savings.report(demo, Selection("2024-01", "2024-03"))
    reason = "no initiative here is contracted and has months in these days"
    assert {figure.reason for figure in report.figures} == {reason}


def test_who_sold_elsewhere_is_named(report: Report) -> None:
    found = rows(report.table("leakage"))
    assert set(found) == {"E", "F"}
    assert found["E"]["whom"] == "<b>Dealer</b> €3.0 k"
    assert (found["E"]["elsewhere"], found["F"]["price"]) == (euros(3000), euros(-600))
    total = report.table("leakage").total
    assert total is not None
    assert total[4] == euros(-800)


def test_gains_and_rounding_are_no_leakage(store: Store, tmp_path: Path) -> None:
    """500 rods from a dealer, 1,000 cheaper than agreed; cams that end in parts of a cent."""
    tables = dict(saving_company.tables())
    cut, bought = saving_company.cut, saving_company.bought
    tables["savings_initiative"] = [
        cut("E", "rod"), cut("F", "gear", new_unit_price=9.75),
        cut("R", "cam", baseline_unit_price=10, new_unit_price=9.3333, annual_quantity=7.1),
    ]  # fmt: skip
    tables["invoice_line"] = [
        bought(1, "rod", 1000, 8500), bought(2, "rod", 500, 6000, supplier_id="S3"),
        bought(3, "gear", 1200, 11_400), bought(4, "cam", 7.1, 66.27),
    ]  # fmt: skip
    Books(store, tmp_path / "files").load(tables, settings=saving_company.SETTINGS)
    report = savings.report(store, YEAR)
    table = report.table("leakage")
    register = rows(report.table("register"))
    assert abs(register["R"]["price"]) <= euros(0.01)
    assert (register["E"]["price"], register["F"]["price"]) == (euros(500), euros(300))
    assert rows(table).keys() == {"E"}  # F cost less than agreed
    assert [rows(table)["E"][name] for name in ("off_contract", "price", "lost")] == [
        euros(-500), euros(0), euros(-500)
    ]  # fmt: skip
    assert table.total is not None
    assert table.total[2:6] == (euros(-500), euros(0), euros(-500), euros(6000))
    assert report.readings["finance"].endswith(" €500 was won in deals and lost after them.")
    # 3,600 less 900 was recognised as it was claimed, so that there is no gap to explain.
    assert ":" not in report.message


def test_savings_are_held_against_the_budget(report: Report) -> None:
    assert set(report.table("not_cut").ids) == set("ACDEFG")
    late = rows(report.table("not_come"))
    assert {name: row["short"] for name, row in late.items()} == {"I": euros(700)}
    assert report.table("unexplained").rows == ()  # nothing is known of the year before


@pytest.mark.parametrize("metric", METRICS)
def test_every_figure_opens_its_rows(
    company: Store, metric: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "PAGE_SIZE", 10**6)
    found = savings.evidence(company, YEAR, metric)
    if metric == "savings_claimed":
        assert {row[0] for row in found.rows} == set(BY_HAND)
    else:  # the lines of D to H, of A and C; all suppliers, in their months, with a quantity
        bought = {str(row[0]) for row in found.rows}
        assert bought == {"V1", "V3", "V5", "V6", "V7", "V9", "V10", "V11"}
    assert len(found.rows) == found.row_count
    assert "=" in found.filled


def test_a_figure_or_an_initiative_that_is_not_here_is_one_line(company: Store) -> None:
    with pytest.raises(ConcordError, match="no figure of savings"):
        savings.evidence(company, YEAR, "actual_spend")
    with pytest.raises(ConcordError, match="there is no savings initiative SI-0"):
        savings.report(company, YEAR, initiative="SI-0")


def test_every_output_takes_the_report(company: Store) -> None:
    report = savings.report(company, YEAR, initiative="E")
    assert '"savings_recognised"' in data.text(report)
    assert "Off contract" in text.plain(report)
    assert workbook.to_xlsx(report)[:2] == b"PK"
    assert sheet.to_csv(report.table("register")).startswith("name,stage,claimed,recognised")


# --- Trends ---------------------------------------------------------------------------------------


def alike(store: Store, selection: Selection) -> None:
    """Each value of a trend is that of the report narrowed to its period."""
    with store.reader() as reader:
        book = SavingsBook.read(reader, selection)
        periods = trailing(book.choices.calendar, book.window)
        found = trends(book, periods)
    assert set(found) == set(METRICS)
    for place, one in enumerate(periods):
        name = one.period.period
        alone = values(savings.report(store, replace(selection, from_period=name, to_period=name)))
        assert {metric: found[metric][place] for metric in METRICS} == alone, name


def test_a_trend_has_the_values_of_its_periods(company: Store) -> None:
    alike(company, YEAR)
    alike(company, replace(YEAR, category=("C2",), to_period="2026-11"))


def test_a_period_to_come_has_no_value(demo: Store) -> None:
    with demo.reader() as reader:
        book = SavingsBook.read(reader, Selection("2026-11", "2026-12"))
        found = trends(book, trailing(book.choices.calendar, book.window))
    assert found["savings_claimed"][-1] is None
    assert found["savings_claimed"][-2] is not None


def test_last_years_claim_is_that_of_the_whole_year(store: Store, tmp_path: Path) -> None:
    """Signed for September 2025: claimed in 2025 and in 2026, of which half has passed."""
    tables = dict(small_company.tables())
    tables["savings_initiative"] = [
        {"initiative_id": "P", "name": "Paint", "saving_type": "process", "stage": "realised",
         "category_id": "C2", "start_date": "2025-09-01", "claimed_amount": 24},
    ]  # fmt: skip
    Books(store, tmp_path / "files").load(tables, settings={"data_through": "2026-06-30"})
    figure = savings.report(store, YEAR).figure("savings_claimed")
    assert (figure.value, [change.amount for change in figure.changes]) == (euros(24), [euros(0)])


# --- The demo's story -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(demo: Store) -> Report:
    return savings.report(demo, STORY)


def test_the_demos_savings(told: Report) -> None:
    answers = TOLD["answers"]
    found = values(told)
    assert found["savings_claimed"] == euros(answers["savings_claimed"])
    assert found["savings_recognised"] == euros(answers["savings_recognised"])
    assert found["savings_realisation"] == pytest.approx(answers["savings_realisation"], abs=5e-7)
    assert told.facts[0].value == euros(answers["of_which_in_the_budget"])
    total = told.table("register").total
    assert total is not None
    sums = dict(zip([c.key for c in told.table("register").columns], total, strict=True))
    assert {name: sums[name] for name in answers["items"]} == {
        name: euros(amount) for name, amount in answers["items"].items()
    }


def test_the_demos_initiatives(demo: Store, told: Report) -> None:
    """The story rounds each amount on its own; here they also sum to the totals."""
    found = rows(told.table("register"))
    assert set(found) == set(TOLD["answers"]["initiatives"])
    for name, amounts in TOLD["answers"]["initiatives"].items():
        for item, amount in amounts.items():
            assert abs(found[name][item] - euros(amount)) <= Decimal("0.01"), (name, item)
    for name in ("SI-01", "SI-04", "SI-13", "SI-22"):
        assert savings.initiative(demo, STORY, name).bridge.residual == 0


def test_the_demo_on_the_command_line(demo: Store) -> None:
    """What a page shows, printed; the trend of a real year is that of its months."""
    ended = spend("report", "savings", "--from", "2026-01", "--to", "2026-10", "--format", "json",
                  "--set", "initiative=SI-04", CONCORD_HOME=str(demo.home))  # fmt: skip
    found = ended.json
    assert found["metrics"]["savings_claimed"]["value"] == TOLD["answers"]["savings_claimed"]
    assert {bridge["residual"] for bridge in found["bridges"].values()} == {0}
    assert set(found["bridges"]) == {"savings", "SI-04"}
    alike(demo, replace(STORY, category=("C-1200",)))


# --- What is signed -------------------------------------------------------------------------------


@pytest.fixture
def book(store: Store, tmp_path: Path) -> Books:
    books = Books(store, tmp_path / "files")
    books.load(saving_company.tables(), settings=saving_company.SETTINGS)
    return books


def sign(store: Store, team: str, by: str, body: Any, name: str = POLICY) -> int:
    kind = POLICY if name == POLICY else SIGN_OFF
    draft = Draft(f"{team} {by} {name} {body}", kind, name, body, "", team, by)
    return store.record(draft, 1, NOW)


def test_a_policy_needs_both_and_a_pinned_view_keeps_its_own(book: Books) -> None:
    store, before = book.store, values(savings.report(book.store, YEAR))
    wider = RecognitionPolicy(types=(*DEFAULT.types[:1], "cost_avoidance", *DEFAULT.types[1:]))
    strict = replace(wider, budgeted="leave_out")
    first = sign(store, "finance", "Fay", strict.body())
    assert values(savings.report(store, YEAR)) == before
    facts = savings_recognition.tried(store, YEAR, strict)
    # B was averted: all of it counts now; H is in the budget.
    assert [fact.value for fact in facts] == [euros(6200 + 1200 - 1200), euros(0)]
    second = sign(store, "procurement", "Pat", strict.body())
    report = savings.report(store, YEAR)
    labels = [step.label for step in report.bridge("savings").steps]
    assert labels[-2:] == ["In the budget", "Recognised"]
    assert "Not recognised" not in labels
    assert report.bridge("savings").residual == 0
    assert values(report)["savings_claimed"] == before["savings_claimed"]
    assert rows(report.table("register"))["H"]["recognised"] == 0
    # H came, and the books show it: it is only not recognised.
    assert [fact.value for fact in report.facts[:2]] == [euros(1200), euros(6200)]
    assert report.table("not_come").ids == ("I",)
    assert report.message.startswith("Of €10.6 k claimed, the books show €7.4 k (69.8 %): ")
    assert report.message.endswith(
        " By the policy €1.2 k is left out: it is in the budget already."
    )
    assert report.readings["finance"].startswith(
        "€7.4 k came through in the invoices; €6.2 k of it is in no budget yet"
    )
    for minute in (first - 1, first):
        assert values(savings.report(store, replace(YEAR, as_of=Pin(1, minute)))) == before
    pinned = savings.report(store, replace(YEAR, as_of=Pin(1, second)))
    assert values(pinned) == values(report)


def test_the_versions_of_the_policy_stay_readable(book: Books) -> None:
    wider = RecognitionPolicy(types=("price_reduction",))
    for team, by in (("finance", "Fay"), ("procurement", "Pat")):
        sign(book.store, team, by, wider.body())
    found = savings_recognition.read(book.store, YEAR)
    assert found.policy == wider
    table = savings_recognition.versions(found)
    assert [column.label for column in table.columns[1:]] == ["In force", "Version 1"]
    cells = {str(row[0]): row[1:] for row in table.rows}
    assert cells["Process"] == ("Not recognised", "Recognised")
    assert cells["Finance signed"] == ("Fay", "By definition")
    assert cells["From load"] == ("1", None)
    assert cells["Signed on"] == ("2 November 2026", None)
    sign(book.store, "finance", "Fay", {"types": ["luck"]})
    found = savings_recognition.read(book.store, YEAR)
    assert found.policy == wider
    assert len(found.skipped) == 1


def test_an_initiative_is_signed_for_its_terms(book: Books) -> None:
    store = book.store
    waiting = _awaiting(store)
    assert [one.initiative for one in waiting][:1] == ["A"]
    assert {one.missing for one in waiting} == {"both"}
    found = savings.initiative(store, YEAR, "A").sign_off
    assert found is not None
    assert (found.words, found.terms.claimed) == ("Not signed", 1500_00)
    sign(store, "finance", "Fay", found.terms.body(), "A")
    assert {one.initiative: one.missing for one in _awaiting(store)}["A"] == "procurement"
    sign(store, "procurement", "Pat", found.terms.body(), "A")
    assert "A" not in {one.initiative for one in _awaiting(store)}
    register = rows(savings.report(store, YEAR).table("register"))
    assert (register["A"]["signed"], register["D"]["signed"]) == ("Signed by both", "Not signed")
    row = next(r for r in saving_company.tables()["savings_initiative"] if r["name"] == "Deal A")
    book.load({"savings_initiative": [{**row, "new_unit_price": 9.1}]})
    register = rows(savings.report(store, YEAR).table("register"))
    assert register["A"]["signed"] == "Signed for other terms"
    old = rows(savings.report(store, replace(YEAR, as_of=Pin(1))).table("register"))
    assert old["A"]["signed"] == "Signed by both"


def _awaiting(store: Store) -> Any:
    with store.reader() as reader:
        return awaiting(SavingsBook.read(reader, YEAR))


# --- What is said --------------------------------------------------------------------------------


def test_the_largest_items_are_named_whichever_way_they_go(report: Report) -> None:
    assert report.message == (
        "Of €10.6 k claimed, the books show €6.2 k (58.5 %): €1.2 k is of types that are not "
        "recognised, €1.0 k is more than prices and quantity bear out and €600 lies in other "
        "months."
    )


SAID: dict[str, tuple[list[dict[str, Any]], str, str]] = {
    "a loss": (
        [{"item_id": "gear", "new_unit_price": 5, "baseline_unit_price": 6}],
        "Of €1.2 k claimed, the books show a loss of €4.2 k: €5.4 k went in prices above the deal.",
        "The invoices show no saving: they are €4.2 k above the prices before the deals. "
        "€5.4 k was won in deals and lost after them.",
    ),
    "nothing": (
        [{"item_id": "none", "budgeted": True}],
        "Of €1.2 k claimed, the books show no saving: "
        "€1.2 k was not bought in the planned volume.",
        "The invoices show no saving.",
    ),
    "more than was claimed": (
        [{"item_id": "bolt", "claimed_amount": 1000_00}],
        "Of €1.0 k claimed, the books show €1.2 k (120.0 %).",
        "€1.2 k came through in the invoices; €1.2 k of it is in no budget yet and can be taken "
        "back or given out.",
    ),
    "items of both signs": (
        [{"item_id": "bolt", "claimed_amount": 1000_00}, {"item_id": "gear"}],
        "Of €2.2 k claimed, the books show €1.8 k (81.8 %): €600 went in prices above the deal; "
        "against that, €200 more is borne out by prices and quantity than is claimed.",
        "€1.8 k came through in the invoices; €1.8 k of it is in no budget yet and can be taken "
        "back or given out. €600 was won in deals and lost after them.",
    ),
    "a budgeted loss": (
        [{"item_id": "bolt"},
         {"item_id": "gear", "budgeted": True, "baseline_unit_price": 9.25}],
        "Of €1.5 k claimed, the books show €900 (60.0 %): €600 went in prices above the deal.",
        "€900 came through in the invoices: €1.2 k that is in no budget yet, less €300 that went "
        "in deals that the budget counts on. €600 was won in deals and lost after them.",
    ),
    "all of it planned": (
        [{"item_id": "bolt", "budgeted": True}],
        "Of €1.2 k claimed, the books show €1.2 k (100.0 %).",
        "€1.2 k came through in the invoices; all of it is in the budget already.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_what_is_said_holds_for_any_sign(name: str, company: Store) -> None:
    """The company's invoices, held against other registers."""
    deals, message, finance = SAID[name]
    with company.reader() as reader:
        book = other_register(SavingsBook.read(reader, YEAR), deals)
        words = Words(book)
        assert words.message() == message
        assert words.readings()["finance"] == finance


def other_register(book: SavingsBook, deals: list[dict[str, Any]]) -> SavingsBook:
    """The book with price cuts of a supplier in the place of its own initiatives."""
    plain = book.initiatives[book.initiatives["initiative_id"] == "D"].to_dict("records")[0]
    rows = [{**plain, "initiative_id": f"X{n}", **deal} for n, deal in enumerate(deals)]
    vars(book)["initiatives"] = pd.DataFrame(rows)
    return book


# --- The same deal twice, and cuts of the budget --------------------------------------------------


def test_a_deal_claimed_twice_is_flagged(store: Store, tmp_path: Path) -> None:
    tables = dict(saving_company.tables())
    more = [
        saving_company.cut("A2", "bolt", start_date="2026-06-01", new_unit_price=8),
        saving_company.cut("I2", None, saving_type="process", category_id="C2",
                            claimed_amount=700, baseline_unit_price=None),
        saving_company.cut("I3", None, saving_type="process", category_id="C2",
                            claimed_amount=700, start_date="2027-03-01"),
    ]  # fmt: skip
    tables["savings_initiative"] = [*tables["savings_initiative"], *more]
    Books(store, tmp_path / "files").load(tables, settings=saving_company.SETTINGS)
    report = savings.report(store, YEAR)
    found = [(str(row[0]), str(row[1]), row[5]) for row in report.table("twice").rows]
    assert found == [
        ("A Deal A", "A2 Deal A2", "The later one starts from the earlier one's new price"),
        ("I Deal I", "I2 Deal I2", "Nothing is counted twice: at most one of them is recognised"),
    ]
    assert rows(report.table("register"))["A"]["flags"] == "Overlaps A2"
    assert any("may claim the same deal" in note.text for note in report.notes)


def test_a_purchase_that_two_may_count_is_told(store: Store, tmp_path: Path) -> None:
    """Bolts: A with S1, B with anybody. Rods: two with S1, and 200 from a dealer that both miss."""
    tables = dict(saving_company.tables())
    cut = saving_company.cut
    no_item = {"supplier_id": "S3", "category_id": "C1", "claimed_amount": 500}
    tables["savings_initiative"] = [
        cut("A", "bolt"), cut("B", "bolt", supplier_id=None, claimed_amount=1100),
        cut("B2", "bolt", supplier_id="S3", start_date="2026-02-01", claimed_amount=10),
        cut("E", "rod", claimed_amount=1050),
        cut("E2", "rod", start_date="2026-02-01", new_unit_price=8, claimed_amount=1000),
        cut("N", None, **no_item), cut("N2", None, **no_item),
    ]  # fmt: skip
    Books(store, tmp_path / "files").load(tables, settings=saving_company.SETTINGS)
    report = savings.report(store, YEAR)
    found = {f"{row[0]}, {row[1]}": row[2:] for row in report.table("twice").rows}
    both = "Both count the same purchases: name the supplier"
    assert {name: (row[0], row[3]) for name, row in found.items()} == {
        "A Deal A, B Deal B": ("Bolt", both),
        "B Deal B, B2 Deal B2": ("Bolt", both),
        "E Deal E, E2 Deal E2": (
            "Rod and Acme", "The later one starts from the earlier one's new price"
        ),
        "N Deal N, N2 Deal N2": (
            "Fasteners, the same amount and <b>Dealer</b>",
            "No item is named: no invoice can be matched to either",
        ),
    }  # fmt: skip
    table = report.table("leakage")
    assert {n: row["elsewhere"] for n, row in rows(table).items() if row["elsewhere"]} == {
        "B2": euros(10_800), "E": euros(3000), "E2": euros(3000)
    }  # fmt: skip
    assert table.total is not None
    assert table.total[5] == euros(13_800)
    register = rows(report.table("register"))
    assert (register["N"]["status"], register["A"]["status"]) == (
        "No item to match", "Held against invoices"
    )  # fmt: skip
    assert savings.initiative(store, YEAR, "N").said.endswith(". No item to match.")


def test_a_deal_that_starts_later_in_the_selection_is_claimed(store: Store, tmp_path: Path) -> None:
    tables = dict(saving_company.tables())
    later = saving_company.cut("F", "gear", stage="contracted", start_date="2026-09-01")
    tables["savings_initiative"] = [saving_company.cut("A", "bolt"), later]
    Books(store, tmp_path / "files").load(tables, settings={"data_through": "2026-06-30"})
    report = savings.report(store, YEAR)
    assert values(report)["savings_claimed"] == euros(2400)
    row = rows(report.table("register"))["F"]
    assert (row["claimed"], row["timing"], row["recognised"]) == (1200, -1200, 0)
    # It is in nothing of the half that has passed, and has no invoices to open.
    half = savings.report(store, replace(YEAR, to_period="2026-06"))
    assert values(half)["savings_claimed"] == euros(1200)
    assert savings.evidence(store, YEAR, "savings_recognised").row_count == 1
    rest = savings.report(store, replace(YEAR, from_period="2026-07"))
    assert values(rest) == dict.fromkeys(METRICS)
    assert {figure.reason for figure in rest.figures} == {"none of these days has passed yet"}
    alike(store, YEAR)


def test_a_cut_that_no_saving_explains_is_for_procurement(store: Store, tmp_path: Path) -> None:
    """40 a month in Paint last year, 35 planned: the cut is compared category by category."""
    tables = dict(small_company.tables())
    tables["budget_line"] = [
        {"version": "2026", "period_start": f"2026-{month:02d}-01", "category_id": category,
         "amount": amount}
        for month in range(1, 13) for category, amount in (("C1", 70), ("C2", 35))
    ]  # fmt: skip
    tables["savings_initiative"] = [
        {"initiative_id": "P", "name": "Paint", "saving_type": "process", "stage": "realised",
         "category_id": "C2", "start_date": "2026-01-01", "claimed_amount": 24},
    ]  # fmt: skip
    Books(store, tmp_path / "files").load(tables, settings={"data_through": "2026-10-31"})
    narrowed = savings.report(store, replace(STORY, cost_centre=("A1",))).table("unexplained")
    assert narrowed.rows == ()
    assert narrowed.title.startswith("Cuts cannot be compared: budgets and initiatives")
    table = savings.report(store, STORY).table("unexplained")
    assert rows(savings.report(store, STORY).table("register"))["P"]["owner"] is None
    # Steel cost 60 and is to cost 70. Paint: 400 last year, 350 planned, 24 × 10 / 12 claimed.
    assert [tuple(row) for row in table.rows] == [
        ("Paint", euros(400), euros(350), euros(50), euros(20), euros(30))
    ]


def test_what_nobody_can_mean_is_left_out_and_said(store: Store, tmp_path: Path) -> None:
    tables = dict(saving_company.tables())
    huge = saving_company.cut("Z", "cam", annual_quantity=10**11, baseline_unit_price=10**11)
    tables["savings_initiative"] = [*tables["savings_initiative"], huge]
    Books(store, tmp_path / "files").load(tables, settings=saving_company.SETTINGS)
    report = savings.report(store, YEAR)
    assert values(report)["savings_claimed"] == euros(TOTAL["claimed"])
    assert any(
        note.text == "1 initiative claims more than can be meant: Z." for note in report.notes
    )


def test_without_initiatives_the_report_says_so(store: Store, tmp_path: Path) -> None:
    Books(store, tmp_path / "files").load(small_company.tables())
    report = savings.report(store, STORY)
    assert {figure.reason for figure in report.figures} == {"no savings initiatives are loaded"}
    assert report.message == "No savings to speak of: no savings initiatives are loaded."
    assert text.plain(report)
    assert workbook.to_xlsx(report)[:2] == b"PK"
