"""What the report of approvals is told from: the sums of one selection of one load, read once."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from queries import approvals as sums
from queries.calendar import Span
from queries.terms import has_payments
from queries.window import PeriodDays, trailing
from spend.purchasing_book import PurchasingBook
from spend.waiting_time import Wait, waited

Key = tuple[Any, ...]
Places = NDArray[np.intp]
Role = tuple[str, str]  # the type of document, and who decides
LONGEST_NAME = 60
UNNAMED = "No role named"
NO_DAYS = Span(date(2000, 1, 2), date(2000, 1, 1))  # nothing is decided in it


@dataclass(frozen=True, eq=False)
class ApprovalBook:
    """The steps and stages of one selection, and of the same days of last year."""

    purchasing: PurchasingBook

    # --- Steps that were decided ----------------------------------------------------------------

    @cached_property
    def months(self) -> tuple[PeriodDays, ...]:
        """A year of periods up to the selection's last, more where it is longer; those begun."""
        book = self.purchasing
        count = max(len(book.window.year) or 12, len(book.window.periods))
        found = trailing(book.choices.calendar, book.window, count)
        return tuple(p for p in found if p.elapsed.days)

    @cached_property
    def _chosen(self) -> int:
        """The place of the selection's first period among the months."""
        return next(
            (n for n, m in enumerate(self.months) if m.elapsed.first >= self.purchasing.span.first),
            len(self.months),
        )

    @cached_property
    def _steps(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Steps decided in each month, and a year before each, by role and days waited."""
        book = self.purchasing
        spans = [m.elapsed for m in self.months]
        before = [m.earlier_elapsed or NO_DAYS for m in self.months]
        many = len(spans)
        if not any(s.days and s.last >= spans[0].first for s in before):  # one select does for both
            frame = sums.decided_by(book.reader, book.selection, [*spans, *before])
            then = frame[frame["span"] >= many]
            return frame[frame["span"] < many], then.assign(span=then["span"] - many)
        return (
            sums.decided_by(book.reader, book.selection, spans),
            sums.decided_by(book.reader, book.selection, before),
        )

    @cached_property
    def decided(self) -> pd.DataFrame:
        """Steps decided in the selection: how many, by month, role and days waited."""
        frame = self._steps[0]
        return frame[frame["span"] >= self._chosen]

    @cached_property
    def decided_before(self) -> pd.DataFrame:
        """As ``decided``, in the same days of last year."""
        frame = self._steps[1]
        known = self.purchasing.earlier_span is not None
        return frame[frame["span"] >= (self._chosen if known else len(self.months))]

    @cached_property
    def by_person(self) -> pd.DataFrame:
        """Steps decided in the selection: how many, by role, approver and days waited."""
        book = self.purchasing
        return sums.decided_by(book.reader, book.selection, [book.span], (*sums.ROLE, "approver"))

    @cached_property
    def _month_waits(self) -> tuple[dict[Key, Wait], dict[Key, Wait]]:
        now, before = (waits_by(frame, (*sums.ROLE, "span")) for frame in self._steps)
        return now, before

    def medians(self, role: Role) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
        """The median wait of one role in each month, and a year before each."""
        now, before = (
            tuple(part(waits.get((*role, n)), "median") for n in range(len(self.months)))
            for waits in self._month_waits
        )
        return now, before

    # --- What waits, and who let it pass --------------------------------------------------------

    @cached_property
    def waiting(self) -> pd.DataFrame:
        """Steps that nobody had decided by the position date, one by one, the oldest first."""
        book = self.purchasing
        frame = sums.waiting(book.reader, book.selection, book.span.last)
        since = pd.Timestamp(book.span.last) - frame["submitted_on"]
        return frame.assign(days=since.dt.days)

    @cached_property
    def waiting_before(self) -> pd.DataFrame:
        """How many steps waited a year before the position date, by role."""
        book = self.purchasing
        if book.earlier_span is None:
            return self.waiting[list(sums.ROLE)].iloc[:0].assign(steps=0)
        return sums.waiting_count(book.reader, book.selection, book.earlier_span.last)

    @cached_property
    def released(self) -> pd.DataFrame:
        """What each approver let pass in the selection."""
        book = self.purchasing
        return sums.released(book.reader, book.selection, book.span)

    @cached_property
    def _passed(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Order lines that passed each stage, by the days it took: in the selection, and before."""
        book, earlier = self.purchasing, self.purchasing.earlier_span or NO_DAYS
        if earlier.last < book.span.first:
            frame = sums.passed_by(book.reader, book.selection, [book.span, earlier])
            return frame[frame["span"] == 0], frame[frame["span"] == 1]
        now, before = (
            sums.passed_by(book.reader, book.selection, [span]) for span in (book.span, earlier)
        )
        return now, before

    @cached_property
    def standing(self) -> pd.DataFrame:
        """Order lines by the stage that they were at after the position date."""
        book = self.purchasing
        return sums.standing(book.reader, book.selection, book.span.last)

    @property
    def has_payments(self) -> bool:
        """Whether any payment is loaded: without, every invoice would wait for one."""
        return has_payments(self.purchasing.reader)

    # --- Waits ----------------------------------------------------------------------------------

    @cached_property
    def waits(self) -> dict[Key, Wait]:
        """How each role decided in the selection."""
        return waits_by(self.decided, sums.ROLE)

    @cached_property
    def waits_before(self) -> dict[Key, Wait]:
        """How each role decided in the same days of last year."""
        return waits_by(self.decided_before, sums.ROLE)

    @cached_property
    def stages(self) -> dict[Key, Wait]:
        """How long order lines took for each stage in the selection."""
        return waits_by(self._passed[0], ("stage",), "order_count")

    @cached_property
    def stages_before(self) -> dict[Key, Wait]:
        """How long order lines took for each stage in the same days of last year."""
        return waits_by(self._passed[1], ("stage",), "order_count")

    @cached_property
    def roles(self) -> list[Role]:
        """Everybody who decided here, or has to."""
        frames = (self.decided, self.decided_before, self.waiting)
        return [role for frame in frames for role in roles_of(frame)]

    @cached_property
    def labels(self) -> dict[Role, str]:
        """Roles in words, with the document where one decides on several."""
        return role_labels(self.roles)

    @cached_property
    def names(self) -> dict[Role, str]:
        """Roles as links name them."""
        return chart_names(self.roles)


def roles_of(frame: pd.DataFrame) -> list[Role]:
    """The roles of a frame, once each."""
    names = frame[list(sums.ROLE)].drop_duplicates()
    return [(str(kind), str(role)) for kind, role in names.itertuples(index=False)]


def chart_names(roles: Iterable[Role]) -> dict[Role, str]:
    """Short names of roles for links and charts, no two alike.

    >>> list(chart_names([("order", "The chief"), ("order", "The-Chief")]).values())
    ['waits_order_the_chief', 'waits_order_the_chief_2']
    """
    found: dict[Role, str] = {}
    used = Counter[str]()
    for role in sorted(set(roles)):
        name = re.sub(r"\W+", "_", f"waits {role[0]} {role[1]}".lower())[:LONGEST_NAME]
        used[name] += 1
        found[role] = name if used[name] == 1 else f"{name}_{used[name]}"
    return found


def role_labels(roles: Iterable[Role]) -> dict[Role, str]:
    """Roles in words, with the type of document where one role decides on several.

    >>> role_labels([("order", "Buyer"), ("order", "Chief"), ("credit_note", "Chief")])[
    ...     ("credit_note", "Chief")]
    'Chief, credit note'
    """
    known = sorted(set(roles))
    names = [role for _, role in known]
    several = {role for role in names if names.count(role) > 1}
    return {
        (kind, role): f"{role or UNNAMED}, {kind.replace('_', ' ')}"
        if role in several
        else role or UNNAMED
        for kind, role in known
    }


def places_by(frame: pd.DataFrame, by: Sequence[str]) -> dict[Key, Places]:
    """Where the rows of each key of a frame stand."""
    found = frame.groupby(list(by), sort=False).indices
    return {
        key if isinstance(key, tuple) else (key,): np.asarray(rows) for key, rows in found.items()
    }


def waits_by(frame: pd.DataFrame, by: Sequence[str], counts: str = "steps") -> dict[Key, Wait]:
    """What the waits of each key of a frame come to."""
    days, many = frame["days"].to_numpy(), frame[counts].to_numpy()
    found = {key: waited(days[rows], many[rows]) for key, rows in places_by(frame, by).items()}
    return {key: wait for key, wait in found.items() if wait}


def wait_of(frame: pd.DataFrame, counts: str = "steps") -> Wait | None:
    """What the waits of a frame come to."""
    return waited(frame["days"].to_numpy(), frame[counts].to_numpy())


def part(wait: Wait | None, name: str) -> Any:
    """A part of what waits come to, or nothing."""
    return getattr(wait, name) if wait else None
