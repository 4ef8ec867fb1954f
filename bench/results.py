"""bench/results.md, put together from parts that are measured apart."""

import re
from pathlib import Path

RESULTS = Path(__file__).parent / "results.md"
# Every part that there may be, in the order of the page; a part is written anew by itself.
ORDER = (
    "about", "reports", "questions", "narrowed", "load", "growth", "people", "notes",
)  # fmt: skip
_PART = re.compile(r"<!-- part: (\S+) -->\n(.*?)(?=<!-- part: |\Z)", re.DOTALL)


def put(name: str, text: str, file: Path = RESULTS) -> None:
    """Write one part into the page, in its place; the others stay as they are.

    ``name`` is one of ``ORDER``, or one of these and an engine: ``reports-duckdb``.
    """
    parts = read(file) | {name: text.strip()}
    named = sorted(parts, key=_place)
    written = (f"<!-- part: {one} -->\n{parts[one]}\n" for one in named)
    file.write_text("# What was measured\n\n" + "\n".join(written), encoding="utf-8")


def read(file: Path = RESULTS) -> dict[str, str]:
    """The parts that are written already, by name."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return {name: part.strip() for name, part in _PART.findall(text)}


def _place(name: str) -> tuple[int, str]:
    kind = name.split("-")[0]
    return (ORDER.index(kind) if kind in ORDER else len(ORDER), name)


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """A table in Markdown: the first column is text, the others are numbers."""
    rule = ("---", *("---:" for _ in head[1:]))
    cells = [head, rule, *(tuple(map(str, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)
