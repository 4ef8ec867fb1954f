"""Serving the app."""

import socket
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands import console
from queries.errors import ConcordError

if TYPE_CHECKING:
    import uvicorn

ROOT = Path(__file__).resolve().parent.parent
SECRETS = ROOT / ".streamlit" / "secrets.toml"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_MESSAGE = 200 * 1024 * 1024  # bytes: as long as the largest upload


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
def serve(port: int, host: str) -> None:
    """Serve the app."""
    configured = _sign_in_is_configured()
    if not configured and host not in LOOPBACK:
        raise ConcordError(
            "nobody is configured to sign in, so Concord listens on this machine only: "
            "see .streamlit/secrets.toml.example before using --host"
        )
    listener = _listen(host, port)
    console.say(f"Concord is at http://{'localhost' if host in LOOPBACK else host}:{port}")
    if not configured:
        console.say("Nobody is configured to sign in: it listens on this machine only.")
    _server().run(sockets=[listener])


def _server() -> "uvicorn.Server":
    """The web server, which imports the app by its name."""
    import uvicorn

    config = uvicorn.Config(
        "commands.server:app",
        ws="websockets-sansio",
        ws_max_size=LONGEST_MESSAGE,
        ws_per_message_deflate=False,  # a proxy compresses better what goes far
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    return uvicorn.Server(config)


def _sign_in_is_configured() -> bool:
    try:
        return "auth" in tomllib.loads(SECRETS.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    except tomllib.TOMLDecodeError as error:
        raise ConcordError(f".streamlit/secrets.toml: {error}") from None


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket: a browser that is quicker than the app waits for it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise ConcordError(
            f"cannot listen on {host}:{port} ({error.strerror}): give another --port"
        ) from None
    return listener
