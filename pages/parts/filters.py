"""The lens and the filter bar: address ↔ widgets ↔ selection, here and nowhere else.

The address wins when a link is opened and when somebody goes back or forward; otherwise the widgets
win and the address follows them. Streamlit's own ``bind`` would write the words of an option into
the address; a link carries ids, which outlive a renamed supplier.
"""

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.parts import links, words
from pages.parts.once import once
from queries.calendar import Period
from queries.selection import (
    FILTERS,
    LENSES,
    NOT_ASSIGNED,
    URL_KEYS,
    Choices,
    Filter,
    Option,
    Pin,
    Selection,
    to_params,
    without_defaults,
)

INDENT = "\u2002"
LENS_WORDS = {"finance": "Finance", "both": "Both", "procurement": "Procurement"}
WIDGETS = tuple(key for key in URL_KEYS if key != "as_of")
NOTICES = "notices"
CARRIED = "carried"


def opened() -> bool:
    """Whether this rerun follows the address: a link was just opened, or history was walked."""
    context = get_script_run_ctx()
    back_or_forward = bool(context and context.is_history_navigation)
    return back_or_forward or "selection" not in st.session_state


def bar(choices: Choices) -> Selection:
    """Draw the lens and the filters, and give what they select; the address follows."""
    st.session_state.link_opened = opened()
    _lens()
    _periods(choices)
    for one in FILTERS:
        _dimension(one, choices.options[one.key])
    _budget_version(choices)
    selection = _selected(choices)
    st.session_state.selection = selection
    links.write(to_params(selection), URL_KEYS)
    _reset(selection)
    return selection


def put(selection: Selection, choices: Choices) -> None:
    """Set every widget to what a selection says."""
    state = st.session_state
    state["from"] = selection.from_period or choices.default_from
    state["to"] = selection.to_period or choices.default_to
    state["budget_version"] = selection.budget_version or choices.default_budget_version
    state["lens"] = selection.lens
    state["as_of"] = selection.as_of
    for one in FILTERS:
        state[one.key] = list(getattr(selection, one.key))


def carry(selection: Selection) -> None:
    """Keep what is selected over a page that is left by the script: its widgets are forgotten."""
    st.session_state[CARRIED] = selection


def take_up(choices: Choices) -> None:
    """Set the widgets to what was carried over, if anything was."""
    if (carried := st.session_state.pop(CARRIED, None)) is not None:
        put(carried, choices)


def _selected(choices: Choices) -> Selection:
    state = st.session_state
    start, end = state["from"], state["to"]
    chosen = {one.key: tuple(state[one.key]) for one in FILTERS}
    given = Selection(
        start, end, budget_version=state["budget_version"], as_of=state["as_of"],
        lens=state["lens"], **chosen,
    )  # fmt: skip
    return without_defaults(given, choices)


# --- widgets -------------------------------------------------------------------------------------


def _lens() -> None:
    st.segmented_control(
        "Reading",
        LENSES,
        format_func=LENS_WORDS.__getitem__,
        key="lens",
        required=True,
        wrap=False,
        width="stretch",
        help="Changes words, order and emphasis; never a number.",
    )


def _periods(choices: Choices) -> None:
    periods = choices.calendar.periods
    if not periods:
        return
    named = {p.period: p for p in periods}
    _keep_among("from", list(named), choices.default_from)
    _keep_among("to", list(named), choices.default_to)
    left, right = st.columns(2, gap="xsmall", wrap=False)
    said = {name: _period_words(p) for name, p in named.items()}
    with left:
        st.selectbox("From", list(named), key="from", format_func=said.__getitem__,
                     on_change=_in_order, args=("from", list(named)))  # fmt: skip
    with right:
        st.selectbox("To", list(named), key="to", format_func=said.__getitem__,
                     on_change=_in_order, args=("to", list(named)))  # fmt: skip


def _period_words(period: Period) -> str:
    return period.period if period.closed else f"{period.period} open"


def period_names(choices: Choices) -> dict[str, str]:
    """Short names for an axis: the month where a period is one, the year under each first."""
    found = {}
    for period in choices.calendar.periods:
        month = period.period == f"{period.start_date:%Y-%m}"
        name = f"{period.start_date:%b}" if month else period.period
        found[period.period] = f"{name}\n{period.fiscal_year}" if period.number == 1 else name
    return found


def _in_order(changed: str, periods: Sequence[str]) -> None:
    """A period that would end before it begins takes the other end along."""
    state = st.session_state
    if periods.index(state["from"]) > periods.index(state["to"]):
        state["to" if changed == "from" else "from"] = state[changed]


def _dimension(one: Filter, options: Mapping[str, Option]) -> None:
    said = once(labels, options)
    _drop_unknown(one.key, said)
    st.multiselect(
        one.one.capitalize(),
        list(said),
        key=one.key,
        format_func=lambda known: said.get(known, known),
        placeholder=f"All {one.many}",
        select_all=False,
    )


def labels(options: Mapping[str, Option]) -> dict[str, str]:
    """Each value's words, in the order of the tree; where names repeat, the id says which."""
    seen: dict[str, int] = {}
    for option in options.values():
        seen[option.name] = seen.get(option.name, 0) + 1
    said = {
        option.id: INDENT * depth + _named(option, seen)
        for option, depth in tree(options)
        if option.id != NOT_ASSIGNED
    }
    return {**said, NOT_ASSIGNED: "Not assigned"}


def _named(option: Option, seen: Mapping[str, int]) -> str:
    return option.name if seen[option.name] == 1 else f"{option.name} ({option.id})"


def tree(options: Mapping[str, Option]) -> list[tuple[Option, int]]:
    """Options with their depth, each under its parent; a loop is cut where it closes."""
    children: dict[str | None, list[Option]] = {}
    for option in options.values():
        parent = option.parent if option.parent in options else None
        children.setdefault(parent, []).append(option)
    found: list[tuple[Option, int]] = []
    waiting = [(option, 0) for option in reversed(children.get(None, []))]
    while waiting:
        option, depth = waiting.pop()
        found.append((option, depth))
        waiting += [(child, depth + 1) for child in reversed(children.get(option.id, []))]
    known = {option.id for option, _ in found}
    return found + [(option, 0) for option in options.values() if option.id not in known]


def _budget_version(choices: Choices) -> None:
    versions = choices.budget_versions
    if not versions:
        st.session_state["budget_version"] = None
        return
    _keep_among("budget_version", versions, choices.default_budget_version)
    st.selectbox("Budget version", versions, key="budget_version")


def _keep_among(key: str, known: Sequence[str], default: str | None) -> None:
    """A value that this load does not have gives way to the default."""
    if st.session_state.get(key) not in known:
        st.session_state[key] = default if default in known else known[-1]


def _drop_unknown(key: str, known: Mapping[str, str]) -> None:
    chosen = st.session_state.get(key, [])
    if any(value not in known for value in chosen):
        st.session_state[key] = [value for value in chosen if value in known]


def _reset(selection: Selection) -> None:
    st.button(
        "Reset filters",
        icon=":material/restart_alt:",
        type="tertiary",
        key="reset",
        disabled=not to_params(selection),
        on_click=clear,
    )


# --- what pages and parts change -----------------------------------------------------------------


def clear() -> None:
    """Back to the whole company, the default periods, and the newest load."""
    for key in (*URL_KEYS, NOTICES):
        st.session_state.pop(key, None)
    for one in FILTERS:
        st.session_state[one.key] = []
    st.session_state["as_of"] = None
    st.session_state["lens"] = "both"


def pin(moment: Pin | None) -> None:
    """Hold the figures at a moment, or follow the newest load again."""
    st.session_state["as_of"] = moment


def say(lines: Sequence[str]) -> None:
    """Keep what has to be said about a link until somebody has read it."""
    st.session_state[NOTICES] = tuple(lines)


def notices() -> None:
    """What a link asked for that does not exist, until somebody has read it."""
    if found := st.session_state.get(NOTICES, ()):
        lines = "  \n".join(words.plain(line) for line in found)
        st.warning(lines, icon=":material/link_off:")
        st.button("Got it", type="tertiary", key="notices_read", on_click=_read)


def _read() -> None:
    st.session_state[NOTICES] = ()
