"""JSON whose amounts keep every digit."""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal


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
