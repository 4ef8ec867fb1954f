"""How each mart follows a load: by what the load touched of it, or made again as a whole.

``SUMS``: its rows are sums by key of what single documents give (an order line, an invoice), never
rounded after they are summed, and not all zero while there is anything to sum. So are sums of
another such mart's rows by fewer keys. ``ROWS``: its rows are of one document each.
``WHOLE``: it compares documents with each other, or holds what comes before and after.
"""

from collections.abc import Mapping

from queries.rollup_tables import tables

SUMS, ROWS, WHOLE = "sums", "rows", "whole"

KINDS: Mapping[str, str] = {
    "spend_flow": SUMS,
    "order_flow": SUMS,
    "invoice": ROWS,
    "payable_flow": SUMS,
    "payment_flow": SUMS,
    "term_flow": SUMS,
    "discount_flow": SUMS,
    "stock_position": WHOLE,
    "receipt_flow": SUMS,
    "lead_time_flow": SUMS,
    "sourcing_flow": SUMS,
    "promise_flow": SUMS,
    "final_promise_flow": SUMS,
    "ordering_flow": SUMS,
    "match_flow": SUMS,
    "match_exception": ROWS,
    "duplicate_invoice": WHOLE,
    "unnumbered_twin": WHOLE,
    "invoice_twin": WHOLE,
    "approval_flow": ROWS,
    "stage_flow": SUMS,
    "path_step_flow": SUMS,
    "path_flow": SUMS,
    "contract_price_flow": SUMS,
    "shared_invoice": WHOLE,
    **dict.fromkeys(tables, SUMS),
}

# Master data that move rows of a mart which do not name them: trees of suppliers and categories,
# contracts that cover whom they do not name, and which suppliers are of the own group.
FAR: Mapping[str, frozenset[str]] = {
    "sourcing_flow": frozenset({"supplier", "category", "contract"}),
    "contract_price_flow": frozenset({"supplier", "contract"}),
    **dict.fromkeys(tables, frozenset({"supplier"})),
}
