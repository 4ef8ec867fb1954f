"""The goal that both teams signed, as a version of the budget."""

import click

from commands import console, context


@click.command()
@click.argument("year", type=click.IntRange(1900, 2200))
def goal(year: int) -> None:
    """Load the goal that both teams signed for a year.

    YEAR is a fiscal year, such as 2027; its budget version is called "2027 agreed".
    """
    from spend.goal_budget import load_agreed, version_of

    with context.opened() as store, console.progress(f"Loading the goal of {year} …"):
        result = load_agreed(store, year, now=context.now(), user=context.person())
    version = version_of(year)
    if result is None:
        console.say(f"{version} is loaded already; nothing changed.")
    else:
        console.say(f"Load {result.batch}: the budget {version}, {result.tables[0].read:,} lines.")
