"""How commands speak.

On a terminal, tables are drawn and progress moves; in a pipe, tables are tab-separated lines.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from functools import partial
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pandas import DataFrame


say = click.echo


def say_json(value: object) -> None:
    """One JSON document, amounts with every digit."""
    from spend.outputs import exact

    click.echo(exact.dumps(value))


@contextmanager
def progress(first: str) -> Iterator[Callable[[str], None]]:
    """Tell what is going on: one moving line on a terminal, plain lines otherwise."""
    from rich.console import Console

    if sys.stderr.isatty():
        with Console(stderr=True).status(first) as status:
            yield status.update
    else:
        yield partial(click.echo, err=True)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their headings."""
    words = [[_word(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        for line in (headings, *words):
            click.echo("\t".join(line))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(*headings, box=None, pad_edge=False, header_style="bold")
    for line in words:
        grid.add_row(*map(Text, line))
    Console().print(grid)


def frame(data: "DataFrame", as_json: bool) -> None:
    """Print a frame as a table, or as a list of objects."""
    headings = [str(c) for c in data.columns]
    rows = list(data.itertuples(index=False, name=None))
    if as_json:
        say_json([dict(zip(headings, map(_plain, row), strict=True)) for row in rows])
    else:
        table(headings, rows)


def _word(value: object) -> str:
    from spend.outputs.cells import printable

    return "" if (plain := _plain(value)) is None else printable(str(plain))


def _plain(value: object) -> object:
    """A frame's value as Python's own; its NaN and NaT differ from themselves, and are nothing."""
    if value != value:
        return None
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date()  # frames hold days as moments
    return getattr(value, "item", lambda: value)()  # NumPy's scalars
