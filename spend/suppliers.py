"""Suppliers: who the money goes to, what contracts cover of it, and how far suppliers can be relied
on.

The subject's one door. The formulas are in ``spend.supplier_base``.
"""

from spend.purchasing_evidence import evidence_of as evidence
from spend.supplier_base import (
    MERGER_GUIDELINES,
    Tail,
    concentration_band,
    contract_coverage,
    herfindahl,
    off_contract_share,
    preferred_share,
    supplier_concentration,
    tail,
)
from spend.supplier_report import report

__all__ = [
    "MERGER_GUIDELINES",
    "Tail",
    "concentration_band",
    "contract_coverage",
    "evidence",
    "herfindahl",
    "off_contract_share",
    "preferred_share",
    "report",
    "supplier_concentration",
    "tail",
]
