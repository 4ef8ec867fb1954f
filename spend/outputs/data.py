"""A report as data."""

from collections.abc import Sequence
from decimal import Decimal

from queries.selection import to_params
from spend.outputs import exact, figures
from spend.result import Bridge, Fact, Figure, Report, Table

CENT = Decimal("0.01")


def text(report: Report) -> str:
    """The report as one JSON document."""
    return exact.dumps(document(report)) + "\n"


def document(report: Report) -> dict[str, object]:
    """The report as plain values; money has its two decimals."""
    return {
        "report": report.name,
        "selection": to_params(report.selection),
        "sentence": report.sentence,
        "batch": report.batch,
        "currency": report.currency,
        "message": report.message,
        "metrics": {f.metric: _figure(f, report.currency) for f in report.figures},
        "bridges": {b.name: _bridge(b) for b in report.bridges},
        "tables": {t.name: _table(t) for t in report.tables},
        "notes": [note.text for note in report.notes],
    } | ({"facts": [_fact(f, report.currency) for f in report.facts]} if report.facts else {})


def _fact(fact: Fact, currency: str) -> dict[str, object]:
    unit = currency if fact.unit == "money" else fact.unit
    return {"label": fact.label, "value": _amount(fact.value, fact.unit), "unit": unit}


def _figure(figure: Figure, currency: str) -> dict[str, object]:
    unit = figures.unit(figure)
    plain: dict[str, object] = {
        "value": _amount(figure.value, unit),
        "unit": currency if unit == "money" else unit,
        "rows": figure.rows,
    }
    return plain | ({"reason": figure.reason} if figure.reason else {})


def _bridge(bridge: Bridge) -> dict[str, object]:
    steps = [
        {"label": s.label, "amount": _amount(s.amount, bridge.unit), "kind": s.kind}
        | ({} if s.favourable is None else {"favourable": s.favourable})
        for s in bridge.steps
    ]
    plain = {
        "title": bridge.title,
        "unit": bridge.unit,
        "steps": steps,
        "residual": _amount(bridge.residual, bridge.unit),
    }
    return plain | ({"reason": bridge.reason} if bridge.reason else {})


def _table(table: Table) -> dict[str, object]:
    plain: dict[str, object] = {
        "title": table.title,
        "rows": [_row(table, row, place) for place, row in enumerate(table.rows)],
    }
    if table.ids:
        plain["ids"] = table.ids
    if table.depth:
        plain["depth"] = table.depth
    return plain | ({"total": _row(table, table.total, None)} if table.total else {})


def _row(table: Table, row: Sequence[object], place: int | None) -> dict[str, object]:
    cells = enumerate(zip(table.columns, row, strict=True))
    return {column.key: _amount(value, table.unit(n, place)) for n, (column, value) in cells}


def _amount(value: object, unit: str) -> object:
    if unit == "money" and isinstance(value, Decimal) and value.is_finite():
        return value.quantize(CENT)
    return value
