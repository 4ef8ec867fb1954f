"""What both teams sign: who did so, whose turn it is, and the button of the other side."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.parts import person, saving, words
from pages.parts.person import HATS, Person
from spend.agreement import Standing, same_person
from spend.sentences import listed


def row(
    one: Standing,
    kind: str,
    number: int,
    end: Mapping[str, Any] | None = None,
    told: str = "",
    write: saving.Write | None = None,
) -> None:
    """One thing in force or asked for; what is asked for can be signed, what stands can be ended.

    ``end`` is the entry that would propose to end it, ``told`` what follows once both signed that;
    ``write`` writes a signature down, with what belongs to it elsewhere.
    """
    agreed = one.state == "in force"
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"{kind}_{number}"
    ):
        st.badge("In force" if agreed else "Proposed", color="violet" if agreed else "gray")
        st.markdown(f"**{words.plain(one.said)}**  \n:small[{words.plain(signatures(one))}]")
        if not agreed:
            sign(one, kind, f"{kind}_{number}", write)
        elif end is not None:
            saving.press(
                f"end_{kind}_{number}", "Propose to end it", ":material/undo:", kind, one.name,
                end, told=told,
            )  # fmt: skip


def signatures(one: Standing) -> str:
    """Who signed, when, and who has yet to."""
    signed = listed([name for name in (one.finance, one.procurement) if name])
    missing = f"; {one.missing} has yet to sign" if one.missing else ""
    return f"Signed by {signed}, {one.at:%-d %B %Y}{missing}."


def sign(one: Standing, kind: str, key: str, write: saving.Write | None = None) -> None:
    """The button of the side whose signature is missing; the other sees why it is not theirs."""
    who = person.here()
    why = refused(one, who)
    saving.press(
        f"sign_{key}", f"Sign as {who.role}", ":material/signature:", kind, one.name,
        one.body, disabled=bool(why), primary=not why, told=why, write=write,
    )  # fmt: skip
    if why and own(one, who):
        st.caption(words.plain(why))


def refused(one: Standing, who: Person) -> str:
    """Why somebody cannot give the signature that is missing; "" where they can."""
    if one.missing not in HATS:
        return "You signed for both: a second person has to." if own(one, who) else ""
    if one.missing != who.role:
        return f"Signed by {who.role} already: it is {one.missing}'s turn."
    signed = next(role for role in HATS if role != who.role)
    return f"You signed for {signed}: another person of {who.role} has to." if own(one, who) else ""


def own(one: Standing, who: Person) -> bool:
    """Whether one of the signatures is this person's."""
    return any(same_person(who.name, signed) for signed in (one.finance, one.procurement))
