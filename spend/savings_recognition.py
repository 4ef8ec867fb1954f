"""The recognition policy as people read it: its versions as a table, and what another would do."""

from queries.selection import Selection
from queries.store import Store
from spend.money import decimal, share
from spend.result import Cell, Fact, Table, TableColumn
from spend.savings_agreed import Recognition, Version
from spend.savings_book import SavingsBook
from spend.savings_policy import RULES, STAGES, TYPES, RecognitionPolicy, headed, spoken

RECOGNISED = {True: "Recognised", False: "Not recognised"}


def read(store: Store, selection: Selection) -> Recognition:
    """The policy as at a moment, with its versions and what is asked for."""
    with store.reader(selection.as_of) as reader:
        return Recognition.read(reader)


def versions(found: Recognition, tried: RecognitionPolicy | None = None) -> Table:
    """The policy in force, those that stood before it, and one that is tried: a column each."""
    many = len(found.versions)
    columns = {"In force" if not place else f"Version {many - place}": _cells(one.policy, one)
               for place, one in enumerate(found.versions)}  # fmt: skip
    if tried is not None and tried != found.policy:
        columns = {"Tried": _cells(tried, None), **columns}
    return Table(
        "policy",
        "The recognition policy, and those that stood before it",
        (
            TableColumn("name", "What counts as a saving", "text"),
            *(TableColumn(f"version_{n}", label, "text") for n, label in enumerate(columns)),
        ),
        tuple(zip(ROWS, *columns.values(), strict=True)),
    )


ROWS = (
    *map(headed, TYPES), "Price before", "Months that count", "Budgeted savings",
    *(f"Chance: {spoken(stage)}" for stage in STAGES),
    "Finance signed", "Procurement signed", "Signed on", "From load",
)  # fmt: skip


def _cells(policy: RecognitionPolicy, version: Version | None) -> tuple[Cell, ...]:
    """A policy from top to bottom: types, rules, chances, and who signed it."""
    signed = version.signed if version else None
    by: tuple[Cell, ...] = ("By definition" if version else None, None, None, None)
    if signed:
        day = f"{signed.entry.recorded_at:%-d %B %Y}"
        by = (signed.finance, signed.procurement, day, str(signed.entry.batch))
    return (
        *(RECOGNISED[kind in policy.types] for kind in TYPES),
        *(headed(getattr(policy, rule)) for rule in RULES),
        *(share(chance) for chance in policy.probabilities), *by,
    )  # fmt: skip


# --- Another policy, tried ------------------------------------------------------------------------


def tried(store: Store, selection: Selection, policy: RecognitionPolicy) -> tuple[Fact, ...]:
    """What would be recognised under another policy; the claim is the same under any."""
    with store.reader(selection.as_of) as reader:
        now = SavingsBook.read(reader, selection).found.items
        then = SavingsBook.read(reader, selection, policy).found.items
    if now is None or then is None:
        return ()
    change = decimal(then.recognised - now.recognised)
    return (
        Fact("Would be recognised", decimal(then.recognised), "money", policy.said()),
        Fact("Change", change, "money", "What it adds to what is recognised in these days."),
    )
