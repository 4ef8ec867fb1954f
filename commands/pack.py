"""A review's pack, without the page: a deck and a workbook of what was shown and decided."""

from collections.abc import Sequence
from pathlib import Path

import click

from commands import context

FORMATS = ("pptx", "xlsx")


@click.command()
@click.argument("meeting")
@click.option("--format", type=click.Choice(FORMATS), help="Only this one; default: both.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def pack(meeting: str, format: str | None, output: Path | None) -> None:
    """Write a review's pack.

    MEETING is its name, such as 2026-11-22; the files go into this folder, named after it. That of
    a closed review is the same whenever it is made.
    """
    formats = _formats(format, output)
    from spend.pack import pack as made
    from spend.pack import stem

    with context.opened() as store:
        found = made(store, meeting, context.now().date())
    from spend.outputs import pack as outputs

    for ending in formats:
        content = outputs.to_pptx(found) if ending == "pptx" else outputs.to_xlsx(found)
        file = output or Path(f"{stem(meeting)}.{ending}")
        file.write_bytes(content)
        click.echo(str(file))


def _formats(format: str | None, output: Path | None) -> Sequence[str]:
    """Which files to write; with a file's name its ending says so too."""
    if output is None or format:
        return (format,) if format else FORMATS
    ending = output.suffix.removeprefix(".").lower()
    if ending not in FORMATS:
        raise click.UsageError(f"--output ends in .{' or .'.join(FORMATS)}, or give --format")
    return (ending,)
