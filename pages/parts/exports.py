"""Take a page away: all of it as a workbook, or one table as CSV, in full digits."""

from functools import partial

import streamlit as st

from spend.outputs import sheet
from spend.result import Report, Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def menu(report: Report) -> None:
    """The forms in which the page can leave; made when somebody asks for one."""
    with st.popover("Export", icon=":material/download:", type="tertiary", key="export"):
        st.download_button(
            "Excel workbook, all tables",
            lambda: sheet.to_xlsx(report),
            file_name=f"{_stem(report)}.xlsx",
            mime=XLSX,
            on_click="ignore",
            type="tertiary",
        )
        for name, table in sheet.tables(report).items():
            st.download_button(
                f"CSV: {table.title.lower()}",
                partial(_csv, table),
                file_name=f"{_stem(report)}-{name}.csv",
                mime="text/csv",
                on_click="ignore",
                type="tertiary",
                key=f"csv_{name}",
            )


def _csv(table: Table) -> bytes:
    return sheet.to_csv(table).encode("utf-8-sig")


def _stem(report: Report) -> str:
    return f"concord-{report.name}-load-{report.batch}"
