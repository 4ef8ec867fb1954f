"""Who is here. Where nobody is configured, Concord listens to this computer only: try both hats."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

Role = Literal["finance", "procurement"]
HATS: dict[Role, str] = {"finance": "Finance", "procurement": "Procurement"}


@dataclass(frozen=True)
class Person:
    """Somebody who looks and signs: a name, a role, and whether this is a local trial."""

    name: str
    role: Role
    local: bool = True


def here() -> Person:
    """The person using this session."""
    role: Role = st.session_state.get("hat", "finance")
    return Person(f"{HATS[role]} (this computer)", role)


def badge() -> None:
    """Say who is here, and let a local trial change hats."""
    st.segmented_control(
        "Your hat",
        list(HATS),
        format_func=HATS.__getitem__,
        key="hat",
        default="finance",
        required=True,
        wrap=False,
        width="stretch",
        help="Nobody is configured to sign in, so Concord listens to this computer only and lets "
        "you try both sides. What you record is signed by the hat you wear.",
    )
