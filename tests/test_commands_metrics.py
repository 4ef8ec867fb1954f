"""`spend metrics`: all that is declared, as a table, as JSON, or of some in full; no store."""

from click.testing import CliRunner

from commands.main import cli
from spend.definition_words import declaration
from spend.registry import all_metrics
from tests.command_line import spend


def test_json_leaves_nothing_of_a_declaration_out() -> None:
    found = spend("metrics", "--json").json
    assert found == [declaration(metric) for metric in all_metrics().values()]
    days = next(one for one in found if one["id"] == "paid_early_share")
    assert (days["settings"], days["used"]) == (["early_days"], ["terms", "kpis"])
    assert days["activity"] == "Paying early on purpose"


def test_the_table_has_a_row_for_every_metric() -> None:
    lines = spend("metrics").out.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["id", *all_metrics()]


def test_some_are_shown_in_full() -> None:
    said = spend("metrics", "on_time_in_full", "days_to_pay").out
    for name in ("on_time_in_full", "days_to_pay"):
        one = all_metrics()[name]
        assert one.formula in said
        assert one.finance_reading in said
    assert "otif_days" in said


def test_an_unknown_metric_is_bad_usage() -> None:
    result = CliRunner().invoke(cli, ["metrics", "days_to_play"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no metric 'days_to_play'" in result.stderr
