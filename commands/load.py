"""Loading a company's own files: the exemplary command."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands import console, context

if TYPE_CHECKING:
    from queries.load import LoadOptions, LoadResult

COUNTS = ("read", "loaded", "unchanged", "superseded", "rejected", "closed", "reconverted")


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--replace", is_flag=True, help="Close rows that a file no longer has.")
@click.option("--strict", is_flag=True, help="Load nothing if any row is bad.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def load(path: Path, replace: bool, strict: bool, dry_run: bool, as_json: bool) -> None:
    """Load your own files.

    PATH is a folder, a CSV, Parquet or Excel file, or a mapping (TOML).
    """
    from queries.load import LoadOptions

    result = load_into_store(path, LoadOptions(replace, strict, dry_run))
    if as_json:
        console.say_json(asdict(result))
    else:
        tell(result)


def load_into_store(path: Path, options: "LoadOptions") -> "LoadResult":
    """Load into the store that the environment names, telling how it goes."""
    from queries.load import load as load_batch

    with context.opened() as store, console.progress(f"Loading {path} …") as notify:
        return load_batch(
            store,
            path,
            options=options,
            now=context.now(),
            user=context.person(),
            notify=notify,
        )


def tell(result: "LoadResult") -> None:
    """Say what became of every record that was read."""
    rows = [(t.table_name, *(getattr(t, name) for name in COUNTS)) for t in result.tables]
    console.table(("table", *COUNTS), rows)
    for table in result.tables:
        if table.unknown_columns:
            names = ", ".join(table.unknown_columns)
            console.say(f"{table.table_name}: columns nobody asked for were ignored: {names}")
    done = "Dry run, nothing kept" if result.dry_run else f"Load {result.batch}"
    console.say(f"{done}: data through {result.data_through}, in {result.seconds:.1f} s.")
    if result.rejected and not result.dry_run:
        console.say(f"Rejected rows: {result.rejected}. See why: spend rejects {result.batch}")
