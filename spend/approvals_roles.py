"""Who decides, how long that takes, what waits for them now, and what they let pass."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from queries.approvals import ROLE
from queries.selection import Option
from spend.approvals_book import (
    UNNAMED,
    ApprovalBook,
    Role,
    part,
    places_by,
    wait_of,
    waits_by,
)
from spend.money import decimal
from spend.result import Cell, Chart, Series, Table, TableColumn
from spend.waiting_time import Wait, risen_since

MOST_DOCUMENTS = 200
MOST_APPROVERS = 60
TREND = "Median days until a decision, by the month of it"
MOST_CHARTS = 6
PERSON = (*ROLE, "approver")
FEW = 10  # steps that are too few to tell a rise from chance
WAITS = (
    TableColumn("steps", "Decided", "count"),
    TableColumn("median", "Median", "days"),
    TableColumn("mean", "Mean", "days"),
    TableColumn("most", "9 in 10 within", "days"),
)
NOW = (
    TableColumn("waiting", "Waiting now", "count"),
    TableColumn("oldest", "Oldest", "days"),
    TableColumn("money", "Money waiting", "money"),
)


@dataclass(frozen=True)
class RoleWait:
    """How one role decides: in the selection, a year before, and what it has yet to decide."""

    role: Role
    label: str
    now: Wait | None
    before: Wait | None
    waiting: int
    waiting_before: int | None  # None where nobody knows
    oldest: int | None  # days that the first of what waits has waited
    cents: int

    @property
    def longer(self) -> float | None:
        """By how many days both median and mean rose on last year, at least; ``None`` where too few
        steps say so."""
        if not (self.now and self.before) or min(self.now.count, self.before.count) < FEW:
            return None
        return min(self.now.median - self.before.median, self.now.mean - self.before.mean)

    @property
    def days(self) -> float:
        """All days that its decisions took, together."""
        return self.now.mean * self.now.count if self.now else 0.0


def role_waits(book: ApprovalBook) -> tuple[RoleWait, ...]:
    """Every role that decided or has to, those whose decisions took most days first."""
    waiting, before = (places_by(f, ROLE) for f in (book.waiting, book.waiting_before))
    known = book.purchasing.earlier_span is not None
    found = [
        _role_wait(
            book, role, book.waiting.iloc[waiting.get(role, [])],
            int(book.waiting_before["steps"].iloc[before.get(role, [])].sum()) if known else None,
        )
        for role in book.labels
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.days, -one.waiting, one.label)))


def _role_wait(
    book: ApprovalBook, role: Role, waiting: pd.DataFrame, before: int | None
) -> RoleWait:
    return RoleWait(
        role,
        book.labels[role],
        book.waits.get(role),
        book.waits_before.get(role),
        len(waiting),
        before,
        _oldest(waiting),
        int(waiting["amount"].sum()),
    )


def slowed(waits: tuple[RoleWait, ...]) -> RoleWait | None:
    """The role whose longer waits cost most days, of those that take a day longer or more."""
    risen = [w for w in waits if w.longer is not None and w.longer >= 1 and w.now]
    return max(risen, key=lambda w: (w.longer or 0) * (w.now.count if w.now else 0), default=None)


# --- By role -------------------------------------------------------------------------------------


def by_role(book: ApprovalBook, waits: tuple[RoleWait, ...]) -> Table:
    """How long each role takes to decide, what waits for it, and its months."""
    rows = tuple(
        (w.label, *_cells(w.now), part(w.before, "median"), _trend(book, w.role), w.waiting,
         w.waiting_before, w.oldest, decimal(w.cents))
        for w in waits
    )  # fmt: skip
    columns = (
        TableColumn("role", "Role", "text"),
        *WAITS,
        TableColumn("median_before", "Last year", "days"),
        TableColumn("trend", "By month", "trend"),
        NOW[0],
        TableColumn("waiting_before", "A year ago", "count"),
        *NOW[1:],
    )
    total = (
        "Total", *_cells(wait_of(book.decided)), part(wait_of(book.decided_before), "median"),
        None, len(book.waiting),
        None if book.purchasing.earlier_span is None else sum(w.waiting_before or 0 for w in waits),
        _oldest(book.waiting), decimal(int(book.waiting["amount"].sum())),
    )  # fmt: skip
    title = "Approval steps decided in the selection, and what waits, by role; waits in days"
    return Table(
        "roles",
        title,
        columns,
        rows,
        ids=tuple(book.names[w.role] for w in waits),
        depth=(0,) * len(rows),
        total=total if rows else None,
    )


def _cells(wait: Wait | None) -> tuple[Cell, ...]:
    if wait is None:
        return (0, None, None, None)
    return wait.count, wait.median, wait.mean, wait.most


def _trend(book: ApprovalBook, role: Role) -> str:
    return ",".join(f"{value or 0:g}" for value in book.medians(role)[0])


def _oldest(waiting: pd.DataFrame) -> int | None:
    return int(waiting["days"].max()) if len(waiting) else None


def trends(
    book: ApprovalBook, waits: tuple[RoleWait, ...], first: RoleWait | None
) -> tuple[Chart, ...]:
    """The months of each role that decides much, those of ``first`` before the others."""
    if first is None:
        why = "no approval steps are in this selection"
        return (Chart("waits", TREND, (), (), "days", reason=why),)
    others = [wait for wait in waits if wait.role != first.role]
    return tuple(_trend_chart(book, wait) for wait in (first, *others)[:MOST_CHARTS])


def _trend_chart(book: ApprovalBook, wait: RoleWait) -> Chart:
    """The median wait for one role, month by month, beside the same months of last year."""
    shown = slice(-len(book.purchasing.window.year or book.months), None)
    months = book.months[shown]
    now, before = (medians[shown] for medians in book.medians(wait.role))
    since = risen_since(now)
    title = f"{wait.label}: {TREND[0].lower()}{TREND[1:]}"
    told = f" They are longer since {months[since].period.words}." if since else ""
    return Chart(
        book.names[wait.role],
        title,
        tuple(month.period.period for month in months),
        (Series("Last year", "last_year", before), Series("This year", "actual", now)),
        "days",
        description=f"{title}.{told}",
        reason="nothing was decided in these months",
    )


# --- By approver ---------------------------------------------------------------------------------


def by_approver(book: ApprovalBook) -> Table:
    """What each person let pass, decided and has yet to decide."""
    people = _people(book)
    columns = (
        TableColumn("approver", "Approver", "text"),
        TableColumn("role", "Role", "text"),
        *NOW,
        TableColumn("documents", "Released", "count"),
        TableColumn("released", "Their value", "money"),
        *WAITS[:2],
    )
    most = (
        f", the first {MOST_APPROVERS}; the total is of all" if len(people) > MOST_APPROVERS else ""
    )
    title = "What each approver has yet to decide, released as the last to sign, and decided"
    whole = ("Total", None, *_of_person(book.waiting, book.released, wait_of(book.decided)))
    return Table("approvers", title + most, columns, tuple(people[:MOST_APPROVERS]),
                 total=whole if people else None)  # fmt: skip


def _people(book: ApprovalBook) -> list[tuple[Cell, ...]]:
    """Everybody who approves, those for whom most money waits first, then who released most."""
    decided = waits_by(book.by_person, PERSON)
    waiting, released = (
        {key: frame.iloc[rows] for key, rows in places_by(frame, PERSON).items()}
        for frame in (book.waiting, book.released)
    )
    rows: dict[tuple[int, int, str, str], tuple[Cell, ...]] = {}
    for key in dict.fromkeys([*decided, *waiting, *released]):
        kind, role, approver = key
        waits = waiting.get(key, book.waiting.iloc[:0])
        passed = released.get(key, book.released.iloc[:0])
        name, label = approver or "Nobody named", book.labels.get((kind, role), role or UNNAMED)
        held, let = (int(frame["amount"].sum()) for frame in (waits, passed))
        cells = _of_person(waits, passed, decided.get(key))
        rows[-held, -let, name, label] = (name, label, *cells)
    return [rows[key] for key in sorted(rows)]


def _of_person(
    waiting: pd.DataFrame, released: pd.DataFrame, wait: Wait | None
) -> tuple[Cell, ...]:
    """What waits, what was released and how long decisions took, of somebody or of all."""
    return (
        len(waiting),
        _oldest(waiting),
        decimal(int(waiting["amount"].sum())),
        int(released["documents"].sum()),
        decimal(int(released["amount"].sum())),
        *_cells(wait)[:2],
    )


# --- One by one ----------------------------------------------------------------------------------


def documents(book: ApprovalBook) -> Table:
    """What waits, document by document, the oldest first; the dearest, where there are many."""
    frame = book.waiting
    if len(frame) > MOST_DOCUMENTS:
        frame = frame.nlargest(MOST_DOCUMENTS, "amount", keep="first").sort_values(
            ["submitted_on", "document_id", "step"], kind="stable"
        )
    options = book.purchasing.choices.options
    rows = tuple(
        (row["document_id"], row["document_type"].replace("_", " "), row["role"] or UNNAMED,
         row["approver"] or "Nobody named", _name(options["supplier"], row["supplier_id"]),
         _name(options["cost_centre"], row["cost_centre_id"]), f"{row['submitted_on']:%Y-%m-%d}",
         int(row["days"]), decimal(int(row["amount"])))
        for row in frame.to_dict("records")
    )  # fmt: skip
    columns = (
        TableColumn("document", "Document", "text"),
        TableColumn("type", "Type", "text"),
        TableColumn("role", "Role", "text"),
        TableColumn("approver", "Approver", "text"),
        TableColumn("supplier", "Supplier", "text"),
        TableColumn("cost_centre", "Cost centre", "text"),
        TableColumn("since", "Since", "text"),
        TableColumn("days", "Waited", "days"),
        TableColumn("money", "Money", "money"),
    )
    kept = "" if len(frame) == len(book.waiting) else f", the {len(frame)} dearest"
    title = f"What waits for a decision, the oldest first{kept}"
    return Table("waiting", title, columns, rows,
                 ids=tuple(frame["supplier_id"]), depth=(0,) * len(frame))  # fmt: skip


def _name(options: Mapping[str, Option], value: str) -> str:
    return options[value].name if value in options else "Not assigned"
