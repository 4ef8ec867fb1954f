"""The command line `spend`: which command lives where, and how a failure is told.

A command's module is imported when it is named, and imports what it needs when it runs, so that
`spend report` starts without the app. Exit codes: 0 good, 1 cannot be met, 2 bad usage.
"""

import importlib
import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import click

from queries.errors import ConcordError, one_line

COMMANDS = {
    "init": "store",
    "demo": "demo",
    "load": "load",
    "goal": "goal",
    "serve": "serve",
    "report": "report",
    "pack": "pack",
    "metrics": "metrics",
    "changes": "loads",
    "batches": "loads",
    "rejects": "loads",
    "check": "store",
    "backup": "store",
    "restore": "store",
}


class Lazy(click.Group):
    """A group whose commands are found by name, in the order people meet them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"commands.{COMMANDS[cmd_name]}")
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="concord", prog_name="spend")
def cli() -> None:
    """One set of numbers for finance and procurement.

    The store is the folder CONCORD_HOME (default: var), or the PostgreSQL database CONCORD_STORE.
    """


def main() -> None:
    """Run the command line. Whatever goes wrong is one line, never a traceback."""
    sys.excepthook = _unexpected
    try:
        cli(prog_name="spend")
    except ConcordError as error:
        _say(str(error))
        sys.exit(1)


def _unexpected(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    """Say what nobody foresaw in one line, and keep the rest in the log. The exit code is 1."""
    _say(f"{_first_line(error)} ({kind.__name__}{_logged(kind, error, at)})")


def _first_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return next(iter(str(error).splitlines()), "something unexpected happened")


def _logged(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> str:
    from queries import log

    home = Path(os.environ.get("CONCORD_HOME", "var"))
    lines = "".join(traceback.format_exception(kind, error, at))
    now = datetime.now(UTC).replace(tzinfo=None)
    try:
        request = log.event(home, "error", now, command=sys.argv[1:2], error=lines)
    except OSError:
        return ""
    return f"; request {request} in {home / 'log.jsonl'}"


def _say(message: str) -> None:
    print(f"spend: {one_line(message)}", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
