"""Hostile links: notices name what was dropped, and the report of the rest is sound."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import pytest

from queries.errors import ConcordError
from queries.load import load
from queries.selection import Selection, parse, to_params
from queries.store import Store
from queries.window import read_choices
from spend import budget
from spend.budget_table import BY
from spend.outputs import data
from tests import small_company
from tests.command_line import spend
from tests.contract_files import NOW, write
from tests.test_spend_budget import closed, tied

Params = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Link:
    """An address, how many notices it earns, and what it still selects."""

    name: str
    params: Params
    notices: int
    kept: Params

    def __str__(self) -> str:
        return self.name


def dropped(name: str, notices: int = 1, /, **params: str | list[str]) -> Link:
    """A link of which nothing stays."""
    return Link(name, listed(params), notices, {})


def listed(params: Mapping[str, str | list[str]]) -> Params:
    return {key.rstrip("_"): [v] if isinstance(v, str) else v for key, v in params.items()}


INJECTION = "S1'); DROP TABLE spend_flow; --"
LINKS = (
    dropped("unknown supplier", supplier="nobody"),
    dropped("unknown item beside nothing", item="I1 "),
    dropped("ids differ by case", 2, supplier="s1", cost_centre="a1"),
    dropped("script", supplier="<script>alert(1)</script>"),
    dropped("html in a period", from_='"><img src=x onerror=alert(1)>'),
    dropped("sql in a supplier", supplier=INJECTION),
    dropped("sql in a version", budget_version="2026' OR '1'='1"),
    dropped("sql in a period", 2, from_="2026-01' --", to="2026-10; DELETE FROM batch"),
    dropped("sql wildcard", 2, category="%", cost_centre="_"),
    dropped("nul", 3, supplier="\0", category="C1\0", budget_version="2026\0"),
    dropped("lone surrogate", supplier="\ud800"),
    dropped("terminal escape", supplier="\x1b[2J\x1b]0;owned\x07"),
    dropped("line breaks", supplier="S1\nS2\r\nS3"),
    dropped("right-to-left override", supplier="\u202eS1"),
    dropped("a million signs", supplier="9" * 1_000_000),
    dropped("a million signs in a pin", as_of="1" * 1_000_000),
    dropped("a million signs in a period", from_="2026-" + "0" * 1_000_000),
    dropped("empty values", 4, from_="", supplier="", as_of="", lens=""),
    dropped("other digits in a period", from_="２０２６-０１"),
    dropped("other digits in a pin", as_of="１"),
    dropped("cyrillic lookalike", cost_centre="А"),
    dropped("letter with a mark apart", category="C\u03011"),
    dropped("a year that never comes", 2, from_="9999-12", to="-0001-01"),
    dropped("a day for a period", from_="2026-01-01"),
    dropped("load 0", as_of="0"),
    dropped("a load to come", as_of="99"),
    dropped("negative load", as_of="-1"),
    dropped("load as float", as_of="1e0"),
    dropped("load with a plus", as_of="+1"),
    dropped("load with two points", as_of="1.0.0"),
    dropped("load with an open point", as_of="1."),
    dropped("the latest load by name", as_of="latest"),
    dropped("not a number", as_of="nan"),
    dropped("minutes to come", as_of="1.999999"),
    dropped("unknown lens", lens="cfo"),
    dropped("lens in capitals", lens="FINANCE"),
    dropped("unknown version", budget_version="2027"),
    dropped("unknown keys", 0, order="66", __proto__="x", SUPPLIER="S1"),
    dropped("a hundred unknown suppliers", 100, supplier=[f"X{n}" for n in range(100)]),
    Link("repeated period", {"from": ["2026-02", "2026-03"], "to": ["2026-04", "2026-04"]}, 2,
         {"from": ["2026-02"], "to": ["2026-04"]}),
    Link("repeated lens", {"lens": ["finance", "both"]}, 1, {"lens": ["finance"]}),
    Link("repeated pin", {"as_of": ["1", "2"]}, 1, {"as_of": ["1"]}),
    Link("repeated id", {"supplier": ["S1", "S1", "S2", "S1"]}, 0, {"supplier": ["S1", "S2"]}),
    Link("known among unknown", {"supplier": ["x", "S2", "y"]}, 2, {"supplier": ["S2"]}),
    Link("reversed periods", {"from": ["2026-09"], "to": ["2026-02"]}, 1,
         {"from": ["2026-09"], "to": ["2026-09"]}),
    Link("an end before the default begins", {"to": ["2025-02"]}, 1, {}),
    Link("not assigned beside all", {"cost_centre": ["-", "A", "B"]}, 0,
         {"cost_centre": ["-", "A", "B"]}),
    Link("every filter, nothing in common",
         {"cost_centre": ["B"], "category": ["C1"], "supplier": ["S3"], "item": ["I1"]}, 0,
         {"cost_centre": ["B"], "category": ["C1"], "supplier": ["S3"], "item": ["I1"]}),
    Link("leading zeros of a pin", {"as_of": ["0001"]}, 0, {"as_of": ["1"]}),
    Link("a pin with its minute", {"as_of": ["1.0"]}, 0, {"as_of": ["1.0"]}),
)  # fmt: skip


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The small company after two loads; nobody writes to it."""
    folder = tmp_path_factory.mktemp("company")
    store = small_company.loaded(folder / "home", folder / "files")
    load(store, write(folder / "more", {"supplier": [{"supplier_id": "S4", "name": "Late"}]}),
         now=NOW, user="test")  # fmt: skip
    yield store
    store.close()


def followed(store: Store, params: Params) -> tuple[Selection, tuple[str, ...]]:
    """What a link selects; where it is pinned, as its own load knows it."""
    with store.reader() as reader:
        selection, notices = parse(params, read_choices(reader))
    try:
        with store.reader(selection.as_of) as reader:
            return parse(params, read_choices(reader))
    except ConcordError as error:
        rest = {key: values for key, values in params.items() if key != "as_of"}
        selection, notices = followed(store, rest)
        return selection, (*notices, str(error))


@pytest.mark.parametrize("link", LINKS, ids=str)
def test_a_link_gives_notices_and_a_sound_report(company: Store, link: Link) -> None:
    selection, notices = followed(company, link.params)
    assert len(notices) == link.notices
    for notice in notices:
        assert notice.isprintable()
        assert len(notice) < 250
    assert to_params(selection) == link.kept
    sound(company, selection, "month")


@pytest.mark.parametrize("by", BY)
def test_a_link_to_nothing_is_sound_in_every_breakdown(company: Store, by: str) -> None:
    selection, _ = followed(company, {"supplier": ["S4"], "category": ["C2"]})
    report = sound(company, selection, by)
    assert report["metrics"]["actual_spend"]["value"] is None
    assert report["metrics"]["actual_spend"]["reason"]


@cache  # most links come down to a few selections
def sound(store: Store, selection: Selection, by: str) -> dict[str, dict[str, dict[str, object]]]:
    """The report ties out, closes, says a sentence, and leaves as JSON."""
    report = budget.report(store, selection, by=by)
    tied(report)
    closed(report)
    assert report.message.endswith(".")
    assert report.message.isprintable()
    plain: dict[str, dict[str, dict[str, object]]] = json.loads(
        data.text(report), parse_float=Decimal
    )
    return plain


def test_what_stays_of_a_hostile_link_is_what_a_clean_one_shows(company: Store) -> None:
    selection, _ = followed(company, {"supplier": [INJECTION, "S1"], "as_of": ["'"]})
    clean, notices = followed(company, {"supplier": ["S1"]})
    assert (selection, notices) == (clean, ())
    assert budget.report(company, selection) == budget.report(company, clean)


@pytest.mark.parametrize(
    "word",
    [
        "--supplier=nobody",
        f"--supplier={INJECTION}",
        "--supplier=\x1b[2J\n\x1b]0;owned\x07",
        "--category=%",
        "--from=２０２６-０１",
        "--to=2025-02",
        "--budget-version=2027",
        "--lens=cfo",
        "--as-of=99",
        "--as-of=1.999999",
    ],
)
def test_the_command_line_refuses_what_a_page_drops(company: Store, word: str) -> None:
    outcome = spend("report", "budget", word, CONCORD_HOME=str(company.home))
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.complaint.isprintable()
    assert outcome.err.splitlines() == [outcome.complaint]


def test_there_are_enough_hostile_links() -> None:
    assert len({link.name for link in LINKS}) == len(LINKS) >= 20
