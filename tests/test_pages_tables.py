"""Tables as they are sent: the words and colours that pandas would give each cell, made once."""

from typing import Any

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
from pandas.io.formats.style import Styler
from streamlit.elements import arrow
from streamlit.proto.ArrowData_pb2 import ArrowData

from pages.parts import styled, tables
from pages.parts.once import once
from spend.outputs.cells import whole
from spend.outputs.colours import DARK, LIGHT
from spend.result import Table, TableColumn

TABLE = Table(
    "budget", "Budget",
    (
        TableColumn("name", "Name", "text"),
        TableColumn("amount", "Amount", "money"),
        TableColumn("variance", "Δ", "money", "budget_variance"),
        TableColumn("share", "Share", "share"),
    ),
    (("Works", 1_250.4, -20.0, 0.25), ("Office", None, 30.0, None), ("Paint", 0, 0, 1.0)),
    depth=(0, 1, 0),
    total=("Total", 1_250.4, 10.0, None),
)  # fmt: skip


def sent(frame: Styler) -> tuple[Any, dict[str, str], bytes]:
    """What a styled frame's cells say, their styles, and all of it as it is sent."""
    proto = ArrowData()
    arrow.marshall_styler(proto, frame, "x")  # type: ignore[attr-defined]
    with pa.ipc.open_stream(proto.styler.display_values) as stream:
        words = stream.read_all().to_pydict()
    rules = (rule.removesuffix(" }").split(" { ") for rule in proto.styler.styles.splitlines())
    styles = {cell.split("_", 2)[2]: style for cells, style in rules for cell in cells.split(", ")}
    return words, styles, proto.SerializeToString()


def by_pandas() -> Styler:
    """The same table, each cell worked out by pandas."""
    data = tables.frame(TABLE, 1, "EUR")
    said = {"amount": whole, "variance": whole, "share": tables.WORDS["share"]}

    def judged(value: Any) -> str:
        colour = LIGHT.bad if value > 0 else LIGHT.good
        return f"color: {colour}" if value else ""

    shown = data.style.format(said, na_rep=tables.NOTHING)  # type: ignore[arg-type]
    shown = shown.map(judged, subset=["variance"])
    return shown.map(lambda _: tables.TOTAL, subset=pd.IndexSlice[[3], :])


def made(most_rows: int = 24, colours: Any = LIGHT) -> tables.Ready:
    return once(tables._ready, TABLE, "EUR", most_rows, False, colours)


def test_each_cell_says_and_looks_as_pandas_would_have_it() -> None:
    words, styles, _ = sent(made().styled)
    expected = sent(by_pandas())
    assert (words, styles) == expected[:2]
    assert words["amount"] == ["1,250", tables.NOTHING, "0", "1,250"]
    assert words["name"] == ["Works", f"{tables.INDENT}Office", "Paint", "Total"]


def test_what_pandas_styles_is_sent_as_streamlit_would() -> None:
    assert sent(styled.at_once(by_pandas()))[:2] == sent(by_pandas())[:2]


def test_a_total_out_of_sight_stands_on_top() -> None:
    words, styles, _ = sent(made(most_rows=3).styled)
    assert words["name"][0] == "Total"
    assert made(most_rows=3).first == 1
    assert styles["row0_col0"] == tables.TOTAL


def test_the_same_is_sent_again_and_the_other_theme_is_its_own() -> None:
    assert made() is made()
    assert sent(made().styled) == sent(tables._ready(TABLE, "EUR", 24, False, LIGHT).styled)
    assert sent(made().styled)[1] != sent(made(colours=DARK).styled)[1]
