"""What holds for every command: help, exit codes, and one line when something goes wrong."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands.main import COMMANDS, cli
from tests.command_line import spend, spend_apart


def test_help_lists_every_command() -> None:
    text = CliRunner().invoke(cli, ["--help"]).output
    assert [name for name in COMMANDS if f"\n  {name} " not in text] == []


def test_help_cuts_no_sentence_short() -> None:
    commands = CliRunner().invoke(cli, ["--help"]).output.partition("Commands:")[2]
    assert "..." not in commands


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    assert CliRunner().invoke(cli, [name, "--help"]).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["load"],
        ["load", "no-such-folder"],
        ["rejects", "first"],
        ["init", "--fiscal-year-start", "13"],
        ["changes", "--from", "2", "--to", "1"],
        ["report", "no-such-page"],
        ["report", "budget", "--as-of", "yesterday"],
        ["report", "budget", "--set", "no_such_control=1"],
        ["serve", "--port", "0"],
    ],
)
def test_bad_usage_exits_with_two(words: list[str]) -> None:
    result = CliRunner().invoke(cli, words)
    assert (result.exit_code, result.stdout) == (2, "")


def test_a_request_that_cannot_be_met_is_one_line() -> None:
    outcome = spend("init", "--currency", "EURO")
    assert outcome.code == 1
    assert outcome.complaint.startswith("spend: currency 'EURO':")


def test_what_nobody_foresaw_is_one_line_and_a_log_entry(tmp_path: Path) -> None:
    outcome = spend_apart(
        "init",
        CONCORD_HOME=str(tmp_path),
        CONCORD_STORE="postgresql+psycopg://nobody@127.0.0.1:1/none",
    )
    assert outcome.code == 1
    assert "Connection refused" in outcome.complaint or "failed" in outcome.complaint
    entry = json.loads((tmp_path / "log.jsonl").read_text(encoding="utf-8"))
    assert entry["request"] in outcome.complaint
    assert "Traceback" in entry["error"]


def test_a_store_that_is_no_folder_is_one_line(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    outcome = spend_apart("init", CONCORD_HOME=str(blocked))
    assert outcome.code == 1
    assert str(blocked) in outcome.complaint
