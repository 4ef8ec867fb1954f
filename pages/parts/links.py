"""What the address bar says, and links that others can open: always up to date, or pinned."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Literal
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from queries.selection import URL_KEYS, Selection, to_params
from spend.seen import place

Params = Mapping[str, Sequence[str]]
SCHEMES = ("http://", "https://")


def read() -> dict[str, list[str]]:
    """The parameters of the address that was opened."""
    return {key: st.query_params.get_all(key) for key in st.query_params}


def write(params: Params, own: Sequence[str]) -> None:
    """Put a part's own parameters into the address; what others wrote there stays."""
    before = read()
    after = {key: values for key, values in before.items() if key not in own}
    after.update({key: list(values) for key, values in params.items()})
    if after != before:
        order = [key for key in URL_KEYS if key in after]
        st.query_params.from_dict({key: after[key] for key in dict.fromkeys([*order, *after])})


def shown(bare: bool) -> Literal["visible", "hidden"]:
    """Whether the navigation names the page of the bare address, or its twin with a name."""
    named = bool(urlsplit(st.context.url or "").path.strip("/"))
    return "hidden" if named == bare else "visible"


def address(params: Params, page: str = "") -> str:
    """The full address of this page, or of another one, by its own name, with these parameters."""
    here = urlsplit(st.context.url or "")
    name: str = st.session_state.page
    path = here.path.rstrip("/").removesuffix(f"/{name}")
    named = f"{path}/{page or name}"
    return urlunsplit((here.scheme, here.netloc, named, urlencode(params, True), ""))


def of(selection: Selection) -> str:
    """The full address of this page with a selection and the page's own controls."""
    return address({**to_params(selection), **controls()})


def ours(link: str, pages: Collection[str]) -> str:
    """The address at which this server has a view that somebody recorded the link of; "" where
    the link leads to none of our pages.

    What was recorded is not followed, only read: where it led to may be another server by now, or
    somebody else's.
    """
    page, params = place(link)
    return address(params, page) if link.startswith(SCHEMES) and page in pages else ""


def controls() -> dict[str, list[str]]:
    """The page's own controls, as the address has them."""
    return {key: values for key, values in read().items() if key not in URL_KEYS}


def copy(selection: Selection, pin: Selection) -> None:
    """The control that gives this view as a link, following new loads or pinned to this one."""
    with st.popover("Copy link", icon=":material/link:", type="tertiary", key="copy_link"):
        st.markdown("**This view**, with the newest figures each time it is opened")
        st.code(of(replace(selection, as_of=None)), language=None, wrap_lines=True)
        st.markdown("**These figures**, exactly as they are now, for ever")
        st.code(of(pin), language=None, wrap_lines=True)
