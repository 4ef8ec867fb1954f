"""Take a page away: all of it as a workbook or a deck, or one table as CSV, in full digits; and
the pack of a meeting. Each is made when somebody asks for it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from pages.parts import frame, links, store
from spend import pack as packs
from spend.outputs import sheet
from spend.outputs.about import Origin
from spend.result import Report, Table

OFFICE = "application/vnd.openxmlformats-officedocument."
XLSX, PPTX = f"{OFFICE}spreadsheetml.sheet", f"{OFFICE}presentationml.presentation"


def menu(report: Report, whole: Callable[[], Report] | None = None) -> None:
    """The forms in which the page can leave; where it shows a part of a report, ``whole`` makes all
    of it."""
    origin, make = _origin(), whole or (lambda: report)
    with st.popover("Export", icon=":material/download:", type="tertiary", key="export"):
        _button("Excel workbook, all tables", partial(_xlsx, make, origin), report, "xlsx", XLSX)
        _button("PowerPoint, native charts", partial(_pptx, make, origin), report, "pptx", PPTX)
        for name, table in sheet.tables(report).items():
            st.download_button(
                f"CSV: {table.called.lower()}",
                partial(_csv, table),
                file_name=f"{_stem(report)}-{name}.csv",
                mime="text/csv",
                on_click="ignore",
                type="tertiary",
                key=f"csv_{name}",
            )


def pack(name: str) -> None:
    """A meeting's pack, as a deck and as a workbook."""
    with st.container(horizontal=True, gap="xsmall", key="pack"):
        for label, ending, mime in (("PowerPoint", "pptx", PPTX), ("Excel", "xlsx", XLSX)):
            st.download_button(
                f"Pack: {label}",
                partial(_pack, name, ending),
                file_name=f"{packs.stem(name)}.{ending}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"pack_{ending}",
            )


def _button(label: str, make: "partial[bytes]", report: Report, ending: str, mime: str) -> None:
    st.download_button(
        label, make, file_name=f"{_stem(report)}.{ending}", mime=mime, on_click="ignore",
        type="tertiary", key=f"export_{ending}",
    )  # fmt: skip


def _origin() -> Origin:
    """The view on the screen, pinned: its whole address, and when its load was made."""
    view = frame.view()
    pinned = replace(view.selection, as_of=view.at.pin)
    return Origin(links.of(pinned), store.loaded_at(view.at))


def _xlsx(make: Callable[[], Report], origin: Origin) -> bytes:
    from spend.outputs import workbook  # takes a moment, and most visits export nothing

    return workbook.to_xlsx(make(), origin)


def _pptx(make: Callable[[], Report], origin: Origin) -> bytes:
    from spend.outputs import slides

    return slides.to_pptx(make(), origin)


def _pack(name: str, ending: str) -> bytes:
    from spend.outputs import pack as made

    found = packs.pack(store.store(), name, store.now().date())
    return made.to_pptx(found) if ending == "pptx" else made.to_xlsx(found)


def _csv(table: Table) -> bytes:
    return sheet.to_csv(table).encode("utf-8-sig")


def _stem(report: Report) -> str:
    return f"concord-{report.name}-load-{report.batch}"
