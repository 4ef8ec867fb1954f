"""Upload: files from a browser through the same door as ``spend load``, once for each press."""

import threading
from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.parts import person, store, tables, words
from queries.errors import ConcordError
from spend import data
from spend.result import Report

TYPES = ["csv", "gz", "parquet", "xlsx"]
REQUEST = "upload_request"
Outcome = Report | str | None


@st.cache_resource(show_spinner=False)
def _taken() -> tuple[threading.Lock, dict[str, Outcome]]:
    """Which requests this server has taken up, and what came of each.

    Not in the session: whoever presses twice stops the first press wherever it next looks there.
    """
    return threading.Lock(), {}


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
    named = [(file.name, file.getvalue()) for file in files]
    who, into, (lock, taken) = person.here().name, store.store(), _taken()
    st.session_state[REQUEST] = request
    with lock:  # from here on the session is left alone
        if request in taken and not isinstance(taken[request], str):
            return
        taken[request] = None
    try:
        taken[request] = data.upload(
            into, named, replace=replace, strict=strict, now=store.now(), user=who
        )
    except ConcordError as error:
        taken[request] = str(error)  # and may be tried again


def _result() -> None:
    result: Outcome = _taken()[1].get(st.session_state.get(REQUEST, ""))
    if isinstance(result, str):
        st.error(words.plain(result), icon=":material/error:")
    elif result is not None:
        st.success(words.plain(result.message), icon=":material/check:")
        for table in result.tables:
            tables.show(table, result.currency)
