"""Numbers that people may set, or leave as each item has them: absent from the address then."""

from dataclasses import dataclass

import streamlit as st

from pages.parts import links, numbers
from pages.parts.numbers import Number

UNSET = ""
DIGITS = 12  # of a share, so that 99.9 % is 0.999


@dataclass(frozen=True)
class Setting:
    """A number with the steps that are offered; a link may bring any other within its range."""

    number: Number
    steps: tuple[float, ...]
    unset: str = "As set"


def chosen(one: Setting) -> float | None:
    """The number before it is drawn, ``None`` where it is left as it is; a link's fault is said."""
    state, key = st.session_state, one.number.key
    if state.link_opened or key not in state:
        asked = numbers.asked(one.number)
        state[key] = UNSET if asked is None else _written(asked)
    value = str(state[key])
    links.write({key: [value]} if value else {}, (key,))
    if not value:
        return None
    return round(float(value) / 100, DIGITS) if one.number.percent else float(value)


def slider(one: Setting) -> None:
    """Draw it as a slider whose first place leaves all as it is; ``chosen`` gave its value."""
    state, number = st.session_state, one.number
    offered = {_written(step): step for step in one.steps}
    if state[number.key]:
        offered.setdefault(state[number.key], float(state[number.key]))
    options = [UNSET, *sorted(offered, key=offered.__getitem__)]
    st.select_slider(
        number.label, options, key=number.key, help=number.help or None,
        format_func=lambda text: f"{text} {number.unit}".strip() if text else one.unset,
    )  # fmt: skip


def clear(*keys: str) -> None:
    """Leave all as it is again, before anything is drawn."""
    for key in keys:
        st.session_state.pop(key, None)
        links.write({}, (key,))


def _written(value: float) -> str:
    return f"{value:.10g}"
