"""Targets that each team set for itself, and those they agreed on."""

import pandas as pd

# finance, procurement and agreed target of 2026; the agreed one moves by the step a year.
TARGETS = """
days_to_pay | 60 | 45 | 52 | 1
agreed_days | 60 | 45 | 50 | 1
savings_recognised | 900000 | 500000 | 600000 | 50000
savings_realisation | 0.9 | 0.7 | 0.8 | 0.02
paid_late_share | 0.10 | 0.05 | 0.08 | -0.01
paid_early_share | 0.03 | 0.10 | 0.05 | -0.01
discount_capture | 0.9 | 0.8 | 0.85 | 0.05
contract_coverage | 0.75 | 0.85 | 0.8 | 0.02
off_contract_share | 0.10 | 0.08 | 0.09 | -0.01
preferred_share | 0.55 | 0.65 | 0.6 | 0.02
on_time_in_full | 0.90 | 0.95 | 0.92 | 0.01
days_inventory | 45 | 75 | 60 | -3
order_cycle_days | 5 | 2 | 4 | -0.5
first_match_share | 0.95 | 0.9 | 0.92 | 0.01
after_the_fact_share | 0.01 | 0.03 | 0.02 | -0.005
supplier_concentration | 400 | 500 | 450 | 0
budget_variance | 0 | 400000 | 0 | 0
"""


def targets() -> pd.DataFrame:
    """A row a metric and fiscal year."""
    rows = [line.split("|") for line in TARGETS.strip().splitlines()]
    parts = []
    for year in (2024, 2025, 2026):
        parts += [
            {
                "metric_id": row[0].strip(),
                "fiscal_year": year,
                "finance_target": float(row[1]),
                "procurement_target": float(row[2]),
                "agreed_target": round(float(row[3]) - float(row[4]) * (2026 - year), 4),
            }
            for row in rows
        ]
    return pd.DataFrame(parts)
