"""The stories of the demo: what to see, where, and the exact figures, kept in stories.toml."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from demo import answers
from demo.answers import Answers
from demo.answers_books import Span, Tables

# Order balances in pounds and dollars have more digits than cents: where they are rounded is free.
TOLERANCE = 0.10
PATH = Path(__file__).with_name("stories.toml")

HEAD = """\
# What was planted in the demo company, and the exact answers. `python -m demo --stories` writes
# this file; the tests work every figure out again from the generated tables.
#
# Amounts are in EUR. Each line is converted at its own rate and rounded to the cent, then summed;
# balances of orders are rounded by order line (rounded elsewhere, they differ by a few cents: see
# the tolerance). Effects of bridges and savings are rounded one by one at the end, so that their
# sum may miss the change by a cent. Intercompany suppliers are out of every figure unless a name
# says otherwise.
"""


@dataclass(frozen=True)
class Story:
    """One thing to discover: where to look, and the function that knows the answer."""

    name: str
    title: str
    pages: tuple[str, ...]
    see: str
    filters: tuple[tuple[str, str], ...]
    answer: Callable[[Tables, Span], Answers]


STORIES = (
    Story(
        name="steel",
        title="Steel is dearer, and the budget did not know",
        pages=("budget", "goals", "suppliers"),
        see=(
            "On the budget page, with category C-1110, the bridge's largest bar is price: "
            "steel follows the index STEEL at 70 %, and the budget was made at the prices of "
            "last July."
        ),
        filters=(("category", "C-1110"),),
        answer=answers.steel,
    ),
    Story(
        name="carrier",
        title="The carrier that waits for its money and charges for it",
        pages=("terms", "suppliers"),
        see=(
            "On the terms page Kestrel Freight went from 30 to 90 days in July 2025; its "
            "prices rose by 4.5 % in October, several times what the longer wait costs it."
        ),
        filters=(),
        answer=answers.carrier,
    ),
    Story(
        name="savings",
        title="Savings claimed that finance can't see",
        pages=("savings", "review"),
        see=(
            "On the savings page the claims of procurement meet the invoices: most of the gap "
            "is initiatives without item or price, averted increases, and months still to "
            "come."
        ),
        filters=(),
        answer=answers.savings,
    ),
    Story(
        name="spare_parts",
        title="Slow spare parts are mostly safety stock",
        pages=("stock",),
        see=(
            "On the stock page, with category C-3210, days of inventory look idle, but most "
            "of the value is safety stock for lead times of 7 and 16 weeks; a few parts "
            "nobody needs any more. The shares named normal_ use the normal formula and 0.95 "
            "where no service level is set; the last 12 months are the weeks that start after "
            "2025-10-31."
        ),
        filters=(("category", "C-3210"),),
        answer=answers.spare_parts,
    ),
    Story(
        name="approvals",
        title="Requests wait for the finance controller",
        pages=("approvals",),
        see=(
            "On the approvals page the finance controller's median wait went from a day to a "
            "week in February 2026, and the time from request to order with it."
        ),
        filters=(),
        answer=answers.approvals,
    ),
    Story(
        name="early_payments",
        title="Paid a month before it was due",
        pages=("terms", "cash"),
        see=(
            "On the terms page three suppliers with 60 days in their contracts are paid after "
            "30, as the supplier master still says: cash given away for nothing."
        ),
        filters=(),
        answer=answers.early,
    ),
    Story(
        name="discounts",
        title="Discounts offered and missed",
        pages=("terms",),
        see=(
            "On the terms page less than half of the discounts for paying sooner are taken; "
            "most are lost by paying too late, some by paying in time and forgetting to "
            "deduct."
        ),
        filters=(),
        answer=answers.discounts,
    ),
    Story(
        name="off_contract",
        title="Bearings from a dealer, beside the contract",
        pages=("suppliers", "savings"),
        see=(
            "On the suppliers page, with category C-1310, more than a quarter of the spend "
            "has gone to Rapid Lager Handel since January 2026, 11 % dearer, while contracts "
            "were in force."
        ),
        filters=(("category", "C-1310"),),
        answer=answers.off_contract,
    ),
    Story(
        name="duplicates",
        title="Invoices that look booked twice",
        pages=("approvals",),
        see=(
            "On the approvals page twelve invoices repeat an earlier one of the same group "
            "and amount, their number spelt otherwise; three more were noticed and undone by "
            "a credit note."
        ),
        filters=(),
        answer=answers.duplicates,
    ),
)


def _value(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, float):
        return repr(value + 0.0)
    return str(value)


def _table(name: str, content: Mapping[str, object], head: str = "[{}]") -> list[str]:
    """A TOML table with the tables inside it after its own values."""
    lines = ["", head.format(name)]
    inner = {key: value for key, value in content.items() if isinstance(value, dict)}
    lines += [f"{key} = {_value(v)}" for key, v in content.items() if key not in inner]
    for key, value in inner.items():
        word = key if key.replace("_", "").replace("-", "").isalnum() else _value(key)
        lines += _table(f"{name}.{word}", value)
    return lines


def document(tables: Tables) -> dict[str, object]:
    """All answers as one mapping, just as stories.toml is read."""
    period = answers.period_of_stories(tables)
    chosen = {"from": answers.FROM, "to": answers.TO}
    told = [
        {
            "name": story.name,
            "title": story.title,
            "pages": list(story.pages),
            "see": story.see,
            "selection": chosen | dict(story.filters),
            "answers": story.answer(tables, period),
        }
        for story in STORIES
    ]
    budgeted = chosen | {"budget_version": answers.VERSION}
    return {
        "headline": {
            "see": "The budget page as it opens, for the whole company, as at 2026-10-31.",
            "selection": budgeted,
            "tolerance": TOLERANCE,
            "answers": answers.headline(tables),
        },
        "spend_by_year": answers.spend_by_year(tables),
        "ledger": {
            "see": "On the data page the ledger's spend is 1,250.00 above the invoice lines: a "
            "freight accrual of March 2026 in CC-2500 that was never reversed. The ledger holds "
            "intercompany charges too, and books lines without a cost centre on CC-1000; payables "
            "there include credit notes and intercompany.",
            "selection": chosen,
            "answers": answers.ledger(tables),
        },
        "unknown_reference": answers.unknown_references(tables),
        "story": told,
    }


def render(told: Mapping[str, object]) -> str:
    """The text of stories.toml, from the answers of ``document``."""
    lines = [HEAD.rstrip()]
    for name, content in told.items():
        if isinstance(content, list):
            for one in content:
                lines += _table(name, one, "[[{}]]")
        elif isinstance(content, dict):
            lines += _table(name, content)
    return "\n".join(lines) + "\n"
