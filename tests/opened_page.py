"""A page opened by a link, as somebody new, and what it then says."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT

Open = Callable[..., AppTest]


@contextmanager
def opening(page: str) -> Iterator[Open]:
    """Opens a page, given by its file, with the parameters of a link; nothing is kept after."""

    def open_page(**params: str | list[str]) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.switch_page(page)
        for key, value in params.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception, app.exception
        return app

    st.cache_resource.clear()
    yield open_page
    st.cache_resource.clear()


def figures(app: AppTest) -> dict[str, str]:
    """Every tile by its label."""
    return {m.label: m.value for m in app.metric}


def said(app: AppTest) -> str:
    """Everything the page says in words."""
    parts = (app.subheader, app.caption, app.markdown, app.info, app.text, app.warning)
    text = " ".join(one.value for part in parts for one in part)
    return text.replace("\\", "").replace("\u00a0", " ")


def table(app: AppTest, column: str) -> Any:
    """The table of the page that has a column."""
    return next(one.value for one in app.dataframe if column in one.value.columns)
