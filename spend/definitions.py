"""The dictionary: what every figure means, who answers for it, what shapes it, what was agreed.

All of it is derived: from the declarations, from who is responsible, and from the minutes and loads
of one moment. The subject's one door; nothing here is a figure.
"""

from collections.abc import Iterator, Sequence

from queries.selection import Selection
from queries.store import Store
from spend.definition_tables import declarations, meanings, responsible, targets, versions
from spend.dictionary import PAGE, Definition, Dictionary
from spend.result import Note, Report
from spend.sentences import count, listed

TITLE = "Definitions"
QUESTION = "What does each figure mean, who answers for it, and what was agreed about it?"


def dictionary(store: Store, selection: Selection) -> Dictionary:
    """Every metric's definition, as at the selection's moment; its filters change nothing."""
    with store.reader(selection.as_of) as reader:
        return Dictionary.read(reader)


def report(store: Store, selection: Selection) -> Report:
    """The dictionary as tables, for the command line and for exports."""
    with store.reader(selection.as_of) as reader:
        found = Dictionary.read(reader)
        every = tuple(found.definitions.values())
        return Report(
            name=PAGE,
            title=TITLE,
            question=QUESTION,
            selection=selection,
            sentence="What figures mean is the same for every selection.",
            currency=reader.settings.currency,
            batch=reader.batch,
            message=_message(every),
            tables=(
                meanings(every),
                declarations(every),
                responsible(),
                targets(every),
                versions(every),
            ),
            notes=tuple(_notes(found)),
        )


# --- What the page says ---------------------------------------------------------------------------


def _message(every: Sequence[Definition]) -> str:
    """How many figures there are, how many have targets, and on how many the teams differ."""
    said = f"{count(len(every), 'figure', 'figures')}, each with one owner and two readings"
    stand = [target for one in every for target in one.targets if not target.ended]
    if not stand:
        return f"{said}; no targets are loaded."
    year = max(target.fiscal_year for target in stand)
    last = [target for target in stand if target.fiscal_year == year]
    differ = sum(target.differs for target in last)
    agreed = sum(target.agreed is not None for target in last)
    return (
        f"{said}; {count(len(last), 'has', 'have')} targets for {year}: the teams ask for "
        f"different things on {differ}, and agreed on {agreed}."
    )


def _notes(found: Dictionary) -> Iterator[Note]:
    if found.unknown:
        ids = listed(found.unknown)
        yield Note(f"Targets are loaded for what no figure is called: {ids}.", "warning")
    yield from (Note(line, "warning") for line in found.skipped)
    lacking = sum(bool(one.missing) for one in found.definitions.values())
    if lacking:
        figures = count(lacking, "figure needs", "figures need")
        yield Note(f"{figures} tables that hold nothing here.")
    said = listed([f"{one.name} = {one.value}" for one in found.everywhere])
    yield Note(f"Every figure goes by {said}.")
