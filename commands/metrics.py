"""The metrics: what each means, who answers for it, and where it is used."""

from typing import TYPE_CHECKING

import click

from commands import console

if TYPE_CHECKING:
    from spend.metric import Metric

SHOWN = ("id", "label", "unit", "owner", "better", "activity", "settings", "used", "source")


@click.command()
@click.argument("names", nargs=-1, metavar="[ID]...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def metrics(names: tuple[str, ...], as_json: bool) -> None:
    """List every metric, or all about those named by ID."""
    from spend.definition_words import declaration

    found = [declaration(metric) for metric in _named(names)]
    if as_json:
        console.say_json(found)
    elif names:
        for each in found:
            console.table(("declared", "as"), ((key, _said(said)) for key, said in each.items()))
    else:
        console.table(SHOWN, ([_said(each[name]) for name in SHOWN] for each in found))


def _named(names: tuple[str, ...]) -> "list[Metric]":
    from spend.registry import all_metrics

    known = all_metrics()
    if unknown := [name for name in names if name not in known]:
        raise click.UsageError(f"no metric {unknown[0]!r}; `spend metrics` lists them")
    return [known[name] for name in names or known]


def _said(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
