"""A company whose goal of 2027 is known by hand, and what came of it.

2026: ten coils a month at 7.00 (steel), 40.00 a month of paint without a quantity, ten drills a
month at 5.00. Steel's index stands still until 2027. Two savings are contracted, at 80 %: drills a
euro cheaper, and 120.00 on paint that nobody can trace. The goal of 2027 is 1,920 less 2 x 96.

2027: eleven coils a month at 8.00, 50.00 of paint, drills at 4.00; the index is up by a tenth.
"""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from queries.minutes import Draft
from queries.selection import Selection
from queries.store import Store, open_store
from spend import goal_agreement
from spend.goal_plan import Assumptions, GoalPlan
from spend.goal_proposals import GOAL, GoalProposal, proposal
from spend.goal_report import assembled
from tests.contract_files import Books, Tables

NOW = datetime(2027, 1, 4, 9)
LINK = "http://localhost:8501/goals?as_of=1.0"
STILL = Assumptions(drift="none", draws=200)
AT_END_OF_2026 = {"currency": "EUR", "data_through": "2026-12-31"}
AT_END_OF_2027 = {"data_through": "2027-12-31"}
BY_CATEGORY = {"C1": 840_00, "C2": 384_00, "C3": 504_00}
AMOUNT = 1728_00
ANN, PAT = ("finance", "Ann Vogt"), ("procurement", "Pat Lee")


def tables() -> Tables:
    """What was known at the end of 2026."""
    return {
        "supplier": [{"supplier_id": "S1", "name": "Acme"}, {"supplier_id": "S2", "name": "Bell"}],
        "category": [
            {"category_id": "C1", "name": "Steel", "index_code": "STEEL", "pass_through": 0.5},
            {"category_id": "C2", "name": "Paint"},
            {"category_id": "C3", "name": "Tools"},
        ],
        "cost_centre": [
            {"cost_centre_id": "A", "name": "Works"},
            {"cost_centre_id": "B", "name": "Office"},
        ],
        "item": [
            {"item_id": "coil", "name": "Coil", "category_id": "C1"},
            {"item_id": "drill", "name": "Drill", "category_id": "C3"},
        ],
        "price_index": [
            {"index_code": "STEEL", "month": f"{year}-{month:02d}-01", "value": 100}
            for year in (2024, 2025, 2026) for month in range(1, 13)
        ],
        "savings_initiative": [
            saving("deal", "price_reduction", item_id="drill", supplier_id="S1", category_id="C3",
                   baseline_unit_price=5, new_unit_price=4, annual_quantity=120),
            saving("hope", "process", category_id="C2", claimed_amount=120),
        ],
        "budget_line": [
            {"version": "2026", "period_start": "2026-01-01", "cost_centre_id": "A",
             "category_id": "C1", "amount": 2000},
        ],
        "invoice_line": list(bought(2026, coils=(10, 7), paint=40, drills=(10, 5))),
    }  # fmt: skip


def later() -> Tables:
    """What 2027 brought."""
    return {
        "price_index": [
            {"index_code": "STEEL", "month": f"2027-{month:02d}-01", "value": 110}
            for month in range(1, 13)
        ],
        "invoice_line": list(bought(2027, coils=(11, 8), paint=50, drills=(10, 4))),
    }


def saving(name: str, kind: str, **more: Any) -> dict[str, Any]:
    """A contracted initiative that begins with 2027."""
    return {
        "initiative_id": name, "name": name.title(), "saving_type": kind, "owner": "Lena",
        "stage": "contracted", "start_date": "2027-01-01", "budgeted": False, **more,
    }  # fmt: skip


def bought(
    year: int, coils: tuple[int, int], paint: int, drills: tuple[int, int]
) -> Iterator[dict[str, Any]]:
    """A year's invoices: coils for the works, paint for works and office, drills for nobody."""
    for month in range(1, 13):
        day = f"{year}-{month:02d}-10"
        for item, (quantity, price), centre in (("coil", coils, "A"), ("drill", drills, None)):
            yield {"invoice_id": f"{day}-{item}", "line_no": 1, "invoice_date": day,
                   "supplier_id": "S1", "item_id": item, "quantity": quantity,
                   "amount": quantity * price, "cost_centre_id": centre}  # fmt: skip
        for centre, share in (("A", 4), ("B", 1)):
            yield {"invoice_id": f"{day}-paint-{centre}", "line_no": 1, "invoice_date": day,
                   "supplier_id": "S2", "category_id": "C2", "amount": paint * share / 5,
                   "cost_centre_id": centre}  # fmt: skip


def loaded(store: Store, folder: Path) -> Books:
    """The company at the end of 2026."""
    books = Books(store, folder)
    books.load(tables(), settings=AT_END_OF_2026)
    return books


def opened(home: Path) -> Store:
    """The same in an embedded store, copied from one that was loaded once; the caller closes it."""
    if not _LOADED:
        kept = Path(tempfile.mkdtemp(prefix="goal"))
        atexit.register(shutil.rmtree, kept, ignore_errors=True)
        first = open_store("", kept / "home")
        loaded(first, kept / "files")
        first.close()
        _LOADED.append(kept / "home")
    shutil.copytree(_LOADED[0], home, dirs_exist_ok=True)
    return open_store("", home)


_LOADED: list[Path] = []


def plan(store: Store, assumptions: Assumptions = STILL, to: str = "2026-12") -> GoalPlan:
    """The plan of the year after a period."""
    return assembled(store, Selection(from_period=to, to_period=to), assumptions)


def asked(store: Store, assumptions: Assumptions = STILL, to: str = "2026-12") -> GoalProposal:
    """What that plan proposes."""
    with store.reader() as reader:
        return proposal(plan(store, assumptions, to), reader.batch)


def say(store: Store, one: GoalProposal, who: tuple[str, str], request: str = "") -> int:
    """A team's person proposes a goal, or signs it; its minute."""
    team, by = who
    draft = Draft(
        request or f"{team} {by} {one.amount}", GOAL, one.name, one.body(), LINK, team, by
    )
    with store.reader() as reader:
        batch = reader.batch
    return goal_agreement.record(store, draft, batch, NOW)


def agreed(store: Store, one: GoalProposal) -> GoalProposal:
    """A goal that both signed."""
    say(store, one, ANN)
    say(store, one, PAT)
    return one
