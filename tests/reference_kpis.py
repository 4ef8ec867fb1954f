"""Every figure a second time, from the definitions alone and straight from raw files.

``figures`` gives the whole list of ids for one company and selection: a number, or None where the
definitions say there is none. Money is in cents.
"""

from tests import (
    reference_bridge,
    reference_budget,
    reference_initiatives,
    reference_purchasing,
    reference_shelf,
    reference_terms,
)
from tests.reference_choice import Chosen, Figures

SUBJECTS = (
    reference_budget, reference_bridge, reference_initiatives, reference_terms, reference_shelf,
    reference_purchasing,
)  # fmt: skip


def figures(chosen: Chosen) -> Figures:
    """Every id of the definitions."""
    return {name: value for one in SUBJECTS for name, value in one.figures(chosen).items()}
