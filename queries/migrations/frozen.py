"""Tables as they were when a revision made them: frozen as text, whatever the code says later."""

from typing import NamedTuple

OPEN = 2147483647


class Table(NamedTuple):
    """A table as it was: its name, its primary key, and its columns.

    Words are ``column:type``, with ``!`` where the column is never null.
    """

    name: str
    primary_key: str
    columns: str


def create(table: Table) -> str:
    """The statement that makes a table."""
    words = [(*word.rstrip("!").split(":"), word[-1]) for word in table.columns.split()]
    columns = [f"{n} {kind}{' NOT NULL' if last == '!' else ''}" for n, kind, last in words]
    if table.primary_key:
        columns.append(f"PRIMARY KEY ({', '.join(table.primary_key.split())})")
    return f"CREATE TABLE {table.name} ({', '.join(columns)})"


def one_open_row(table: Table) -> str:
    """A key holds one open row at most: the database itself says so."""
    keys = [name for name in table.primary_key.split() if name != "batch_from"]
    return (
        f"CREATE UNIQUE INDEX {table.name}_open ON {table.name} ({', '.join(keys)}) "
        f"WHERE batch_to = {OPEN}"
    )
