"""How the page looks to this person: the typeface, and the colours of the theme they see."""

import streamlit as st

from spend.outputs.colours import DARK, LIGHT, Palette, contrast, mixed

__all__ = ["DARK", "FONT", "LIGHT", "Palette", "contrast", "mixed", "palette"]

FONT = '"Source Sans", sans-serif'


def palette() -> Palette:
    """The colours of the theme this person sees."""
    return DARK if st.context.theme.type == "dark" else LIGHT
