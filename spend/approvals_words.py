"""What approvals say in sentences: the message, the readings, and what to know first.

Every sentence is made from the figures; none is written by hand.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

from queries.approval_marts import WHOLE
from spend.approvals_book import ApprovalBook
from spend.approvals_roles import RoleWait, slowed
from spend.approvals_stages import AWAITED, LABELS, known_stages
from spend.money import decimal, reading, share, short
from spend.result import Figure, Note, Value
from spend.sentences import capital, count, listed, readings
from spend.waiting_time import risen_since

OLD = 365  # days that a line may stand at one stage before it is asked after


def days(value: float | None) -> str:
    """Days as people say them, whole where they are.

    >>> days(7.0), days(1.0), days(2.5)
    ('7 days', '1 day', '2.5 days')
    """
    if value is None:
        return "no days known"
    if value == int(value):
        return count(int(value), "day", "days")
    return reading(value, "days")


class Words:
    """The sentences of one book, in its currency."""

    def __init__(
        self, book: ApprovalBook, waits: tuple[RoleWait, ...], figures: tuple[Figure, ...]
    ) -> None:
        self.book = book
        self.waits = waits
        self.figures: Mapping[str, Figure] = {figure.metric: figure for figure in figures}
        self.currency = book.purchasing.reader.settings.currency

    def money(self, cents: int) -> str:
        """Cents as people say them."""
        return short(decimal(cents), self.currency)

    @cached_property
    def told_of(self) -> RoleWait | None:
        """The role that the page tells of first: the one that got slower, else the slowest."""
        return slowed(self.waits) or next(iter(self.waits), None)

    # --- The message ----------------------------------------------------------------------------

    def message(self) -> str:
        """One sentence: who holds things up since when, or what takes longest."""
        role = slowed(self.waits)
        if role and role.now and role.before:
            since = risen_since(self.book.medians(role.role)[0])
            when = f" since {self.book.months[since].period.words}" if since else ""
            return (
                f"{role.label}: a decision takes {days(role.now.median)}{when}, after "
                f"{days(role.before.median)} last year{self._ordered()}.{self._there(role)}"
            )
        longest = self.waits[0] if self.waits else None
        if stage := self._slowest_stage():
            return f"{stage}.{self._there(longest)}"
        return self._without_stages()

    def _without_stages(self) -> str:
        """The message where no order line passed a stage."""
        for role in self.waits:
            if role.now:
                median = days(role.now.median)
                return (
                    f"Most waits are for {role.label}: {median} in the middle.{self._there(role)}"
                )
        waited_for = max(self.waits, key=lambda role: role.waiting, default=None)
        if there := self._there(waited_for):
            return f"Nothing was decided in this selection.{there}"
        if lines := int(self.book.standing["order_count"].sum()):
            under_way = count(lines, "order line is", "order lines are")
            return f"Nothing was decided in this selection, and {under_way} under way."
        return "Neither approvals nor orders are in this selection: nothing tells of waits."

    def _ordered(self) -> str:
        """What it does to the time from request to order, where both years know it."""
        figure = self.figures["order_cycle_days"]
        before = last_year(figure)
        if figure.value is None or before is None or figure.value == before:
            return ""
        verb = "rose" if float(figure.value) > float(before) else "fell"
        return (
            f"; request to order {verb} from {days(float(before))} to {days(float(figure.value))}"
        )

    def _there(self, role: RoleWait | None) -> str:
        if role is None or not role.waiting:
            return ""
        steps = count(role.waiting, "step waits", "steps wait")
        worth = f", worth {self.money(role.cents)}" if role.cents > 0 else ""
        return f" {capital(steps)} for {role.label} now{worth}."

    def _slowest_stage(self) -> str:
        """The stage that takes longest, and how much that is of the whole."""
        known = {
            stage: wait
            for stage in known_stages(self.book)
            if stage != WHOLE and (wait := self.book.stages.get((stage,)))
        }
        if not known:
            return ""
        stage = max(known, key=lambda name: known[name].median)
        whole = self.book.stages.get((WHOLE,))
        of = f", of {days(whole.median)} from first to payment" if whole else ""
        return (
            f"Most time goes by from {LABELS[stage].lower().replace('→', 'to')}: "
            f"{days(known[stage].median)} in the middle{of}"
        )

    # --- The readings ---------------------------------------------------------------------------

    def readings(self) -> dict[str, str]:
        """The same figures in each team's words; no lens changes a number."""
        return readings(self._finance(), self._procurement())

    def _finance(self) -> str:
        late = self.figures["after_the_fact_share"].value
        match = self.figures["first_match_share"].value
        said = []
        if late is not None:
            said.append(f"{share(late)} of ordered spend was ordered after its invoice came")
        if match is not None:
            said.append(f"{share(1 - float(match))} of invoice lines did not match at first")
        if not said:
            return (
                "No invoice here has an order: nobody knows what was approved before it was spent."
            )
        return f"{'; '.join(said)}. Each is a question to somebody before it can be paid."

    def _procurement(self) -> str:
        held = int(self.book.waiting["amount"].sum())
        steps = len(self.book.waiting)
        if not self.waits:
            return "No approval steps are in this selection: nobody knows who holds up what."
        if not steps:
            return "No decision is waited for: nothing holds up what people need."
        oldest = days(float(self.book.waiting["days"].max()))
        waits = count(steps, "decision is", "decisions are")
        return (
            f"{capital(waits)} waited for, worth {self.money(held)}; the oldest for {oldest}. "
            "Until then nothing is ordered of it, and nobody is paid."
        )

    # --- Notes ----------------------------------------------------------------------------------

    def notes(self) -> Iterator[Note]:
        """What people should know before they trust a figure."""
        book = self.book.purchasing
        if book.window.is_open:
            last = book.window.periods[-1].period.words
            yield Note(f"{last} is open: what was decided counts up to {book.window.position}.")
        yield from self._stale()
        ordered = bool(self.book.stages or len(self.book.standing))
        if ordered and not book.has_receipts:
            yield Note("No receipts are loaded: nobody knows how long deliveries take.")
        if ordered and not self.book.has_payments:
            yield Note("No payments are loaded: nobody knows how long invoices wait for theirs.")
        if self.waits:
            yield Note(
                "A step counts where it was decided, and waits until then; one of the own group's "
                "orders counts too, its money does not."
            )

    def _stale(self) -> Iterator[Note]:
        known, position = known_stages(self.book), self.book.purchasing.span.last
        old = [
            f"{AWAITED[row['stage']]} for {waited:,} days"
            for row in self.book.standing.to_dict("records")
            if (waited := (position - row["oldest"].date()).days) > OLD and row["stage"] in known
        ]
        if old:
            yield Note(f"The oldest order lines wait for {listed(old)}: are they still to come?")


def last_year(figure: Figure) -> Value:
    """What a figure was in the same days of last year, where that is known."""
    for change in figure.changes:
        if change.amount is not None and figure.value is not None:
            return float(figure.value) - float(change.amount)
    return None
