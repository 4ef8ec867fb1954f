"""Which order lines came by the date that was promised last: the mart beside that of promises."""

from typing import Any

from sqlalchemy import Select

from queries.promise_marts import flow_of
from queries.settings import Settings
from queries.versions import Rows, current


def final_promise_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Order lines by the day last promised, and by when they were in full.

    It is the promise in force; where that was taken back, the latest before it.
    """
    return flow_of(rows, "promised_last")
