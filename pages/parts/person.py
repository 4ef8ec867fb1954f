"""Who is here. Where nobody is configured, Concord listens to this computer only: try both hats,
under a name of your own if you like."""

import unicodedata
from dataclasses import dataclass
from typing import Literal

import streamlit as st

Role = Literal["finance", "procurement"]
HATS: dict[Role, str] = {"finance": "Finance", "procurement": "Procurement"}
COLOURS: dict[str, str] = {"finance": "blue", "procurement": "orange"}
HAT, NAME = "hat", "person_name"
MOST_LETTERS = 60


@dataclass(frozen=True)
class Person:
    """Somebody who looks and signs: a name, a role, and whether this is a local trial."""

    name: str
    role: Role
    local: bool = True


def here() -> Person:
    """The person using this session."""
    role: Role = st.session_state.get(HAT, "finance")
    given = cleaned(str(st.session_state.get(NAME) or ""))
    return Person(given or f"{HATS[role]} (this computer)", role)


def cleaned(name: str) -> str:
    r"""A name as it is signed with: no control characters, single spaces, not too long.

    >>> cleaned("  Ann\n\tO’Neill\u202e ")
    'Ann O’Neill'
    """
    spaced = " ".join(unicodedata.normalize("NFC", name).split())
    shown = "".join(c for c in spaced if not unicodedata.category(c).startswith("C"))
    return shown[:MOST_LETTERS].strip()


def signature() -> str:
    """Under which name what is written here is signed, in a sentence."""
    who = here()
    named = bool(cleaned(str(st.session_state.get(NAME) or "")))
    hint = "" if named else " Give your name in the sidebar."
    return f"What you write here is signed by {who.name}, for {who.role}.{hint}"


def badge() -> None:
    """Say who is here, and let a local trial change hats and give a name."""
    st.segmented_control(
        "Your hat",
        list(HATS),
        format_func=HATS.__getitem__,
        key=HAT,
        default="finance",
        required=True,
        wrap=False,
        width="stretch",
        help="Nobody is configured to sign in, so Concord listens to this computer only and lets "
        "you try both sides. What you record is signed by the hat you wear.",
    )
    st.text_input(
        "Your name",
        key=NAME,
        max_chars=MOST_LETTERS,
        placeholder="For what you sign",
        persist_state="session",
        help="Kept until you close this tab. Both signatures under one name are one person's: "
        "nothing comes into force by them.",
    )
