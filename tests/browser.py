"""A real browser for the tests that need one: Debian's chromium, driven by Playwright."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FloatRect,
    Locator,
    Page,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parent.parent
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 30_000  # milliseconds a page may take on a busy machine
# Every width and theme meets each other in the long run; in the usual one each is seen once.
SCREENS: list[tuple[int, Literal["light", "dark"]]] = [
    (1440, "dark"),
    (1024, "light"),
    (390, "light"),
]
if os.environ.get("CONCORD_TEST") == "all":
    SCREENS += [(1440, "light"), (1024, "dark"), (390, "dark")]
HEIGHT = {1440: 1000, 1024: 900, 390: 844}


@dataclass
class Visit:
    """One page, open in a context of its own, and what its console complained about."""

    page: Page
    context: BrowserContext
    errors: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def settle(self) -> None:
        """Wait until the script has run and everything has been drawn."""
        self.page.wait_for_selector("h1, [data-testid=stAlert]", timeout=PATIENCE)
        self.page.wait_for_function(
            "!document.querySelector('[data-testid=stApp][data-test-script-state=running]')"
            " && !document.querySelector('[data-testid=stSkeleton]')",
            timeout=PATIENCE,
        )
        self.page.wait_for_timeout(400)

    def shoot(self, path: Path) -> None:
        """A picture of the whole page, not only of what fits the window."""
        height = self.page.evaluate(
            "Math.max(...[...document.querySelectorAll('[data-testid=stMain],"
            "[data-testid=stSidebarContent]')].map(e => e.scrollHeight))"
        )
        size = self.page.viewport_size or {"width": 1440, "height": 1000}
        self.page.set_viewport_size({"width": size["width"], "height": int(height) + 20})
        self.page.wait_for_timeout(700)
        self.page.screenshot(path=str(path))
        self.page.set_viewport_size(size)

    def steady(self, thing: Locator) -> FloatRect:
        """Where a thing stands, once nothing above it moves it any more."""
        thing.scroll_into_view_if_needed()
        before, box = None, thing.bounding_box()
        while box is None or box != before:
            self.page.wait_for_timeout(400)
            before, box = box, thing.bounding_box()
        return box

    def click(self, thing: Locator, times: int = 1) -> None:
        """Press something once the page is drawn: a page that is redrawn swallows a press."""
        thing.wait_for(timeout=PATIENCE)
        self.settle()
        self.steady(thing)
        thing.click(click_count=times)

    def strangers(self, address: str) -> list[str]:
        """Requests that left for another host: there are to be none."""
        near = (address, address.replace("http", "ws", 1), "data:", "blob:")
        return [url for url in self.requests if not url.startswith(near)]


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """`spend serve` over a store, until the block ends; gives its address."""
    port = free_port()
    environment = {**os.environ, "CONCORD_HOME": str(home)}
    environment.pop("CONCORD_STORE", None)
    command = [sys.executable, "-m", "commands.main", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError("the server did not answer in a minute")


@contextmanager
def browser(executable: str) -> Iterator[Browser]:
    """Chromium, closed again at the end."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield opened
        opened.close()


@contextmanager
def visit(
    opened: Browser, url: str, width: int = 1440, theme: Literal["light", "dark"] = "light"
) -> Iterator[Visit]:
    """Open a page as somebody new would: no cookies, no session, cold."""
    context = opened.new_context(
        viewport={"width": width, "height": HEIGHT.get(width, 1000)}, color_scheme=theme
    )
    seen = Visit(context.new_page(), context)

    def listen(message: ConsoleMessage) -> None:
        # Behind a deep link Streamlit first looks for itself under the page's own path.
        probe = "/_stcore/" in message.location.get("url", "")
        if message.type == "error" and not probe:
            seen.errors.append(message.text)

    seen.page.on("console", listen)
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.on("requestfailed", lambda request: seen.failed.append(request.url))
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    seen.page.goto(url, wait_until="domcontentloaded", timeout=PATIENCE)
    seen.settle()
    yield seen
    context.close()
