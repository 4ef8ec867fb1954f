"""Numbers that people set on a page: kept in its address, checked when a link brings them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from pages.parts import filters, links

Keep = Callable[[Sequence[str]], tuple[list[str], list[str]]]


@dataclass(frozen=True)
class Number:
    """One number: its key in the address, its range, and how it reads."""

    key: str
    label: str
    default: float
    least: float
    most: float
    step: float = 1.0
    unit: str = ""
    help: str = ""
    percent: bool = False  # set and linked in per cent, given as a share
    boxed: bool = False  # typed into a box, which has its least value once it is emptied

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are meant."""
        return float(self.step).is_integer()

    def read(self, text: str) -> float:
        """A number of a link; raises ``ValueError`` with the rule it breaks."""
        span = f"{self.least:,.15g} to {self.most:,.15g}"
        kind = "a whole number" if self.whole else "a number"
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not self.least <= value <= self.most or (self.whole and not value.is_integer()):
            raise ValueError(f"it is {kind}, {span}")
        return value


def chosen(one: Number) -> float:
    """The number before it is drawn; one of a link that breaks its rule is said and left out."""
    state = st.session_state
    if state.link_opened or one.key not in state:
        found = asked(one)
        state[one.key] = float(one.default if found is None else found)
    if one.boxed and state[one.key] == one.least:
        state[one.key] = one.default  # somebody emptied the box
    value = float(state[one.key])
    links.write({} if value == one.default else {one.key: [f"{value:.10g}"]}, (one.key,))
    return value / 100 if one.percent else value


def asked(one: Number) -> float | None:
    """The number that the link gives; ``None`` where it gives none that can be meant."""
    given = links.read().get(one.key, [])
    for extra in given[1:]:
        _say(f"The link's {one.key} “{extra[:60]}” was left out: it can be given once.")
    if not given:
        return None
    try:
        return one.read(given[0])
    except ValueError as error:
        _say(f"The link's {one.key} “{given[0][:60]}” was left out: {error}.")
        return None


def _say(line: str) -> None:
    filters.say((*st.session_state.get(filters.NOTICES, ()), line))


def slider(one: Number) -> None:
    """Draw a number as a slider; ``chosen`` gave its value."""
    least, most, step = (float(n) for n in (one.least, one.most, one.step))
    st.slider(
        one.label, least, most, key=one.key, step=step, format=_format(one), help=one.help or None,
    )  # fmt: skip


def box(one: Number) -> None:
    """Draw a number as a box to type in."""
    least, most, step = (float(n) for n in (one.least, one.most, one.step))
    st.number_input(
        one.label, least, most, key=one.key, step=step, format=_format(one), help=one.help or None,
    )  # fmt: skip


def _format(one: Number) -> str:
    return f"%.{0 if one.whole else 1}f {one.unit.replace('%', '%%')}".strip()


# --- several words ----------------------------------------------------------------------------


def words(key: str, keep: Keep) -> list[str]:
    """A list before it is drawn; ``keep`` says which of a link's words stand, or why not."""
    state = st.session_state
    if state.link_opened or key not in state:
        kept, dropped = keep(links.read().get(key, []))
        for line in dropped:
            _say(f"The link's {key} {line}.")
        state[key] = kept
    value: list[str] = list(state[key])
    links.write({key: value} if value else {}, (key,))
    return value
