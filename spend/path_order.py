"""Whether an order line went as it should: asked for, ordered, received, invoiced, paid, in turn.

What happens on one day counts as in turn. More receipts or invoices than one are in turn too.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from queries.path_events import PREDATES

Way = Literal["paid", "open", "given_up", "out_of_order"]

# How a line went, as people say it; each line goes one way.
WAYS: Mapping[Way, str] = {
    "paid": "In order, paid",
    "open": "In order so far",
    "given_up": "Given up in time",
    "out_of_order": "Out of order",
}

# What can be out of order; a line may be so in several ways.
DEVIATIONS: Mapping[str, str] = {
    "late_order": "Ordered after its invoice",
    "early_order": "Ordered before its approval",
    "early_receipt": "Received before it was ordered",
    "early_invoice": "Invoiced before anything came",
    "no_receipt": "Invoiced, nothing came yet",
    "early_payment": "Paid before anything came",
    "paid_for_nothing": "Paid, nothing came",
    "prepaid": "Paid before it was invoiced",
    "returned": "Sent back",
    "credited": "Credited",
    "late_end": "Cancelled or rejected after it came or was invoiced",
}
NEED_RECEIPTS = ("early_invoice", "no_receipt", "early_payment", "paid_for_nothing")
BEFORE = (
    ("late_order", "Invoiced", "Ordered"),
    ("early_order", "Ordered", "Approved"),
    ("early_receipt", "Received", "Ordered"),
    ("early_invoice", "Invoiced", "Received"),
    ("early_payment", "Paid", "Received"),
    ("prepaid", "Paid", "Invoiced"),
)
REFUSED = ("Cancelled", "Rejected")


def deviations(events: Sequence[str], receipts: bool = True) -> tuple[str, ...]:
    """What is out of order in the events of a line, as the papers tell them; none is in order.

    What hangs on receipts is asked only where any are loaded.

    >>> deviations(["Ordered", "Received", "Invoiced", "Received", "Invoiced", "Paid"])
    ()
    >>> deviations(["Invoiced", "Ordered", "Paid"])
    ('late_order', 'paid_for_nothing')
    >>> deviations(["Ordered", "Invoice predates order", "Paid"], receipts=False)
    ('late_order',)
    """
    told = ["Invoiced" if event == PREDATES else event for event in events]
    first = {event: place for place, event in reversed(list(enumerate(told)))}
    found = {key for key, one, other in BEFORE if one in first and other in first
             and first[one] < first[other]}  # fmt: skip
    if PREDATES in events:
        found.add("late_order")
    if "Received" not in first:
        found |= {"paid_for_nothing"} if "Paid" in first else set()
        found |= {"no_receipt"} if "Invoiced" in first and "Paid" not in first else set()
    found |= {event.lower() for event in ("Returned", "Credited") if event in first}
    if any(e in first for e in REFUSED) and ("Received" in first or "Invoiced" in first):
        found.add("late_end")
    asked = [key for key in DEVIATIONS if receipts or key not in NEED_RECEIPTS]
    return tuple(key for key in asked if key in found)


def way(events: Sequence[str], wrong: Sequence[str]) -> Way:
    """How a line went so far, where it is known what was out of order.

    >>> way(["Ordered", "Received"], ()), way(["Requested", "Rejected"], ())
    ('open', 'given_up')
    """
    if wrong:
        return "out_of_order"
    if any(event in REFUSED for event in events):
        return "given_up"
    return "paid" if "Paid" in events else "open"
