"""The guests' door against whoever tries it: one answer for all that opens nothing."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from commands.guests import Guests
from commands.limit import MOST_FAILURES, WINDOW, Limit
from queries.selection import Selection
from queries.store import Store, open_store
from spend import budget, guests
from spend.outputs import guest
from tests import small_company
from tests.browser import browser, serving
from tests.conftest import NOW
from tests.test_spend_guests import end, give

HOSTILE = '</style><script>alert(1)</script>"><img src=x onerror=alert(2)>'
NAMED = {"2026-01": "Jan"}
LONG_AGO = datetime(2020, 1, 1)
TODAY = datetime(2026, 11, 22)


@dataclass(frozen=True)
class Links:
    """Tokens of every kind: of a link that opens, and of those that no longer do."""

    live: str
    expired: str
    revoked: str
    another: str  # of another company's store


@dataclass(frozen=True)
class Answer:
    """What a server said, without the date."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


# --- A served store with a link, and many ways to get at it --------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small company with hostile names."""
    folder = tmp_path_factory.mktemp("guests")
    tables = small_company.tables()
    named = {
        table: [{**row, "name": HOSTILE} for row in tables[table]]
        for table in ("supplier", "cost_centre")
    }
    small_company.loaded(folder / "home", folder / "files", {**tables, **named}).close()
    return folder / "home"


def page_of(store: Store) -> str:
    report = budget.report(store, Selection(supplier=("S2",)))
    issue = guest.Issue("Ann <b>", NOW + timedelta(days=14), "http://localhost/budget?as_of=1.1",
                        NOW, NAMED)  # fmt: skip
    return guest.page(report, issue)


@pytest.fixture(scope="module")
def links(home: Path) -> Links:
    store = open_store("", home)
    monthly = page_of(store)
    # The clock of a served store is the real one.
    now = datetime.now().replace(microsecond=0)
    found = Links(
        give(store, days=90, now=now, html=monthly),
        give(store, days=1, now=LONG_AGO),
        give(store, days=90, now=now),
        secrets.token_urlsafe(32),
    )
    end(store, found.revoked)
    store.close()
    return found


@pytest.fixture(scope="module")
def served(home: Path, links: Links) -> Iterator[str]:
    with serving(home) as address:
        yield address


def ask(served: str, path: str, method: str = "GET", client: str = "") -> Answer:
    """What the server says to a request for exactly this path, from an address of its own: a proxy
    on the same machine is believed about who asks."""
    port = int(served.rpartition(":")[2])
    client = client or f"10.{'.'.join(str(part) for part in secrets.token_bytes(3))}"
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request(method, path, headers={"X-Forwarded-For": client})
        response = connection.getresponse()
        kept = ((k.lower(), v) for k, v in response.getheaders() if k.lower() != "date")
        return Answer(response.status, tuple(sorted(kept)), response.read())


def flipped(token: str, place: int) -> str:
    other = "A" if token[place] != "A" else "B"
    return token[:place] + other + token[place:][1:]


Attack = Callable[[Links], tuple[str, str]]  # the method and the path
ATTACKS: dict[str, Attack] = {
    "the first letter is another": lambda k: ("GET", f"/guest/{flipped(k.live, 0)}"),
    "a middle letter is another": lambda k: ("GET", f"/guest/{flipped(k.live, 21)}"),
    "the last letter is another": lambda k: ("GET", f"/guest/{flipped(k.live, 42)}"),
    "truncated by one": lambda k: ("GET", f"/guest/{k.live[:-1]}"),
    "truncated to half": lambda k: ("GET", f"/guest/{k.live[:21]}"),
    "one letter more": lambda k: ("GET", f"/guest/{k.live}A"),
    "twice": lambda k: ("GET", f"/guest/{k.live}{k.live}"),
    "padded": lambda k: ("GET", f"/guest/{k.live}="),
    "in small letters": lambda k: ("GET", f"/guest/{k.live.lower()}"),
    "in capitals": lambda k: ("GET", f"/guest/{k.live.upper()}"),
    "backwards": lambda k: ("GET", f"/guest/{k.live[::-1]}"),
    "expired": lambda k: ("GET", f"/guest/{k.expired}"),
    "revoked": lambda k: ("GET", f"/guest/{k.revoked}"),
    "another company's": lambda k: ("GET", f"/guest/{k.another}"),
    "the hash that is kept": lambda k: ("GET", f"/guest/{guests.token_hash(k.live)}"),
    "the literal :token": lambda _: ("GET", "/guest/:token"),
    "the literal {token}": lambda _: ("GET", "/guest/%7Btoken%7D"),
    "no token": lambda _: ("GET", "/guest"),
    "an empty token": lambda _: ("GET", "/guest/"),
    "a star": lambda _: ("GET", "/guest/*"),
    "a dot": lambda _: ("GET", "/guest/."),
    "up and out": lambda _: ("GET", "/guest/../../minutes.sqlite"),
    "up and out, encoded": lambda _: ("GET", "/guest/%2e%2e%2f%2e%2e%2fcurrent"),
    "up and out, encoded twice": lambda _: ("GET", "/guest/%252e%252e%252fcurrent"),
    "up and back": lambda k: ("GET", f"/guest/x/../{k.live}"),
    "below the page": lambda k: ("GET", f"/guest/{k.live}/"),
    "a file below it": lambda k: ("GET", f"/guest/{k.live}/index.html"),
    "an ending": lambda k: ("GET", f"/guest/{k.live}.html"),
    "a parameter of the path": lambda k: ("GET", f"/guest/{k.live};v=1"),
    "a null": lambda k: ("GET", f"/guest/{k.live}%00"),
    "a null before": lambda k: ("GET", f"/guest/%00{k.live}"),
    "a new line": lambda k: ("GET", f"/guest/{k.live}%0d%0aSet-Cookie:%20a=b"),
    "a blank": lambda k: ("GET", f"/guest/{k.live}%20"),
    "two slashes": lambda k: ("GET", f"//guest/{k.live}"),
    "two slashes inside": lambda k: ("GET", f"/guest//{k.live}"),
    "a backslash": lambda k: ("GET", f"/guest\\{k.live}"),
    "another case": lambda k: ("GET", f"/Guest/{k.live}"),
    "as a parameter": lambda k: ("GET", f"/guest/?token={k.live}"),
    "html": lambda _: ("GET", "/guest/%3Cscript%3Ealert(1)%3C/script%3E"),
    "SQL": lambda _: ("GET", "/guest/'%20OR%20'1'='1"),
    "a wildcard of SQL": lambda _: ("GET", f"/guest/{'%25' * 43}"),
    "wide letters": lambda _: ("GET", f"/guest/{'%EF%BC%A1' * 43}"),
    "not UTF-8": lambda _: ("GET", f"/guest/{'%ff' * 43}"),
    "very long": lambda k: ("GET", f"/guest/{k.live * 100}"),
    "posted": lambda k: ("POST", f"/guest/{k.live}"),
    "put": lambda k: ("PUT", f"/guest/{k.live}"),
    "deleted": lambda k: ("DELETE", f"/guest/{k.live}"),
    "patched": lambda k: ("PATCH", f"/guest/{k.live}"),
    "its options": lambda k: ("OPTIONS", f"/guest/{k.live}"),
    "a method of its own": lambda k: ("GUESS", f"/guest/{k.live}"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_every_attack_gets_the_same_answer(name: str, served: str, links: Links) -> None:
    unknown = ask(served, f"/guest/{secrets.token_urlsafe(32)}")
    method, path = ATTACKS[name](links)
    assert ask(served, path, method) == unknown
    assert unknown.status == 404
    assert unknown.body == guest.NOT_FOUND.encode()


def test_there_are_enough_attacks() -> None:
    assert len(ATTACKS) >= 40


def test_whoever_has_the_link_sees_the_page_with_the_same_headers(
    served: str, links: Links
) -> None:
    page = ask(served, f"/guest/{links.live}")
    missing = ask(served, "/guest/:token")
    assert page.status == 200
    lengths = ("content-length",)
    assert [h for h in page.headers if h[0] not in lengths] == [
        h for h in missing.headers if h[0] not in lengths
    ]
    headers = dict(page.headers)
    assert headers["cache-control"] == "no-store"
    assert headers["x-robots-tag"] == "noindex, nofollow, noarchive"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert not {"set-cookie", "vary", "content-encoding", "server"} & headers.keys()


def test_a_question_for_the_headers_alone_is_answered_alike(served: str, links: Links) -> None:
    for path in (f"/guest/{links.live}", "/guest/:token"):
        asked, whole = ask(served, path, "HEAD"), ask(served, path)
        assert (asked.status, asked.headers, asked.body) == (whole.status, whole.headers, b"")


def test_hostile_names_are_words(served: str, links: Links) -> None:
    body = ask(served, f"/guest/{links.live}").body.decode()
    assert "<script" not in body
    assert "<img" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert body.count("<style>") == body.count("</style>") == 1
    assert "Ann &lt;b&gt;" in body


def test_a_thousand_guesses_learn_nothing_and_the_limit_hides_even_what_is_there(
    served: str, links: Links
) -> None:
    answers = {ask(served, f"/guest/{secrets.token_urlsafe(32)}", client="192.0.2.7")
               for _ in range(1000)}  # fmt: skip
    assert len(answers) == 1
    assert ask(served, f"/guest/{links.live}", client="192.0.2.7") == answers.pop()
    assert ask(served, f"/guest/{links.live}", client="192.0.2.8").status == 200


def test_the_other_doors_are_as_they_were(served: str) -> None:
    assert ask(served, "/healthz").body == b'{"status":"ok"}'
    assert ask(served, "/").status == 200


# --- The rate limit and a store that cannot say, without a server --------------------------------


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Door:
    """The door alone, with a clock that is moved by hand."""

    clock: Clock = field(default_factory=Clock)
    today: datetime = TODAY

    def __post_init__(self) -> None:
        self.limit = Limit(self.clock)
        self.app = Guests(_nothing_behind, self.limit, lambda: self.today)

    def status(self, token: str, client: str = "192.0.2.1") -> int:
        return self.answer(token, client)[0]

    def answer(self, token: str, client: str = "192.0.2.1") -> tuple[int, bytes]:
        said: list[dict[str, object]] = []

        async def send(message: dict[str, object]) -> None:
            said.append(message)

        async def receive() -> dict[str, object]:
            return {"type": "http.request"}

        scope = {"type": "http", "method": "GET", "path": f"/guest/{token}", "headers": [],
                 "client": (client, 5)}  # fmt: skip
        asyncio.run(self.app(scope, receive, send))  # type: ignore[arg-type]
        status, body = said[0]["status"], said[1]["body"]
        assert isinstance(status, int)
        assert isinstance(body, bytes)
        return status, body


async def _nothing_behind(*_: object) -> None:
    raise AssertionError("a guest reached the app")


@pytest.fixture
def door(home: Path, monkeypatch: pytest.MonkeyPatch) -> Door:
    monkeypatch.setenv("CONCORD_HOME", str(home))
    return Door(today=datetime.now())


def test_the_limit_lasts_until_its_minute_is_over(door: Door, links: Links) -> None:
    assert door.status(links.live) == 200
    for _ in range(MOST_FAILURES - 1):
        assert door.status("guess") == 404
    assert door.status(links.live) == 200
    assert door.status("guess") == 404
    assert door.status(links.live) == 404
    assert door.status(links.live, client="192.0.2.2") == 200
    door.clock.now = WINDOW - 0.1
    assert door.status(links.live) == 404
    door.clock.now = WINDOW
    assert door.status(links.live) == 200


def test_what_the_limit_remembers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.limit.MOST_ADDRESSES", 5)
    limit = Limit(Clock())
    for number in range(100):
        limit.failed(str(number))
    assert len(limit._failures) == 5


def test_a_guest_is_told_nothing_of_a_store_that_cannot_say(
    tmp_path: Path, links: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = guest.NOT_FOUND.encode()
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "nowhere"))
    assert Door().answer(links.live) == (404, missing)
    assert not (tmp_path / "nowhere").exists()
    monkeypatch.setenv("CONCORD_STORE", "oracle://here")
    assert Door().answer(links.live) == (404, missing)


def test_what_went_wrong_is_logged_without_the_token(
    home: Path, door: Door, links: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(f"locked while {links.live} was read")

    monkeypatch.setattr("queries.guests.record_opening", broken)
    assert door.answer(links.live) == (404, guest.NOT_FOUND.encode())
    log = (home / "log.jsonl").read_text(encoding="utf-8")
    assert "guest_error" in log
    assert links.live not in log
    assert guests.token_hash(links.live) not in log


# --- In a browser without scripts ----------------------------------------------------------------


@pytest.fixture(scope="module")
def chrome(chromium: str) -> Iterator[Browser]:
    with browser(chromium) as opened:
        yield opened


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_the_page_opens_without_scripts_and_asks_for_nothing_else(
    width: int, theme: str, served: str, links: Links, chrome: Browser, tmp_path: Path
) -> None:
    context = chrome.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 900},
        color_scheme="dark" if theme == "dark" else "light",
    )  # fmt: skip
    page, asked, said = context.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    address = f"{served}/guest/{links.live}"
    page.goto(address, wait_until="load")
    assert asked == [address]
    assert said == []
    assert page.locator("h1").inner_text() == "Budget and spend"
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(20, 24, 29)" if theme == "dark" else "rgb(255, 255, 255)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown = page.locator("figure svg").filter(visible=True)
    assert shown.count() == 1
    page.screenshot(path=str(tmp_path / "guest.png"), full_page=True)
    context.close()
