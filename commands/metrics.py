"""The metrics, from their declarations."""

import click

from commands import console

SHOWN = ("id", "label", "unit", "owner", "better", "source")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def metrics(as_json: bool) -> None:
    """List every metric with its declaration."""
    from spend.registry import all_metrics

    declarations = [metric.plain() for metric in all_metrics().values()]
    if as_json:
        console.say_json(declarations)
    else:
        console.table(SHOWN, ([d[name] for name in SHOWN] for d in declarations))
