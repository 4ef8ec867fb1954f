"""Approvals: from request to payment, how long each step takes, where it waits, what went wrong.

``report`` and ``evidence`` touch the store; page, command line, exports and tests show what they
give.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from queries.approval_marts import WHOLE
from queries.selection import Selection, sentence
from queries.store import Store
from spend import approvals_after, approvals_roles, approvals_stages, duplicates, matching
from spend.approvals_book import ApprovalBook, part
from spend.approvals_roles import RoleWait, role_waits
from spend.approvals_words import Words
from spend.money import decimal
from spend.paths import PathSection, section
from spend.process_figures import figures
from spend.purchasing_book import PurchasingBook
from spend.purchasing_evidence import evidence_of as evidence
from spend.result import Fact, Note, Report, Table

__all__ = ["added", "evidence", "report", "roles", "shown", "way"]


@dataclass(frozen=True)
class Detail:
    """What is told in tables, with what to know about them."""

    tables: tuple[Table, ...]
    facts: tuple[Fact, ...] = ()
    notes: tuple[Note, ...] = ()


def _matched(book: ApprovalBook) -> Detail:
    one = book.purchasing
    return Detail(matching.tables(one), matching.facts(one), matching.notes(one))


def _twice(book: ApprovalBook) -> Detail:
    one = book.purchasing
    return Detail(duplicates.tables(one), duplicates.facts(one), duplicates.notes(one))


# The tables that take reading of their own, by what a page calls them.
DETAILS: Mapping[str, Callable[[ApprovalBook], Detail]] = {
    "approvers": lambda book: Detail((approvals_roles.by_approver(book),)),
    "after": lambda book: Detail(approvals_after.tables(book.purchasing)),
    "match": _matched,
    "duplicates": _twice,
}
TITLE = "Approvals"
QUESTION = "How long does it take from request to payment, and who holds what up?"


def report(store: Store, selection: Selection, *, told: str = "", map_share: str = "5") -> Report:
    """The way from request to payment for one selection, as at its position date.

    ``told`` and ``map_share`` are those of ``spend.paths.section``. Raises ``ConcordError`` for
    values that these cannot have, or where the store is empty.
    """
    with store.reader(selection.as_of) as reader:
        book = PurchasingBook.read(reader, selection)
        return added(_report(ApprovalBook(book), DETAILS), section(book, told, map_share))


def shown(store: Store, selection: Selection, *, detail: str = "") -> Report:
    """The report without its paths, and with one of its ``DETAILS`` at most: what a page shows."""
    with store.reader(selection.as_of) as reader:
        book = ApprovalBook(PurchasingBook.read(reader, selection))
        return _report(book, [name for name in DETAILS if name == detail])


def way(store: Store, selection: Selection, *, told: str, map_share: str) -> PathSection:
    """The paths that the report ends with: what the page's controls change."""
    with store.reader(selection.as_of) as reader:
        return section(PurchasingBook.read(reader, selection), told, map_share)


def added(report: Report, way: PathSection) -> Report:
    """The report with its paths."""
    return replace(
        report,
        flows=(way.flow,),
        facts=(*report.facts, *way.facts),
        tables=(*report.tables, *way.tables),
        notes=(*report.notes, *way.notes),
    )


def _report(book: ApprovalBook, details: Iterable[str]) -> Report:
    purchasing, waits = book.purchasing, role_waits(book)
    found, found_details = figures(purchasing), [DETAILS[name](book) for name in details]
    words = Words(book, waits, found)
    return Report(
        name="approvals",
        title=TITLE,
        question=QUESTION,
        selection=purchasing.window.named(purchasing.selection),
        sentence=sentence(replace(purchasing.selection, as_of=None), purchasing.choices),
        currency=purchasing.reader.settings.currency,
        batch=purchasing.reader.batch,
        message=words.message(),
        readings=words.readings(),
        figures=found,
        facts=(*_facts(book, waits), *(fact for one in found_details for fact in one.facts)),
        charts=(*approvals_roles.trends(book, waits, words.told_of), approvals_stages.chart(book)),
        tables=(
            approvals_roles.by_role(book, waits),
            approvals_roles.documents(book),
            approvals_stages.table(book),
            *(table for one in found_details for table in one.tables),
        ),
        notes=(*words.notes(), *(note for one in found_details for note in one.notes)),
    )


def _facts(book: ApprovalBook, waits: tuple[RoleWait, ...]) -> Iterator[Fact]:
    """What the page says beside its metrics."""
    waiting = book.waiting
    oldest = int(waiting["days"].max()) if len(waiting) else None
    yield Fact(
        "Waits for approval", decimal(int(waiting["amount"].sum())) if waits else None, "money",
        f"{len(waiting):,} steps nobody had decided by the position date"
        + (f", the oldest for {oldest:,} days" if oldest is not None else ""),
    )  # fmt: skip
    whole, before = (waits.get((WHOLE,)) for waits in (book.stages, book.stages_before))
    then = f"; {before.median:g} last year" if before else ""
    yield Fact(
        "Until payment", part(whole, "median"), "days",
        "median over order lines from request, or order, to their first payment" + then,
    )  # fmt: skip


def roles(report: Report) -> dict[str, str]:
    """The charts of a report that show a role's months, with the role in words, the first first."""
    table = report.table("roles")
    names = {name: str(row[0]) for name, row in zip(table.ids, table.rows, strict=True)}
    charts = (chart.name for chart in report.charts if chart.name != "stages")
    return {name: names.get(name, "") for name in charts}
