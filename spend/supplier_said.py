"""What was said and decided about one supplier, on whatever page: from the minutes.

An entry is about a supplier where the view that it was written on chooses it, tries new terms for
it, or opens a savings initiative with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from queries import savings
from queries.selection import Selection
from queries.store import Reader, Store
from queries.window import read_choices, read_window
from spend.action_list import ACTION, actions
from spend.conversation import COMMENT, DECISION, Said, line_of, spoken, task_of
from spend.seen import place
from spend.supplier_profile_book import ProfileBook
from spend.terms_choice import Move


def said(store: Store, selection: Selection) -> tuple[Said, ...]:
    """Comments, decisions and open actions about the one supplier of a selection, the newest first.

    Each says on which page it was; of no one supplier nothing is given.
    """
    with store.reader(selection.as_of) as reader:
        choices = read_choices(reader)
        book = ProfileBook(reader, selection, choices, read_window(reader, selection, choices))
        return tuple(_said(reader, book)) if book.one else ()


def _said(reader: Reader, book: ProfileBook) -> Sequence[Said]:
    ids, own = book.ids, _initiatives(reader, book)
    found: list[tuple[int, Said]] = []
    for entry in (*reader.entries(COMMENT), *reader.entries(DECISION)):
        if spoken(entry) and about(entry.link, ids, own):
            found.append((entry.minute, replace(line_of(entry), task=_where(entry.link))))
    for one in actions(reader.entries(ACTION)):
        if one.state == "open" and about(one.link, ids, own):
            told = task_of(one)
            task = ", ".join(part for part in (told.task, _where(one.link)) if part)
            found.append((one.history[0].minute, replace(told, task=task)))
    return [told for _, told in sorted(found, key=lambda pair: -pair[0])]


def _initiatives(reader: Reader, book: ProfileBook) -> frozenset[str]:
    """The savings initiatives with it."""
    alone = Selection(supplier=tuple(sorted(book.ids)))
    frame = savings.initiatives(reader, alone)
    return frozenset(map(str, frame.loc[frame["chosen"], "initiative_id"]))


def about(link: str, ids: frozenset[str], initiatives: frozenset[str]) -> bool:
    """Whether the view that a link opens is about any of some suppliers.

    >>> about("http://localhost/terms?move=S-1:90", frozenset({"S-1"}), frozenset())
    True
    >>> about("http://localhost/budget?supplier=S-2", frozenset({"S-1"}), frozenset())
    False
    """
    _, params = place(link)
    chosen = {*params.get("supplier", ()), *_moved(params)}
    return bool(ids & chosen or initiatives & set(params.get("initiative", ())))


def _moved(params: Mapping[str, Sequence[str]]) -> set[str]:
    """The suppliers for which new terms are tried; what cannot be read names none."""
    found = set()
    for text in params.get("move", ()):
        try:
            found.add(Move.parse(text).supplier)
        except ValueError:
            continue
    return found


def _where(link: str) -> str:
    """On which page something was said."""
    page, _ = place(link)
    return f"on the {page} page" if page else ""
