"""Judging rows that a test gives as texts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from queries.reasons import Format
from queries.validate import Bench, Outputs, Verdict, judge, provided_columns

Row = Mapping[str, str | None]
LINE: dict[str, str | None] = {
    "invoice_id": "I1",
    "line_no": "1",
    "invoice_date": "2024-05-31",
    "supplier_id": "S1",
    "amount": "10.00",
}


def line(**columns: str) -> Row:
    """An invoice line; an empty text is an empty cell."""
    return LINE | {column: text or None for column, text in columns.items()}


class Judge:
    """Judges rows that are given as texts."""

    def __init__(self, folder: Path) -> None:
        self._outputs = Outputs(
            folder / "valid.parquet", folder / "rejects.parquet", folder / "keys.parquet"
        )

    def __call__(
        self, table: str, rows: Sequence[Row], formats: Mapping[str, Format] | None = None
    ) -> Verdict:
        present = sorted({column for row in rows for column in row})
        columns = provided_columns(table, present)
        names = ", ".join(f'"{c.name}" VARCHAR' for c in columns)
        with duckdb.connect() as connection:
            connection.execute(
                f'CREATE TABLE "{table}__texts" '
                f"(__file VARCHAR, __record BIGINT, __fault VARCHAR, {names})"
            )
            places = ", ".join("?" for _ in range(len(columns) + 3))
            connection.executemany(
                f'INSERT INTO "{table}__texts" VALUES ({places})',
                [
                    ["x.csv", number, None, *(row.get(c.name, c.default) for c in columns)]
                    for number, row in enumerate(rows, 1)
                ],
            )
            verdict = judge(Bench(connection, table, columns, formats or {}), self._outputs)
        assert verdict.read == len(rows)
        assert verdict.read == len(self.valid("record")) + verdict.repeated + verdict.rejected
        return verdict

    def valid(self, columns: str) -> list[tuple[object, ...]]:
        """Columns of the valid rows, by record."""
        query = f"SELECT {columns} FROM read_parquet(?) ORDER BY record"
        return duckdb.execute(query, [str(self._outputs.valid)]).fetchall()

    def rejects(self) -> list[tuple[object, ...]]:
        """(record, column, reason) of every reject."""
        query = "SELECT record, column_name, reason FROM read_parquet(?)"
        return duckdb.execute(query, [str(self._outputs.rejects)]).fetchall()

    def reasons(self) -> str:
        """All reasons in one text."""
        return "\n".join(str(reason) for _, _, reason in self.rejects())
