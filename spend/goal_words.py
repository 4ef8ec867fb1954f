"""What next year's goal says in sentences: the message, the readings, and what to know first."""

from collections.abc import Iterator, Mapping, Sequence

from queries.calendar import DAY
from spend.goal_book import MONTHS, GoalBook
from spend.goal_market import Market
from spend.goal_plan import GoalPlan
from spend.goal_running import Assumption
from spend.money import decimal, share, short
from spend.result import Note
from spend.savings_policy import spoken
from spend.sentences import capital, count, listed

CALIBRATION = (
    "The method was held against 45 years of world commodity prices: its 95 % limit was broken in "
    "3 of them for a manufacturer's basket and in none for a food maker's, where about 2 are to be "
    "expected. docs/budget-at-risk.md tells how, with the six methods that it was compared with."
)
STEPS = (
    ("volume_effect", "volume"),
    ("price_to_date", "prices that moved already"),
    ("price_drift", "prices still to move"),
    ("currency", "exchange rates"),
    ("savings", "savings"),
)
MOST_OF, ALL_BUT = 0.5, 0.995  # of a step: worth naming alone, and not the same said twice
LONG = 120  # months of history: from there on, drift is more than the last boom or slump
NO_SPEND = "Nothing was spent here in the last 12 months: there is nothing to plan from."


class Words:
    """The sentences of one plan."""

    def __init__(
        self, book: GoalBook, plan: GoalPlan, market: Market, running: Sequence[Assumption]
    ) -> None:
        self.book, self.plan, self.market, self.running = book, plan, market, running

    def money(self, cents: int, signed: bool = False) -> str:
        """Cents as people say them."""
        return short(decimal(cents), self.plan.currency, signed)

    def message(self) -> str:
        """One sentence: what the year comes to, why it differs, and how far it may stray."""
        plan = self.plan
        if not plan.lines:
            return NO_SPEND
        part = part_of_year(self.book)
        said = f"{part}. " if part else ""
        said += f"{plan.fiscal_year} is expected to cost {self.money(plan.expected)}"
        change = plan.expected - plan.base
        if change:
            side = "more" if change > 0 else "less"
            said += f", {self.money(abs(change))} {side} than the last 12 months{self._because()}"
        if plan.p10 == plan.p90:
            return f"{said}. Nothing that is loaded says how far it may stray."
        return f"{said}. One year in ten costs more than {self.money(plan.p90)}."

    def _because(self) -> str:
        """The step that moves most in the direction of the whole change, and what of it is one
        index alone."""
        change = self.plan.expected - self.plan.base
        found = steps(self.plan)
        key, label = max(STEPS, key=lambda step: found[step[0]] * change)
        amount = found[key]
        if amount * change <= 0:
            return ""
        verb = "adds" if key == "volume_effect" else "add"
        if amount < 0:
            verb = "takes off" if key == "volume_effect" else "take off"
        return f": {label} {verb} {self.money(abs(amount))}{self._of_which(key, amount)}"

    def _of_which(self, key: str, amount: int) -> str:
        """The index that most of a step of prices comes from."""
        if key not in ("price_to_date", "price_drift"):
            return ""
        found: dict[str, int] = {}
        for line in self.plan.lines:
            found[line.index_code] = found.get(line.index_code, 0) + getattr(line, key)
        code, most = max(found.items(), key=lambda one: one[1] * amount)
        share_of = most / amount
        if not MOST_OF <= share_of < ALL_BUT:
            return ""
        return f", {code} alone {self.money(abs(most))}"

    # --- Readings -------------------------------------------------------------------------------

    def readings(self) -> dict[str, str]:
        """The same figures in each team's words; no lens changes a number."""
        finance, procurement = self._finance(), self._procurement()
        return {
            "finance": finance,
            "procurement": procurement,
            "both": finance if finance == procurement else f"{finance} {procurement}",
        }

    def _finance(self) -> str:
        plan = self.plan
        if not plan.lines:
            return NO_SPEND
        if plan.p10 == plan.p90:
            return f"Nobody can say what to keep back for surprises.{self._running()}"
        unsure = [one for one in plan.pipeline if one.amount and one.probability < 1]
        open_ = sum(one.amount - one.expected for one in unsure)
        said = (
            f"Beyond what is expected, {self.money(plan.at_risk)} has to be kept back for the "
            "budget to hold in 19 years of 20"
        )
        if unsure:
            said += (
                f"; {count(len(unsure), 'saving is', 'savings are')} not certain, and "
                f"{self.money(open_)} of {'it' if len(unsure) == 1 else 'them'} is not counted on"
            )
        return f"{said}.{self._running()}"

    def _running(self) -> str:
        """What this year's budget did not know, and the category that most of it is."""
        cost = sum(one.cost for one in self.running)
        if cost <= 0:
            return ""
        most = self.running[0]
        return (
            f" Since this year's budget was made, prices have added {self.money(cost)} to what "
            f"{self.plan.fiscal_year - 1} costs, {most.name} {self.money(most.cost)} of it."
        )

    def _procurement(self) -> str:
        plan = self.plan
        if not plan.lines:
            return NO_SPEND
        moving = [line for line in plan.lines if line.index_code]
        follows = sum(round(line.planned * line.pass_through) for line in moving)
        fixed = sum(round(line.planned * line.covered_share) for line in moving)
        if not follows:
            return "No price here follows an index."
        said = (
            f"{share(follows / plan.planned, 0)} of the money follows a price index"
            if plan.planned > 0
            else f"{self.money(follows)} follows a price index"
        )
        said += f", contracts fix the price of {self.money(fixed)}" if fixed else ""
        driver = next((d for d in plan.drivers if d.kind == "index or currency"), None)
        if driver is None:
            return f"{said}."
        return (
            f"{said}; {driver.name} alone may take {self.money(-driver.low)} off the year, or add "
            f"{self.money(driver.high)}, 8 years in 10."
        )

    # --- Notes ----------------------------------------------------------------------------------

    def notes(self) -> tuple[Note, ...]:
        """What people should know before they trust a figure."""
        return (*self._missing(), *self._assumed())

    def _missing(self) -> Iterator[Note]:
        book, span = self.book, self.book.base_span
        first = book.first_spend_day
        if first is not None and first > span.first and self.plan.lines:
            yield Note(
                f"Spend is loaded from {first:%-d %B %Y} only: the last 12 months are not whole, "
                "and the plan is made of what there is.",
                "warning",
            )
        if not book.followed:
            yield Note(
                "No category follows an index: load price_index, and the index and pass-through of "
                "categories, to see what prices may do.",
                "warning",
            )
        unknown = sorted({code for code, _ in book.followed.values()} - set(self.market.last))
        if unknown:
            yield Note(
                f"Nothing is loaded of {listed(unknown)}: those prices are taken as today's."
            )
        if self.market.short:
            yield Note(
                f"{listed(self.market.short)}: less than 14 months are known, too few to say how "
                "far they stray. They stay as they are."
            )
        months = len(self.market.history)
        if self.plan.assumptions.drift == "history" and 0 < months < LONG:
            yield Note(
                f"The indices are known for {months} months: too few to say where prices drift in "
                "the long run. “Prices stay as today” shows the year without any drift."
            )
        if not book.savings.is_loaded:
            yield Note("No savings initiatives are loaded: no saving is taken off.")

    def _assumed(self) -> Iterator[Note]:
        plan = self.plan
        if not plan.lines:
            return
        yield Note(
            f"The base is what was invoiced from {self.book.base_span.first:%-d %B %Y} to "
            f"{plan.position:%-d %B %Y}, net of tax, without the own group."
        )
        if not any(line.covers for line in plan.lines) and not plan.assumptions.fixed:
            yield Note(
                f"No contract fixes a price beyond {plan.start - DAY:%-d %B %Y} (fixed_until): "
                "every price that follows an index is open."
            )
        yield from self._left_out()
        yield Note(
            f"{plan.draws:,} draws with seed {plan.seed}: the same link gives the same figures, to "
            "the cent, wherever it is opened."
        )
        yield Note(CALIBRATION)

    def _left_out(self) -> Iterator[Note]:
        """Savings that lower no spend, by the policy that both teams signed."""
        types = set(self.book.savings.policy.types)
        barred = [one for one in self.plan.pipeline if one.saving_type not in types and one.annual]
        if barred:
            kinds = sorted({spoken(one.saving_type) for one in barred})
            verb = "lower" if len(kinds) > 1 else "lowers"
            amount = self.money(sum(one.annual for one in barred))
            yield Note(
                f"{capital(listed(kinds))} {verb} no spend: claims of {amount} are not taken off."
            )


def part_of_year(book: GoalBook) -> str:
    """That the plan is made of less than 12 months; "" where it isn't."""
    loaded = book.months_loaded
    return f"Only {loaded} of {MONTHS} months are loaded" if loaded < MONTHS else ""


def steps(plan: GoalPlan) -> Mapping[str, int]:
    """What leads from the last 12 months to what is expected, in cents that sum to the change."""
    return {
        "volume_effect": sum(line.volume_effect for line in plan.lines),
        "price_to_date": sum(line.price_to_date for line in plan.lines),
        "price_drift": sum(line.price_drift for line in plan.lines),
        "currency": sum(line.currency_to_date + line.currency_drift for line in plan.lines),
        "savings": -sum(one.expected for one in plan.pipeline),
    }
