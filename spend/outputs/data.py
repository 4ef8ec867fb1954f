"""A report as data: JSON whose amounts keep every digit."""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from queries.selection import to_params
from spend.outputs import cells
from spend.result import Bridge, Figure, Report, Table

CENT = Decimal("0.01")


def text(report: Report) -> str:
    """The report as one JSON document."""
    return dumps(document(report)) + "\n"


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
    }


def _figure(figure: Figure, currency: str) -> dict[str, object]:
    unit = cells.unit(figure)
    plain: dict[str, object] = {
        "value": _amount(figure.value, unit),
        "unit": currency if unit == "money" else unit,
        "rows": figure.rows,
    }
    return plain | ({"reason": figure.reason} if figure.reason else {})


def _bridge(bridge: Bridge) -> dict[str, object]:
    steps = [
        {"label": s.label, "amount": _amount(s.amount, "money"), "kind": s.kind}
        | ({} if s.favourable is None else {"favourable": s.favourable})
        for s in bridge.steps
    ]
    plain = {"title": bridge.title, "steps": steps, "residual": _amount(bridge.residual, "money")}
    return plain | ({"reason": bridge.reason} if bridge.reason else {})


def _table(table: Table) -> dict[str, object]:
    plain: dict[str, object] = {"title": table.title, "rows": [_row(table, r) for r in table.rows]}
    if table.ids:
        plain["ids"] = table.ids
    if table.depth:
        plain["depth"] = table.depth
    return plain | ({"total": _row(table, table.total)} if table.total else {})


def _row(table: Table, row: Sequence[object]) -> dict[str, object]:
    return {c.key: _amount(v, c.unit) for c, v in zip(table.columns, row, strict=True)}


def _amount(value: object, unit: str) -> object:
    if unit == "money" and isinstance(value, Decimal) and value.is_finite():
        return value.quantize(CENT)
    return value


def dumps(value: object, indent: int = 0) -> str:
    """JSON, with a ``Decimal`` as a number of exactly its digits, and no NaN or infinity.

    Python's own writer turns decimals into floats or text; neither can be compared to the cent.

    >>> print(dumps({"value": Decimal("1627584457.10"), "share": float("nan"), "ids": ("a",)}))
    {
      "value": 1627584457.10,
      "share": null,
      "ids": [
        "a"
      ]
    }
    """
    if isinstance(value, Mapping):
        parts = [f"{json.dumps(str(k))}: {dumps(v, indent + 2)}" for k, v in value.items()]
        return _block("{}", parts, indent)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _block("[]", [dumps(v, indent + 2) for v in value], indent)
    return _scalar(value)


def _block(brackets: str, parts: list[str], indent: int) -> str:
    if not parts:
        return brackets
    gap = "\n" + " " * indent
    return f"{brackets[0]}{gap}  " + f",{gap}  ".join(parts) + f"{gap}{brackets[1]}"


def _scalar(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else "null"
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    if isinstance(value, date):
        return json.dumps(value.isoformat())
    return json.dumps(value, ensure_ascii=False)
