"""The demo company."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands import console, context
from commands.load import load_into_store, tell

if TYPE_CHECKING:
    from queries.store import Store


@click.command()
@click.option("--if-empty", is_flag=True, help="Only where nothing was loaded yet.")
def demo(if_empty: bool) -> None:
    """Load the demo company, Halden Instruments."""
    from demo import company
    from queries.load import LoadOptions
    from queries.migration import initialise

    with context.opened() as store:
        if if_empty and not _is_empty(store):
            return
        settings = {name: str(value) for name, value in company.SETTINGS.items()}
        initialise(store, settings, context.now(), context.person())
    console.say("Halden Instruments, a made-up company, is being generated and loaded …")
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "halden_instruments"
        company.write(files)
        tell(load_into_store(files, LoadOptions()))


def _is_empty(store: "Store") -> bool:
    """Whether the store has no load yet, or is not there yet."""
    from queries.errors import ConcordError

    try:
        with store.reader() as reader:
            return reader.batch == 0
    except ConcordError:
        return True
