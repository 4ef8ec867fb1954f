"""The page on what looks booked twice says what the data says; its verdicts alone are by hand."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from math import sqrt
from pathlib import Path
from random import Random

import pytest

from queries.load import load
from queries.migration import initialise
from queries.selection import Selection
from queries.store import Store, open_store
from spend import duplicates
from spend.purchasing_book import PurchasingBook
from spend.sourcing_figures import figures
from spend.suppliers import tail
from tests.conftest import NOW, ROOT
from tests.reference_twins import Bill, look_alikes, published
from tests.test_real_data import records

ASK = "**ask**"


@dataclass(frozen=True)
class Verdict:
    """One row of the page."""

    invoice: str
    earlier: str
    amount: str
    days: int
    what: str
    verdict: str
    why: str


@cache
def written() -> str:
    return (ROOT / "docs" / "duplicates.md").read_text(encoding="utf-8")


def said() -> str:
    """The page in one line."""
    return " ".join(written().split())


def verdicts(heading: str) -> list[Verdict]:
    section = written().partition(f"## {heading}")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d.*) \|$", section, re.MULTILINE)
    cells = [row.split(" | ") for row in rows]
    return [
        Verdict(invoice, earlier, amount, int(days), what, verdict, why)
        for invoice, earlier, amount, days, what, verdict, why in cells
    ]


def drawn() -> list[Verdict]:
    return verdicts("Fifty drawn at random")


def rest() -> list[Verdict]:
    return verdicts("The rest of what the rule lists")


@cache
def bills(folder: Path) -> dict[str, Bill]:
    rows = records(folder / "oxford_spend" / "oxford_spend.csv.gz")
    return {bill.invoice_id: bill for bill in published(rows)}


def pairs(folder: Path, first_form: bool = False) -> dict[str, Bill]:
    """The later invoice of each pair, with the earlier one; by the rule that the fifty were drawn
    by, or as it stands."""
    every = bills(folder).values()
    found = look_alikes(every, days=120, pieces=False) if first_form else look_alikes(every)
    return {later.invoice_id: earlier for later, earlier in found}


@pytest.fixture(scope="module")
def oxford(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store("", tmp_path_factory.mktemp("oxford"))
    initialise(store, {}, NOW, "test")
    load(store, ROOT / "demo" / "mappings" / "oxford_spend.toml", now=NOW, user="test")
    yield store
    store.close()


# --- The sample ----------------------------------------------------------------------------------


def test_the_fifty_are_those_that_chance_drew(shared_data: Path) -> None:
    first = pairs(shared_data, first_form=True)
    assert [v.invoice for v in drawn()] == sorted(Random(2014).sample(sorted(first), 50))
    assert {v.invoice for v in rest()} == set(pairs(shared_data)) - {v.invoice for v in drawn()}


def test_every_row_says_what_the_data_says(shared_data: Path) -> None:
    first, known = pairs(shared_data, first_form=True), bills(shared_data)
    for row in (*drawn(), *rest()):
        later, earlier = known[row.invoice], first[row.invoice]
        assert row.earlier == earlier.invoice_id
        assert row.amount == f"{later.gross:,.2f}"
        assert row.days == (later.dated - earlier.dated).days
        named = {line[0] or "no category" for line, _ in later.lines}
        assert row.what == " + ".join(sorted(named))
        assert row.verdict in (ASK, "explained", "open")
        assert row.why.endswith(".")


def wilson(part: int, whole: int) -> str:
    """The 95 % interval of a share."""
    z, share = 1.959964, part / whole
    middle = share + z * z / 2 / whole
    half = z * sqrt(share * (1 - share) / whole + z * z / 4 / whole**2)
    low, high = ((middle + side * half) / (1 + z * z / whole) for side in (-1, 1))
    return f"{low:.0%} to {high:.0%}".replace("%", " %")


def asked(rows: list[Verdict]) -> int:
    return sum(row.verdict == ASK for row in rows)


def test_the_precision_is_that_of_the_verdicts(shared_data: Path) -> None:
    fifty, others, final = drawn(), rest(), pairs(shared_data)
    kept = [row for row in fifty if row.invoice in final]
    share = f"{asked(fifty) / 50:.0%}".replace("%", " %")
    assert (
        f"{asked(fifty)} were worth asking about, **{share}** ({wilson(asked(fifty), 50)})"
        in said()
    )
    unseen = f"of the {len(others)} that it had not seen, {asked(others)} are worth asking about"
    share = f"{asked(others) / len(others):.0%}".replace("%", " %")
    assert f"{unseen}: **{share}**" in said()
    assert f"interval from {wilson(asked(others), len(others))}" in said()
    assert f"Of these {len(final)}, {len(kept)} were in the sample" in said()
    assert f"one by one, {asked(kept) + asked(others)} of them" in said()
    near = [row for row in fifty if row.days <= 27]
    assert f"Of the {len(near)} that were less than four weeks apart {asked(near)} were" in said()
    far = [row for row in fifty if row.days > 27]
    assert f"of the other {len(far)} only {asked(far)}" in said()
    assert f"{asked(fifty) - asked(kept)} of the {asked(fifty)} are lost" in said()


def test_the_sums_of_the_page(shared_data: Path) -> None:
    known, first, final = (
        bills(shared_data),
        pairs(shared_data, first_form=True),
        pairs(shared_data),
    )
    total = sum(bill.gross for bill in known.values())
    assert f"{len(known):,} invoices (what stands" in said()
    assert f"for GBP {total:,.2f}" in said()
    assert f"That left {len(first)} pairs, GBP {money(known, first)}" in said()
    assert f"leaves {len(final)} pairs, GBP {money(known, final)}" in said()
    right = [v.invoice for v in (*drawn(), *rest()) if v.verdict == ASK and v.invoice in final]
    assert f"(GBP {money(known, right)})" in said()
    assert f"{again(known):,} invoices of the council have the supplier and the amount" in said()
    series = [v for v in (*drawn(), *rest()) if v.invoice[:2] != v.earlier[:2]]
    kept = [v for v in series if v.invoice in final]
    assert (len(series), len(kept)) == (10, 8)  # "eight of the ten pairs"
    assert {v.verdict for v in series} == {ASK}


def money(known: dict[str, Bill], names: Iterable[str]) -> str:
    return f"{sum(known[name].gross for name in names):,.2f}"


def again(known: dict[str, Bill]) -> int:
    """Invoices that have the supplier and the amount of one of the 120 days before."""
    same: dict[tuple[str, Decimal], list[Bill]] = defaultdict(list)
    for bill in sorted(known.values(), key=lambda b: (b.dated, b.invoice_id)):
        same[bill.group, bill.gross].append(bill)
    near = timedelta(days=120)
    return sum(
        1
        for (_, gross), rows in same.items()
        for earlier, later in pairwise(rows)
        if gross > 0 and later.dated - earlier.dated <= near
    )


# --- The store -----------------------------------------------------------------------------------


def whole(store: Store, first: str = "2014-07", last: str = "2018-03") -> Iterator[PurchasingBook]:
    with store.reader() as reader:
        yield PurchasingBook.read(reader, Selection(first, last))


def test_the_page_lists_what_the_rule_says(oxford: Store, shared_data: Path) -> None:
    for book in whole(oxford):
        numbered, alike = duplicates.tables(book)
        assert numbered.rows == ()
        keys = [column.key for column in alike.columns]
        own, twin, gross = map(keys.index, ("invoice", "twin", "gross"))
        found = {row[own]: row[twin] for row in alike.rows}
        expected = pairs(shared_data)
        assert found == {name: earlier.invoice_id for name, earlier in expected.items()}
        assert alike.total is not None
        assert f"{alike.total[gross]:,.2f}" == money(bills(shared_data), expected)
        said = [str(note.text) for note in duplicates.notes(book)]
        assert any("53,833 invoice lines have no invoice number" in text for text in said)
        assert any("39 invoices without a number (£0.17 M)" in text for text in said)


SPANS = {
    "all": ("2014-07", "2018-03"),
    "July 2014 to March 2015": ("2014-07", "2015-03"),
    "April 2015 to March 2016": ("2015-04", "2016-03"),
    "April 2016 to March 2017": ("2016-04", "2017-03"),
    "April 2017 to March 2018": ("2017-04", "2018-03"),
}


@pytest.mark.parametrize("name", SPANS)
def test_concentration_and_tail(oxford: Store, shared_data: Path, name: str) -> None:
    """Straight from the file, as the page has them and as the figures say."""
    first, last = SPANS[name]
    sums: Counter[str] = Counter()
    for row in records(shared_data / "oxford_spend" / "oxford_spend.csv.gz"):
        day, month, year = row["paid_date"].split("/")
        if day and first <= f"{year}-{month}" <= last:
            supplier = row["supplier_id"] or row["supplier_name"] or "not published"
            sums[supplier] += int(Decimal(row["amount_gbp"]) * 100)
    spend = sorted((cents for cents in sums.values() if cents > 0), reverse=True)
    total = sum(spend)
    index = sum((100 * cents / total) ** 2 for cents in spend)
    head, so_far = 0, 0
    while so_far * 5 < total * 4:
        so_far, head = so_far + spend[head], head + 1
    many = len(spend) - head
    assert (
        f"| {name} | {len(spend):,} | {Decimal(total) / 100:,.2f} | {index:.0f} | {many:,} | "
        f"{many / len(spend):.1%} | {spend[0] / total:.1%} |".replace("%", " %")
        in written()
    )
    for book in whole(oxford, first, last):
        (figure,) = (f for f in figures(book) if f.metric == "supplier_concentration")
        assert figure.value == pytest.approx(index)
        by_supplier = book.sourced([book.span]).groupby("supplier_id")["amount"].sum()
        found = tail(by_supplier.tolist())
        assert found is not None
        assert found.suppliers == many
