"""A report as it leaves the command line: for a terminal, for a program, or as an office file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spend.outputs.about import Origin
    from spend.result import Report

FORMATS = ("table", "json", "csv", "xlsx", "pptx")
FILES = ("xlsx", "pptx")  # nothing for a terminal


def write(
    made: "Report",
    format: str,
    part: str | None,
    output: Path | None,
    origin: "Origin | None" = None,
) -> None:
    from rich.console import Console

    from spend.outputs import data, sheet, text

    if format == "table" and output is None:
        text.show(made, Console(width=None if sys.stdout.isatty() else text.WIDE))
    elif format == "table":
        _put(text.plain(made).encode(), output)
    elif format == "json":
        _put(data.text(made).encode(), output)
    elif format == "csv":
        _put(sheet.to_csv(sheet.named(made, part)).encode(), output)
    elif format == "xlsx":
        from spend.outputs import workbook

        _put(workbook.to_xlsx(made, origin), output)
    else:
        from spend.outputs import slides

        _put(slides.to_pptx(made, origin), output)


def _put(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
