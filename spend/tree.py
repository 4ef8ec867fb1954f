"""Sums over trees of cost centres, categories or suppliers: every parent is the sum of its parts.

Trees come as people typed them: parents that don't exist make a root, a circle is cut where its
first id stands, and amounts of unknown members are "not assigned". Amounts are whole cents, in as
many columns as a table has; ``None`` where no row exists.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from queries.selection import Choices

NOT_ASSIGNED = ""

Sums = tuple[int | None, ...]
Amounts = Mapping[str, Sequence[int | None]]


@dataclass(frozen=True)
class Member:
    """One row of a dimension."""

    id: str
    name: str
    parent: str | None = None


@dataclass(frozen=True)
class Branch:
    """A member with the sums of its whole subtree; ``own`` marks a parent's rows of itself."""

    id: str
    name: str
    depth: int
    sums: Sums
    has_parts: bool = False
    own: bool = False


class Tree:
    """The members of a dimension, each under a parent that exists and is not under it.

    >>> tree = Tree([Member("plant", "Plant"), Member("line", "Line 1", "plant")])
    >>> [(b.name, b.depth, b.sums) for b in tree.rows({"line": [70], "plant": [30], "?": [5]})]
    [('Plant', 0, (100,)), ('Line 1', 1, (70,)), ('Not assigned', 0, (5,))]
    >>> [(b.name, b.sums) for b in tree.parts({"line": [70], "plant": [30]}, "plant")]
    [('Line 1', (70,)), ('Plant itself', (30,))]
    """

    def __init__(self, members: Iterable[Member], not_assigned: str = "Not assigned") -> None:
        self.members = {member.id: member for member in members if member.id != NOT_ASSIGNED}
        self.parents = _parents(self.members)
        self.members[NOT_ASSIGNED] = Member(NOT_ASSIGNED, not_assigned)
        self.children: dict[str | None, list[str]] = {}
        for member, parent in (*self.parents.items(), (NOT_ASSIGNED, None)):
            self.children.setdefault(parent, []).append(member)

    def rows(self, amounts: Amounts, size: int = 0) -> tuple[Branch, ...]:
        """The whole tree, parents before their parts; branches without any amount are left out.

        Siblings stand by the size of column ``size``, the largest first, "not assigned" last.
        """
        sums, rows = self._sums(amounts), []
        waiting = [(member, 0) for member in reversed(self._sorted(None, sums, size))]
        while waiting:
            member, depth = waiting.pop()
            parts = self._sorted(member, sums, size)
            name = self.members[member].name
            rows.append(Branch(member, name, depth, sums[member], has_parts=bool(parts)))
            waiting += [(part, depth + 1) for part in reversed(parts)]
        return tuple(rows)

    def parts(
        self, amounts: Amounts, member: str | None = None, size: int = 0
    ) -> tuple[Branch, ...]:
        """What one member is made of, to drill down: its children and, last, rows of its own.

        The parts always sum to the member; those of ``None``, the roots, to everything.
        """
        sums = self._sums(amounts)
        parts = [
            Branch(part, self.members[part].name, 0, sums[part], bool(self.children.get(part)))
            for part in self._sorted(member, sums, size)
        ]
        own = None if member is None else self._own(amounts).get(member)
        if own is not None and member is not None:
            name = self.members[member].name
            parts.append(Branch(member, f"{name} itself" if parts else name, 0, own, own=True))
        return tuple(parts)

    def subtree(self, member: str) -> frozenset[str]:
        """A member with all that is under it; nothing for one that doesn't exist."""
        found = [member] if member in self.members else []
        for each in found:
            found += self.children.get(each, ())
        return frozenset(found)

    def head(self, member: str) -> str:
        """The root above a member, or itself; "not assigned" for one that doesn't exist.

        >>> Tree([Member("group", "Group"), Member("plant", "Plant", "group")]).head("plant")
        'group'
        """
        found = member if member in self.members else NOT_ASSIGNED
        while (parent := self.parents.get(found)) is not None:
            found = parent
        return found

    def _sorted(self, parent: str | None, sums: Mapping[str, Sums], size: int) -> list[str]:
        """The children that have amounts, by size; ties by name, so that order never wavers."""

        def place(member: str) -> tuple[bool, int, str, str]:
            amount = sums[member][size] or 0
            return (member == NOT_ASSIGNED, -abs(amount), self.members[member].name, member)

        return sorted((m for m in self.children.get(parent, ()) if m in sums), key=place)

    def _own(self, amounts: Amounts) -> dict[str, Sums]:
        """Each member's own amounts; those of unknown ones are "not assigned"."""
        own: dict[str, Sums] = {}
        for name, values in amounts.items():
            member = name if name in self.members else NOT_ASSIGNED
            own[member] = _added(own.get(member), values)
        return own

    def _sums(self, amounts: Amounts) -> dict[str, Sums]:
        """The sums of each subtree that has any rows."""
        sums = self._own(amounts)
        for member in reversed(self._top_down()):
            parent = self.parents.get(member)
            if parent is not None and member in sums:
                sums[parent] = _added(sums.get(parent), sums[member])
        return sums

    def _top_down(self) -> list[str]:
        order = list(self.children.get(None, ()))
        for member in order:  # grows while it is walked: parents come before their children
            order += self.children.get(member, ())
        return order


def supplier_tree(choices: Choices) -> Tree:
    """The suppliers of a store under their parents."""
    options = choices.options["supplier"].values()
    return Tree(Member(o.id, o.name, o.parent) for o in options)


def _parents(members: Mapping[str, Member]) -> dict[str, str | None]:
    """The parent of each member, circles cut: their first id becomes a root."""
    parents = {m.id: m.parent if m.parent in members else None for m in members.values()}
    settled: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        member: str | None = start
        while member is not None and member not in settled and member not in path:
            path[member] = None
            member = parents[member]
        if member is not None and member in path:
            circle = list(path)[list(path).index(member) :]
            parents[min(circle)] = None
        settled |= path.keys()
    return parents


def _added(sums: Sums | None, values: Sequence[int | None]) -> Sums:
    """Column by column; no row and a row is the row, and no rows at all stay none."""
    if sums is None:
        return tuple(values)
    return tuple(
        value if total is None else total if value is None else total + value
        for total, value in zip(sums, values, strict=True)
    )
