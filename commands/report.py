"""A page's report, without the page."""

import inspect
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands import context, narrow
from commands.written import FILES, FORMATS, write

if TYPE_CHECKING:
    from spend.outputs.about import Origin
    from spend.result import Report

TODAY = "today"  # what a report calls the day it is


@click.command()
@click.argument("name")
@narrow.narrowed
@click.option("--set", "controls", multiple=True, metavar="NAME=VALUE", help="A page's control.")
@click.option("--format", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--table", "part", metavar="NAME", help="Which table to write as CSV.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def report(
    name: str,
    controls: tuple[str, ...],
    format: str,
    part: str | None,
    output: Path | None,
    **chosen: str | tuple[str, ...] | None,
) -> None:
    """Print a page's report.

    NAME is the page, such as budget; the output is its figures, bridges and tables.
    """
    if format in FILES and output is None and sys.stdout.isatty():
        raise click.UsageError(f"{format} needs a file: --output FILE")
    params = {key: [v] if isinstance(v, str) else list(v) for key, v in chosen.items() if v}
    made, origin = _made(name, params, controls)
    write(made, format, part, output, origin)


def _made(
    name: str, params: Mapping[str, list[str]], controls: tuple[str, ...]
) -> "tuple[Report, Origin]":
    """The report, and the pinned view that it was made of: its page and parameters."""
    from spend.outputs import about
    from spend.reports import REPORTS

    if name not in REPORTS:
        raise click.UsageError(f"no report {name!r}; there are: {', '.join(REPORTS)}")
    make = REPORTS[name]
    given = _controls(make, controls)
    with context.opened() as store:
        selection = narrow.selection(store, params)
        origin = about.origin(store, name, selection, given)
        return make(store, selection, **given, **_clock(make)), origin


def _clock(make: Callable[..., "Report"]) -> dict[str, date]:
    """Today, for a report that asks for it: nothing below the commands reads the clock."""
    asked = TODAY in inspect.signature(make).parameters
    return {TODAY: context.now().date()} if asked else {}


def _controls(make: Callable[..., "Report"], given: tuple[str, ...]) -> dict[str, object]:
    """The page's own controls, each read as the kind of its default."""
    known = list(inspect.signature(make).parameters.values())[2:]
    defaults = {p.name: p.default for p in known if p.name != TODAY}
    controls: dict[str, Any] = {}
    for word in given:
        name, _, value = word.partition("=")
        if name not in defaults:
            raise click.UsageError(f"no control {name!r}; there are: {', '.join(defaults)}")
        kind = type(defaults[name])
        try:
            several = kind is tuple  # may be given again and again
            controls[name] = (*controls.get(name, ()), value) if several else kind(value)
        except ValueError:
            raise click.UsageError(f"control {word!r}: give a number") from None
    return controls
