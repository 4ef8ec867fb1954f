"""Where each table's rows live when the store is spread over machines by Citus.

Nothing else knows: every table is written and read as on one machine. Rows that are joined while
they are loaded stand beside each other: order lines, receipts and invoice lines of one purchase;
payments and their invoices; the marts' rows of one supplier. What is small, or of no supplier, is
whole on every machine. Minutes stay plain tables, on the machine that is asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    MetaData,
    Table,
    and_,
    exists,
    inspect,
    select,
    text,
    tuple_,
)
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.schema import CreateTable, DropTable

from queries import schema

_SPREAD = "concord_spread"  # where a connection remembers whether its database is spread

# Each column that rows are spread by, with the first table of those that stand side by side.
FIRST = {"match_key": "purchase_order_line", "invoice_id": "payment", "supplier_id": "spend_flow"}

# A load touches small tables that are whole everywhere and then joins them with spread ones: that
# works over one connection a machine, which also sees what the load itself has just written. What
# it passes between machines has no limit but their disks.
LOADING = (
    "SET LOCAL citus.multi_shard_modify_mode = 'sequential'",
    "SET LOCAL citus.propagate_set_commands = 'local'",
    "SET LOCAL citus.max_intermediate_result_size = -1",
)


@dataclass(frozen=True)
class Spread:
    """The column that tells where a row lives; none, where every machine has all rows."""

    column: str | None = None

    @property
    def beside(self) -> str | None:
        """The table whose rows of the same column's value stand on the same machine."""
        return FIRST.get(self.column or "")


EVERYWHERE = Spread()


def spread(table: Table) -> Spread:
    """How a table of the facts is spread.

    >>> spread(schema.payment)
    Spread(column='invoice_id')
    >>> spread(schema.supplier)
    Spread(column=None)
    """
    if "match_key" in table.c:
        return Spread("match_key")
    if table.name in schema.marts and "supplier_id" in schema.keys(table):
        return Spread("supplier_id")
    return Spread("invoice_id") if "invoice_id" in table.c else EVERYWHERE


def is_spread(connection: Connection) -> bool:
    """Whether this database has spread its facts over machines."""
    # A store that was made before the extension is spread once `spend init` has seen it.
    if _SPREAD not in connection.info:
        if not _has_citus(connection) or FIRST["match_key"] not in _placed(connection):
            return False
        connection.info[_SPREAD] = True
    return True


def distribute(connection: Connection, tables: Iterable[Table]) -> None:
    """Spread those of some tables that are not yet, where the database can."""
    if not _has_citus(connection):
        return
    done = _placed(connection)
    # What is whole first, then the first of those that stand side by side.
    for table in sorted(tables, key=lambda t: (spread(t).column or "", spread(t).beside != t.name)):
        if table.name not in done:
            _place(connection, table.name, spread(table))
    for name in _working_tables(connection):  # the next load makes them as it needs them
        connection.execute(DropTable(Table(name, MetaData())))


def create_working(connection: Connection, table: Table) -> None:
    """Make an empty working table, spread as what it is for; from load to load it is kept.

    A temporary table is on one machine alone, and to make one on all takes longer than most loads.
    """
    held = {c["name"]: c["type"] for c in _columns(connection, table.name)}
    if held.keys() >= set(table.columns.keys()):
        connection.execute(text(f"TRUNCATE {table.name}"))
        return
    kinds = held | {c.name: c.type for c in table.columns}
    columns = [Column(name, kind) for name, kind in kinds.items()]
    made = Table(table.name, MetaData(), *columns, prefixes=["UNLOGGED"])
    connection.execute(DropTable(made, if_exists=True))
    connection.execute(CreateTable(made))
    _place(connection, table.name, working_spread(table))


def working_spread(table: Table) -> Spread:
    """How a working table is spread: as the table that its name ends in.

    Where it lacks the column that spreads those rows it is spread by its own first one, or whole
    everywhere if keys are all it has, or if it is of no table.
    """
    of = [t for t in schema.facts.sorted_tables if table.name.endswith(f"_{t.name}")]
    if not of:
        return EVERYWHERE
    base = max(of, key=lambda t: len(t.name))
    where = spread(base)
    if where.column is None or where.column in table.c:
        return where
    names = [c.name for c in table.columns if c.name != "record"]
    return EVERYWHERE if set(names) <= set(schema.keys(base)) else Spread(names[0])


# --- Conditions that machines can answer each for itself ----------------------------------------


def joined_by(connection: Connection, table: Table) -> tuple[str, ...]:
    """The columns that join rows of one key: on machines apart, with the one that spreads them.

    What that finds is beside the row; ``under_key_of`` and ``has_key_of`` find it wherever it is.
    """
    names, column = schema.keys(table), spread(table).column
    if column is None or column in names or not is_spread(connection):
        return names
    return (*names, column)


def under_key_of(connection: Connection, table: Table, by: Table) -> ColumnElement[bool]:
    """Rows of a table beside those of a working table that have the same key.

    A corrected document may belong beside another one than before: a machine that has the old row
    is then told all keys, as it cannot ask the one that has the new row.
    """
    names = schema.keys(table)
    if joined_by(connection, table) == names:
        return and_(*(by.c[name] == table.c[name] for name in names))
    return _in(table, by, names)


def has_key_of(
    connection: Connection, table: Table, rows: FromClause, by: Table
) -> ColumnElement[bool]:
    """Whether a working table has the key of a row: of a table, or of a select of it."""
    names = schema.keys(table)
    if joined_by(connection, table) == names:
        return exists().where(*(by.c[name] == rows.c[name] for name in names))
    return _in(rows, by, names)


def _in(rows: FromClause, by: Table, names: Sequence[str]) -> ColumnElement[bool]:
    keys = select(*(by.c[name] for name in names))
    return tuple_(*(rows.c[name] for name in names)).in_(keys)


# --- What is asked of the database, and told it -------------------------------------------------


def _has_citus(connection: Connection) -> bool:
    if connection.dialect.name != "postgresql":
        return False
    asked = text("SELECT count(*) FROM pg_extension WHERE extname = 'citus'")
    return bool(connection.execute(asked).scalar_one())


def _placed(connection: Connection) -> set[str]:
    rows = connection.execute(text("SELECT logicalrelid::regclass::text FROM pg_dist_partition"))
    return {str(name) for (name,) in rows}


def _working_tables(connection: Connection) -> list[str]:
    """The unlogged tables: nothing but what loads work with is made so."""
    unlogged = "relpersistence = 'u' AND relkind = 'r' AND pg_table_is_visible(oid)"
    rows = connection.execute(text(f"SELECT relname FROM pg_class WHERE {unlogged}"))
    return [str(name) for (name,) in rows]


def _columns(connection: Connection, name: str) -> list[ReflectedColumn]:
    database = inspect(connection)
    return database.get_columns(name) if database.has_table(name) else []


def _place(connection: Connection, name: str, where: Spread) -> None:
    if where.column is None:
        connection.execute(text("SELECT create_reference_table(:name)"), {"name": name})
        return
    beside = "none" if where.beside in (name, None) else where.beside
    connection.execute(
        text("SELECT create_distributed_table(:name, :column, colocate_with => :beside)"),
        {"name": name, "column": where.column, "beside": beside},
    )
