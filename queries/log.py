"""One JSON line per load, report and error, for whoever operates Concord."""

import json
import uuid
from datetime import datetime
from pathlib import Path


def event(home: Path, kind: str, now: datetime, **details: object) -> str:
    """Append one line to ``log.jsonl`` in the store's folder; gives the line's request id."""
    request = uuid.uuid4().hex[:12]
    line = {"at": now.isoformat(), "kind": kind, "request": request, **details}
    home.mkdir(parents=True, exist_ok=True)
    with (home / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, default=str, ensure_ascii=False) + "\n")
    return request
