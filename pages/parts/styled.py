"""Styled tables as the browser gets them: the words and colours of every cell, worked out once.

Streamlit has pandas work out each cell of a styled frame anew on every rerun, and that takes longer
than all else on a page. Here a frame is ready to be sent once it is made.
"""

from collections.abc import Mapping, Sequence

import pandas as pd
from pandas.io.formats.style import Styler
from streamlit import dataframe_util
from streamlit.elements import arrow
from streamlit.elements.lib import pandas_styler_utils
from streamlit.proto.ArrowData_pb2 import ArrowData

Styles = Mapping[str, Sequence[tuple[int, int]]]  # a style, and its cells by row and column

READY = "ready"
work_out = pandas_styler_utils.marshall_styler


def ready(data: pd.DataFrame, said: Mapping[str, Sequence[str]], styles: Styles) -> Styler:
    """A frame whose cells say what ``said`` has by column, in these styles."""
    words = {name: pd.Series(list(cells), dtype="str") for name, cells in said.items()}
    proto = ArrowData()
    proto.styler.display_values = dataframe_util.convert_pandas_df_to_arrow_bytes(
        pd.DataFrame(words)
    )
    proto.styler.uuid = READY
    proto.styler.styles = "\n".join(
        f"{', '.join(f'#T_{READY}_row{row}_col{column}' for row, column in cells)} {{ {style} }}"
        for style, cells in styles.items()
    )
    return _holding(data, proto)


def at_once(styled: Styler) -> Styler:
    """A frame that pandas styles, with each of its cells worked out here and now."""
    proto = ArrowData()
    work_out(proto, styled.set_uuid(READY), READY)
    return _holding(styled.data, proto)  # type: ignore[attr-defined]


def _holding(data: pd.DataFrame, proto: ArrowData) -> Styler:
    found = data.style
    vars(found)[READY] = proto.styler
    return found


def _send(proto: ArrowData, styled: Styler, default_uuid: str) -> None:
    """What Streamlit calls for a styled frame: what is ready is sent as it is."""
    if found := vars(styled).get(READY):
        proto.styler.CopyFrom(found)
    else:
        work_out(proto, styled, default_uuid)


arrow.marshall_styler = _send  # type: ignore[assignment,attr-defined]
