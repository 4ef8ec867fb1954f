"""Creating, checking, saving and bringing back the store."""

import sys
from pathlib import Path

import click

from commands import console, context


@click.command()
@click.option("--currency", metavar="CODE", help="Reporting currency; EUR unless said.")
@click.option("--fiscal-year-start", type=click.IntRange(1, 12), metavar="MONTH", help="1 to 12.")
def init(currency: str | None, fiscal_year_start: int | None) -> None:
    """Create the store, or upgrade an older one."""
    from queries.migration import initialise

    given = {"currency": currency, "fiscal_year_start": fiscal_year_start}
    settings = {name: str(value) for name, value in given.items() if value is not None}
    with context.opened() as store:
        initialise(store, settings, context.now(), context.person())
        with store.reader() as reader:
            kept, loads = reader.settings, reader.batch
    console.say(
        f"The store is ready: figures in {kept.currency}, fiscal year from month "
        f"{kept.fiscal_year_start}."
    )
    if loads and fiscal_year_start not in (None, kept.fiscal_year_start):
        console.say(f"From the next load on, it will be from month {fiscal_year_start}.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(as_json: bool) -> None:
    """Check keys, references, and marts against lines."""
    from queries.check import check as findings_of

    with context.opened() as store, store.reader() as reader:
        findings = findings_of(reader)
    if as_json:
        console.say_json([vars(f) for f in findings])
    else:
        rows = [(f.severity, f.table, f.count, f.message) for f in findings]
        if rows:
            console.table(("severity", "table", "count", "finding"), rows)
        else:
            console.say("The store is sound.")
    if any(f.severity == "error" for f in findings):
        raise SystemExit(1)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Save the whole store as one FILE."""
    from queries.backup import backup as save

    with context.opened() as store:
        save(store, file)
    console.say(f"Saved to {file}.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Bring the store back from a backup FILE."""
    from queries.backup import restore as bring_back

    if sys.stdin.isatty():
        click.confirm("What the store holds now will be gone. Go on?", abort=True)
    with context.opened() as store:
        bring_back(store, file, context.now(), context.person())
    console.say(f"Restored from {file}.")
