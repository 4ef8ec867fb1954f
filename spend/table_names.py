"""What tables are called where there is no room for their titles: in menus, and on sheets."""

from collections.abc import Mapping

# By the name of the report, then of the table; the others are called by their titles.
NAMES: Mapping[str, Mapping[str, str]] = {
    "approvals": {
        "roles": "Roles",
        "waiting": "Waiting now",
        "stages": "Stages",
        "approvers": "Approvers",
        "after_cost_centre": "Ordered late by cost centre",
        "after_supplier": "Ordered late by supplier",
        "matching": "Three-way match",
        "match_supplier": "Mismatches by supplier",
        "match_cost_centre": "Mismatches by cost centre",
        "match_lines": "Lines that do not match",
        "blocked": "Stopped",
        "duplicates": "Likely duplicates",
        "look_alikes": "Look-alikes without a number",
        "paths": "Paths",
        "in_order": "In order or not",
        "rework": "Rework",
        "passages": "What follows what",
    },
    "suppliers": {
        "suppliers": "Suppliers",
        "categories": "Contracts by category",
        "past": "Outside contracts, year on year",
        "past_suppliers": "Outside contracts by supplier",
        "ending": "Contracts that end soon",
        "ended": "Contracts that ended",
        "category_prices": "Prices by category",
        "supplier_prices": "Prices by supplier",
        "delivery": "On time and in full",
        "payment": "Payment",
        "same_name": "One name, several ids",
        "shared_invoices": "Invoices of two suppliers",
        "gaps": "Gaps in the supplier master",
    },
}
