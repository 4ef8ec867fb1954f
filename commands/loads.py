"""What was loaded, what was turned away, and what moved between two loads."""

import click

from commands import console, context
from commands.written import write


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def batches(as_json: bool) -> None:
    """List the loads."""
    from queries import batches as books

    with context.opened() as store, store.reader() as reader:
        console.frame(books.batches(reader), as_json)


@click.command()
@click.argument("batch", type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rejects(batch: int, as_json: bool) -> None:
    """List the rows that a load turned away, and why."""
    from queries import batches as books

    with context.opened() as store, store.reader() as reader:
        console.frame(books.rejects(reader, batch), as_json)


@click.command()
@click.option("--from", "before", type=click.IntRange(1), required=True, help="The earlier load.")
@click.option("--to", "after", type=click.IntRange(1), required=True, help="The later load.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def changes(before: int, after: int, as_json: bool) -> None:
    """Say what moved between two loads, by table and by figure."""
    if before >= after:
        raise click.BadParameter("the earlier load comes first", param_hint="--from")
    from spend.changes import changes as moved

    with context.opened() as store:
        report = moved(store, before, after)
    write(report, "json" if as_json else "table", None, None)
