"""The options that narrow a report: one for every key of a link, from the same declaration."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import click

from queries.errors import ConcordError
from queries.selection import FILTERS, Pin, Selection

if TYPE_CHECKING:
    from queries.store import Store

ONCE = {
    "from": "First fiscal period, such as 2025-01.",
    "to": "Last fiscal period.",
    "budget_version": "The budget to compare with.",
    "as_of": "Read the store as it was after this load.",
    "lens": "finance, both or procurement.",
}
REPEATED = {one.key: f"Only this {one.one}; may be repeated." for one in FILTERS}

Command = Callable[..., None]


def narrowed(command: Command) -> Command:
    """Give a command one option for every key of a link."""
    for key, words in reversed([*ONCE.items(), *REPEATED.items()]):
        flag = f"--{key.replace('_', '-')}"
        command = click.option(flag, key, multiple=key in REPEATED, help=words)(command)
    return command


def selection(store: "Store", params: Mapping[str, list[str]]) -> Selection:
    """The selection asked for. A page drops what a link gets wrong; here nobody would see it."""
    from queries.selection import parse
    from queries.window import read_choices

    with store.reader(_pin(params)) as reader:
        selection, notices = parse(params, read_choices(reader))
    if notices:
        what, _, why = notices[0].removeprefix("The link's ").partition(" was left out: ")
        raise ConcordError(f"{what}: {why}")
    return selection


def _pin(params: Mapping[str, list[str]]) -> Pin | None:
    try:
        return Pin.parse(params["as_of"][0]) if "as_of" in params else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--as-of") from None
