"""Upload: files from a browser through the same door as ``spend load``, once for each press."""

import threading
from collections.abc import Sequence
from datetime import datetime

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.parts import person, store, tables, words
from queries.errors import ConcordError
from spend import data
from spend.result import Report

TYPES = ["csv", "gz", "parquet", "xlsx"]
RESULT = "upload_result"


@st.cache_resource(show_spinner=False)
def _claims() -> tuple[threading.Lock, set[str]]:
    """Which requests this server has taken up: a second click finds its request taken."""
    return threading.Lock(), set()


def panel() -> None:
    """Choose files, load them, and see what became of every record."""
    st.subheader("Load files", anchor=False)
    st.caption(
        "One table to a file, or one to a sheet, named as in the contract: supplier.csv, "
        "invoice_line.parquet, a workbook. Good rows load; bad ones are listed with their reasons."
    )
    files = st.file_uploader(
        "Files", type=TYPES, accept_multiple_files=True, key="upload", label_visibility="collapsed"
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button(
            "Load", type="primary", key="upload_load", disabled=not files,
            on_click=_load, args=(files,), icon=":material/upload:",
        )  # fmt: skip
        st.toggle("Load nothing if any row is bad", key="upload_strict")
        st.toggle("Close rows that the files no longer have", key="upload_replace")
    _result()


def _load(files: Sequence[UploadedFile]) -> None:
    """The press of the button, before anything is drawn; nothing is drawn here."""
    replace, strict = (bool(st.session_state.get(f"upload_{k}")) for k in ("replace", "strict"))
    request = f"{sorted(file.file_id for file in files)} {replace} {strict}"
    if not _claim(request):
        return
    named = [(file.name, file.getvalue()) for file in files]
    who = person.here().name
    try:
        st.session_state[RESULT] = data.upload(
            store.store(), named, replace=replace, strict=strict, now=datetime.now(), user=who
        )
    except ConcordError as error:
        _release(request)
        st.session_state[RESULT] = str(error)


def _claim(request: str) -> bool:
    """Whether this press is the first of its kind; another one finds it taken."""
    lock, taken = _claims()
    with lock:
        fresh = request not in taken
        taken.add(request)
    return fresh


def _release(request: str) -> None:
    """A load that failed may be tried again."""
    lock, taken = _claims()
    with lock:
        taken.discard(request)


def _result() -> None:
    result: Report | str | None = st.session_state.get(RESULT)
    if isinstance(result, str):
        st.error(words.plain(result), icon=":material/error:")
    elif result is not None:
        st.success(words.plain(result.message), icon=":material/check:")
        for table in result.tables:
            tables.show(table, result.currency)
