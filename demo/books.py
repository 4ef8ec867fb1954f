"""The invoice book: every source of invoice lines brought together, numbered, dated and termed."""

import zlib

import numpy as np
import pandas as pd

from demo.dates import THROUGH, days, month_end, working_day
from demo.draws import Array, generator
from demo.suppliers import DISCOUNTERS, EARLY_PAID, numbered


def together(parts: dict[str, pd.DataFrame], suppliers: pd.DataFrame) -> pd.DataFrame:
    """All lines that were posted by the last booked day; ``invoice`` numbers the documents."""
    frame = pd.concat(
        [part if "source" in part else part.assign(source=name) for name, part in parts.items()],
        ignore_index=True,
    )
    frame["credit"] = frame["credit"].eq(True)
    frame = _prompt(frame, suppliers)
    frame = frame[days(frame, "posted_on") <= THROUGH].copy()
    key = ["posted_on", "source", "group"]
    frame = frame.sort_values(key, ignore_index=True, kind="stable")
    frame["invoice"] = frame.groupby(key).ngroup()
    return frame


def _prompt(frame: pd.DataFrame, suppliers: pd.DataFrame) -> pd.DataFrame:
    """Invoices with a discount are posted at once, and none lapses at the turn of a month."""
    term = frame["supplier_id"].map(suppliers.set_index("supplier_id")["payment_term_code"])
    within = np.where(term == "D3N60", 14, 10)
    special = term.str.startswith("D").fillna(False).to_numpy(dtype=bool)
    dated = days(frame, "invoice_date")
    ends = dated + within
    edge = (ends - ends.astype("M8[M]").astype("M8[D]")).astype(int) < 2
    edge |= (month_end(ends) - ends).astype(int) < 2
    dated = np.where(special & edge, dated - 4, dated)
    soon = working_day(dated + 1 + frame["group"].to_numpy() % 3)
    frame["invoice_date"] = dated
    for column in ("received_on", "posted_on"):
        frame[column] = np.where(special, soon, days(frame, column))
    return frame


def number(frame: pd.DataFrame) -> pd.DataFrame:
    """The supplier's own invoice number, in the supplier's own style."""
    heads = frame.drop_duplicates("invoice")
    count = heads.groupby("supplier_id").cumcount().to_numpy()
    words = []
    rows = zip(heads["supplier_id"], heads["credit"], days(heads, "invoice_date"), count,
               strict=True)  # fmt: skip
    for supplier, credit, date, place in rows:
        code = zlib.crc32(supplier.encode())
        serial = 1000 + code % 40000 + 7 * int(place)
        year = str(date)[:4]
        style = (f"RE-{year}-{serial}", f"{serial:08d}", f"INV/{serial}", f"{year}{serial}")
        words.append(f"CN-{serial}" if credit else style[code % 4])
    numbers = pd.Series(words, index=heads["invoice"].to_numpy())
    return frame.assign(invoice_number=frame["invoice"].map(numbers))


def identify(frame: pd.DataFrame) -> pd.DataFrame:
    """Our own document numbers, in the order of posting, and line numbers within each."""
    key = ["posted_on", "source", "group"]
    frame = frame.sort_values(key, ignore_index=True, kind="stable")
    frame["invoice"] = frame.groupby(key).ngroup()
    frame["invoice_id"] = [f"I-{n + 1:06d}" for n in frame["invoice"]]
    frame["line_no"] = frame.groupby("invoice").cumcount() + 1
    return frame


def net_due(dated: Array, codes: Array, terms: pd.DataFrame) -> Array:
    """The due date under a term, counted from the month's end where the term says so."""
    table = terms.set_index("payment_term_code")
    net = table["net_days"].reindex(codes).fillna(30).to_numpy(dtype=int)
    late = table["end_of_month"].reindex(codes).eq(True).to_numpy()
    found: Array = np.where(late, month_end(dated), dated) + net
    return found


def termed(
    frame: pd.DataFrame, suppliers: pd.DataFrame, contracts: pd.DataFrame, terms: pd.DataFrame
) -> pd.DataFrame:
    """Each invoice's agreed term, written on most; where AP follows the master, on none."""
    rng = generator("invoice terms")
    own = frame["supplier_id"].map(suppliers.set_index("supplier_id")["payment_term_code"])
    contract = frame["contract_id"].map(contracts.set_index("contract_id")["payment_term_code"])
    agreed = contract.where(contract.notna(), own)
    agreed = agreed.groupby(frame["invoice"]).transform("first")
    quiet = frame["supplier_id"].isin([numbered(suppliers, place) for place in EARLY_PAID])
    draw = rng.random((int(frame["invoice"].max()) + 1, 2))[frame["invoice"]]
    frame["agreed"] = agreed
    frame["payment_term_code"] = agreed.where((draw[:, 0] < 0.6) & ~quiet, "")
    due = net_due(days(frame, "invoice_date"), agreed.to_numpy(dtype=object), terms)
    shown = (draw[:, 1] < 0.9) & ~quiet.to_numpy()
    frame["settles_on"] = due
    frame["due_date"] = np.where(shown, due, np.datetime64("NaT", "D"))
    return frame


def discount_suppliers(suppliers: pd.DataFrame) -> list[str]:
    """The suppliers who give a discount for paying sooner."""
    return [numbered(suppliers, place) for place in DISCOUNTERS]
