"""What a statement is made of."""

from collections.abc import Iterator

from sqlalchemy.sql.visitors import HasTraverseInternals


def parts_of(statement: HasTraverseInternals) -> Iterator[HasTraverseInternals]:
    """Everything a statement is made of, however deep; what is read twice is given once."""
    seen: dict[int, HasTraverseInternals] = {}  # kept, so that no other thing gets its number
    waiting = [statement]
    while waiting:
        part = waiting.pop()
        if id(part) not in seen:
            seen[id(part)] = part
            yield part
            waiting += part.get_children()
