"""Running `spend` as people do, with a store of the test's own."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from commands.main import main
from tests.conftest import ROOT


@dataclass(frozen=True)
class Outcome:
    """How one command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line that a command which cannot be met leaves behind."""
        lines = [line for line in self.err.splitlines() if line.startswith("spend: ")]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0]


def spend(*words: str | Path, **environment: str) -> Outcome:
    """Run one command to its end, here, where it costs no second of imports."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with (
        patch.dict(os.environ, environment),
        patch.object(sys, "argv", ["spend", *map(str, words)]),
        patch.object(sys, "excepthook", sys.excepthook),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    return Outcome(int(ended.value.code or 0), _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def spend_apart(*words: str | Path, **environment: str) -> Outcome:
    """Run one command to its end in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-m", "commands.main", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return Outcome(ended.returncode, ended.stdout, ended.stderr)


def write_extract(folder: Path, **tables: str) -> Path:
    """A folder of CSV files, one a table."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, text in tables.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    return folder
