"""Who is responsible for what between the two teams: each figure shows how one activity goes.

Who is accountable is not written here: it is whoever the activity's figures are declared to belong
to, and these all belong to the same.
"""

from dataclasses import dataclass

from spend.metric import Owner
from spend.registry import all_metrics

ACCOUNTABLE: dict[Owner, str] = {
    "finance": "Finance",
    "procurement": "Procurement",
    "joint": "Both",
}


@dataclass(frozen=True)
class Activity:
    """Something that both teams have a part in, and the ids of the metrics that show it."""

    name: str
    finance: str
    procurement: str
    metrics: tuple[str, ...]

    @property
    def owner(self) -> Owner:
        """Who is accountable; ``ValueError`` where its figures belong to different owners."""
        declared = all_metrics()
        owners = {declared[name].owner for name in self.metrics if name in declared}
        if len(owners) != 1:
            raise ValueError(f"{self.name} has {len(owners)} owners; it must have one")
        return owners.pop()

    @property
    def accountable(self) -> str:
        """Who is accountable, in words."""
        return ACCOUNTABLE[self.owner]


ACTIVITIES = (
    Activity(
        "Planning the year",
        "Sets the budget with its rates, and keeps each version of it.",
        "Says which prices and volumes are about to move, before the plan is fixed.",
        ("budget_amount",),
    ),
    Activity(
        "Booking what is spent",
        "Books invoices and receipts in their period, and explains the variance.",
        "Sees that goods are recorded as received on the day they come.",
        ("actual_spend", "accrued_spend", "budget_variance"),
    ),
    Activity(
        "Ordering",
        "Looks at what is promised before it becomes an expense.",
        "Has an order for what is bought, and keeps its dates and quantities true.",
        ("committed_spend", "committed_later", "requested_spend"),
    ),
    Activity(
        "Steering the rest of the year",
        "Says what can still be spent, and where the year will land.",
        "Says what prices, volumes and specifications will do to it.",
        (
            "available_budget", "forecast_at_completion", "price_effect", "volume_effect",
            "mix_effect",
        ),
    ),
    Activity(
        "Winning savings",
        "Says beforehand what would count, and from which baseline.",
        "Negotiates, and enters each initiative with its price, quantity and start.",
        ("savings_claimed",),
    ),
    Activity(
        "Recognising savings",
        "Holds every claim to the invoices, and takes what is real out of the budget.",
        "Gives the contract and the reason wherever books and claim differ.",
        ("savings_recognised",),
    ),
    Activity(
        "Keeping what was won",
        "Names what the gap is made of, period by period.",
        "Sees that buyers use the contract, at its price and in its volume.",
        ("savings_realisation",),
    ),
    Activity(
        "Negotiating terms",
        "Says what a day is worth, and what the law allows.",
        "Agrees days and discounts with suppliers, and has them in contract and master data.",
        ("agreed_days",),
    ),
    Activity(
        "Paying",
        "Pays on the day that was agreed, and keeps what is open in view.",
        "Settles disputes about invoices before they fall due.",
        (
            "days_to_pay", "paid_late_share", "open_payables", "overdue_payables",
            "discount_taken", "late_interest_exposure",
        ),
    ),
    Activity(
        "Paying early on purpose",
        "Weighs the discount against the cost of cash, and pays early for nothing else.",
        "Asks for discounts that are worth it, and says which suppliers need cash.",
        ("paid_early_share", "discount_offered", "discount_capture"),
    ),
    Activity(
        "Deciding how much to hold",
        "Says what holding costs, and signs the service that is paid for.",
        "Says what running out costs, and signs the service that is needed.",
        ("stock_value", "cycle_stock_value", "required_safety_stock_value", "days_inventory"),
    ),
    Activity(
        "Holding stock against doubt",
        "Takes it as agreed, and asks only whether the target still fits.",
        "Keeps what the target asks for: no less, and no more.",
        ("safety_stock_value",),
    ),
    Activity(
        "Clearing what is not needed",
        "Values it, writes it down in time, and gives the budget for clearing it.",
        "Uses up, returns or sells it, and stops ordering it.",
        ("excess_stock_value", "obsolete_stock_value"),
    ),
    Activity(
        "Choosing suppliers and contracting them",
        "Says how much may hang on one supplier.",
        "Chooses suppliers, puts spend under contract, and has deliveries come as promised.",
        ("on_time_in_full", "supplier_concentration", "contract_coverage", "preferred_share"),
    ),
    Activity(
        "Buying under contract",
        "Refuses what passes a price that was agreed.",
        "Makes the contract the easiest way to buy.",
        ("off_contract_share",),
    ),
    Activity(
        "From request to order",
        "Decides on requests within the day.",
        "Turns an approved request into an order without delay.",
        ("order_cycle_days",),
    ),
    Activity(
        "Matching invoices",
        "Posts an invoice when order, receipt and price agree, and says why one does not.",
        "Keeps orders and prices true, so that invoices match, and orders before the invoice.",
        ("first_match_share", "after_the_fact_share"),
    ),
    Activity(
        "Paying once",
        "Looks for the same invoice twice before it is paid, and claims back what was.",
        "Has suppliers send each invoice once, to one place.",
        ("duplicate_candidates",),
    ),
)  # fmt: skip


def activity_of(metric: str) -> Activity:
    """The activity that a metric shows; ``KeyError`` for an id that shows none.

    >>> activity_of("agreed_days").name
    'Negotiating terms'
    """
    found = next((activity for activity in ACTIVITIES if metric in activity.metrics), None)
    if found is None:
        raise KeyError(metric)
    return found
