"""Data: what is loaded, how fresh it is, what was rejected, and whether it ties out."""

from pages.parts import frame, page, tables, upload
from spend import data

ROWS = 12  # a longer table scrolls, so that the next one is in sight

if frame.view().at.batch:
    report = page.report(data.report)
    page.head(report, moment=False)
    page.message(report)
    for table in report.tables:
        page.heading(table.title)
        tables.show(table, report.currency, most_rows=ROWS, exact=True)
    page.notes(report)
    upload.panel()
    page.actions(report)
else:
    page.welcome()
    upload.panel()
