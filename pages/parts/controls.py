"""A page's own controls, kept in its address, and the way down and up a tree."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from pages.parts import filters, links
from queries.selection import FILTERS, NOT_ASSIGNED, Choices, Option


def chosen(key: str, options: Mapping[str, str], rule: str = "") -> str:
    """The value of a page's own control before it is drawn; an unknown one in a link is said.

    ``rule`` is what is said where the options are too many to be listed.
    """
    state = st.session_state
    if state.link_opened or state.get(key) not in options:
        asked = links.read().get(key, [])
        known = [value for value in asked if value in options]
        dropped = [value for value in asked if value not in known[:1]]
        rule = rule or f"it can be {', '.join(options)}, once"
        lines = [f"The link's {key} “{v[:60]}” was left out: {rule}." for v in dropped]
        filters.say((*state.get(filters.NOTICES, ()), *lines))
        state[key] = known[0] if known else next(iter(options))
    value: str = state[key]
    links.write({} if value == next(iter(options)) else {key: [value]}, (key,))
    return value


def choose(key: str, options: Mapping[str, str], label: str, wrap: bool | None = None) -> None:
    """Draw a page's own control; ``chosen`` gave its value. A long one may ``wrap`` on a phone."""
    st.segmented_control(
        label, list(options), key=key, format_func=options.__getitem__, required=True,
        label_visibility="collapsed", persist_state="session", wrap=wrap,
    )  # fmt: skip


def pick(key: str, options: Mapping[str, str], label: str, told: str = "") -> None:
    """The same as a list to pick from, where there are too many words for a row."""
    st.selectbox(
        label, list(options), key=key, format_func=options.__getitem__, help=told or None,
        persist_state="session",
    )  # fmt: skip


# --- down and up ----------------------------------------------------------------------------------


def narrow(key: str, value: str) -> None:
    """Choose one value of a dimension, as a click on a row does; or one period."""
    if key == "month":
        st.session_state["from"] = st.session_state["to"] = value
    else:
        st.session_state[key] = [value]


def widen(key: str, values: Sequence[str] = ()) -> None:
    """Go back up: to a parent, or to all."""
    st.session_state[key] = list(values)


def opener(key: str) -> Callable[[str], None]:
    """What a click on a row of a table by ``key`` does: narrow to that row."""
    return lambda value: narrow(key, value or NOT_ASSIGNED)


def way_up(key: str, choices: Choices) -> None:
    """The way back up from where a table was drilled down to: all, then each parent."""
    options = choices.options.get(key, {})
    chosen = st.session_state.get(key, []) if options else []
    if len(chosen) != 1:
        return
    many = next(one.many for one in FILTERS if one.key == key)
    st.button(f"All {many}", type="tertiary", key=f"up_all_{key}", on_click=widen, args=(key,))
    for parent in path(chosen[0], options):
        st.button(
            f"› {parent.name}", type="tertiary", key=f"up_{parent.id}", on_click=widen,
            args=(key, [parent.id]),
        )  # fmt: skip
    here = options[chosen[0]].name if chosen[0] in options else "Not assigned"
    st.text(f"› {here}")


def path(value: str, options: Mapping[str, Option]) -> list[Option]:
    """The parents of a value, from the top; a loop ends where it closes."""
    found: list[Option] = []
    above = options.get(options[value].parent or "") if value in options else None
    while above and above not in found:
        found.insert(0, above)
        above = options.get(above.parent or "")
    return found
