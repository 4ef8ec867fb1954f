"""The ASGI app: Streamlit's frame with our routes and headers around it.

`spend serve` imports this module by its name, so that no other command imports Streamlit.
"""

import gc
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

from commands.guard import Guard
from commands.guests import Guests

ROOT = Path(__file__).resolve().parent.parent


async def health(_: Request) -> JSONResponse:
    """Whether the server is up; says nothing about anybody's figures."""
    return JSONResponse({"status": "ok"})


@asynccontextmanager
async def warmed(_: st.App) -> AsyncIterator[None]:
    """Import what the first page needs while the browser is still fetching the frame."""
    Thread(target=_warm, daemon=True).start()
    yield


def _warm() -> None:
    importlib.import_module("pages.parts.page")
    gc.freeze()  # what was imported stays: looking through it for garbage takes longer than a page


# Because a folder `pages` exists, Streamlit would take its files for pages of its own on the first
# request after a start, and find none of ours.
PagesManager.uses_pages_directory = False

app = st.App(
    ROOT / "app.py",
    routes=[Route("/healthz", health)],
    middleware=[Middleware(Guests), Middleware(Guard)],
    lifespan=warmed,
)
