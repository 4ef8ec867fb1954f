"""One person's browser, as far as a server can tell: Streamlit's websocket protocol, undrawn.

A session answers as the browser does: it sends the value of every widget with each change, follows
the address that the app writes, and keeps large messages so that they need not be sent twice.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

PATIENCE = 60.0  # seconds after which a person gives up
KEPT_RUNS = 2  # how long a browser keeps a large message that no run shows any more
FOLLOW_UPS = 3  # reruns that one change may ask for, such as by a page that leads to another


class GoneError(Exception):
    """The session is gone: the server closed it, or did not answer in time."""


@dataclass(frozen=True)
class Answer:
    """One rerun, from the change to the end of the script."""

    seconds: float
    size: int  # bytes that came
    complaints: tuple[str, ...]


@dataclass
class _Run:
    """What came of one rerun so far."""

    size: int = 0
    complaints: list[str] = field(default_factory=list)
    widgets: set[str] = field(default_factory=set)  # drawn in this run


@dataclass
class Session:
    """One open page. ``shown`` has the options of each chooser that has a key, by that key."""

    socket: ClientConnection
    origin: str
    path: str
    shown: dict[str, Sequence[str]] = field(default_factory=dict)
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _page: str = ""
    _query: str = ""
    _runs: int = 0
    _ids: dict[str, str] = field(default_factory=dict)  # by key
    _values: dict[str, WidgetState] = field(default_factory=dict)  # by id
    _kept: dict[str, tuple[int, Element]] = field(default_factory=dict)  # by hash, with its run

    @classmethod
    async def start(cls, port: int, path: str) -> "Session":
        """Connect as the browser does that opened an address."""
        try:
            socket = await connect(
                f"ws://127.0.0.1:{port}/_stcore/stream",
                origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
                subprotocols=[Subprotocol("streamlit")],
                max_size=None,
                ping_interval=None,
                open_timeout=PATIENCE,
            )
        except (OSError, TimeoutError) as error:
            raise GoneError(f"no connection: {type(error).__name__}") from None
        return cls(socket, f"http://127.0.0.1:{port}", path)

    async def open(self) -> Answer:
        """The first run of the page."""
        return await self._rerun()

    async def choose(self, changes: Mapping[str, tuple[str, ...]]) -> Answer:
        """Set choosers, by key, to other options, and wait until the page stands again."""
        for key, values in changes.items():
            state = self._values[self._ids[key]]
            if state.WhichOneof("value") == "string_value":
                state.string_value = values[0]
            else:
                state.string_array_value.data[:] = values
            self.chosen[key] = values
        return await self._rerun()

    async def close(self) -> None:
        """Leave, as by closing the window."""
        await self.socket.close()

    async def _rerun(self) -> Answer:
        message = self._change().SerializeToString()
        began = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                await self.socket.send(message)
                run = await self._finished()
        except TimeoutError:
            raise GoneError(f"no answer in {PATIENCE:.0f} s") from None
        except ConnectionClosed as error:
            code = error.rcvd.code if error.rcvd else "without a word"
            raise GoneError(f"disconnected: {code}") from None
        seconds = time.perf_counter() - began
        self._forget(run)
        return Answer(seconds, run.size, tuple(run.complaints))

    def _change(self) -> BackMsg:
        """What the browser sends when a widget was changed, or a page opened."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self._query
        state.page_script_hash = self._page
        state.page_name = "" if self._page else self.path
        state.widget_states.widgets.extend(self._values.values())
        state.cached_message_hashes.extend(self._kept)
        state.context_info.timezone = "UTC"
        state.context_info.locale = "en"
        query = f"?{self._query}" if self._query else ""
        state.context_info.url = f"{self.origin}/{self.path}{query}"
        return message

    async def _finished(self) -> _Run:
        """Take in what comes until the script has ended for good."""
        run, follow_ups = _Run(), 0
        while True:
            data = await self.socket.recv(decode=False)
            message = ForwardMsg.FromString(data)
            run.size += len(data)
            kind = message.WhichOneof("type")
            if kind == "script_finished":
                if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                        run.complaints.append("the script did not compile")
                    return run
                follow_ups += 1
                if follow_ups > FOLLOW_UPS:
                    raise GoneError("the page runs again and again")
                run.widgets.clear()
            else:
                self._take(message, str(kind), run)

    def _take(self, message: ForwardMsg, kind: str, run: _Run) -> None:
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            if message.metadata.cacheable:
                self._kept[message.hash] = (self._runs, element)
            self._draw(element, run)
        elif kind == "ref_hash":
            _, element = self._kept[message.ref_hash]
            self._kept[message.ref_hash] = (self._runs, element)
            self._draw(element, run)
        elif kind == "navigation":
            self._page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "page_not_found":
            run.complaints.append(f"no page {message.page_not_found.page_name}")

    def _draw(self, element: Element, run: _Run) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            said = element.exception
            run.complaints.append(f"{said.type}: {said.message}"[:200])
        elif kind == "alert" and element.alert.format == Alert.ERROR:
            run.complaints.append(element.alert.body[:200])
        elif kind in ("selectbox", "radio", "multiselect", "button_group"):
            self._chooser(element, kind, run)
        elif kind in ("text_input", "checkbox", "number_input"):
            self._field(element, kind, run)

    def _chooser(self, element: Element, kind: str, run: _Run) -> None:
        """Take note of a widget with options: what can be chosen, and what the app has chosen."""
        widget = getattr(element, kind)
        options = [o.content for o in widget.options] if kind == "button_group" else widget.options
        key = widget.id.split("-", 2)[-1]
        if kind in ("selectbox", "radio"):
            given = (widget.raw_value,) if widget.set_value and widget.raw_value else ()
            first = (options[widget.default],) if widget.HasField("default") else ()
        else:
            given = tuple(widget.raw_values) if widget.set_value else ()
            first = tuple(options[i] for i in widget.default)
        run.widgets.add(widget.id)
        self._ids[key], self.shown[key] = widget.id, options
        if widget.set_value or widget.id not in self._values:
            self.chosen[key] = given if widget.set_value else first
            state = WidgetState(id=widget.id)
            if kind in ("selectbox", "radio"):
                state.string_value = "".join(self.chosen[key])
            else:
                state.string_array_value.data.extend(self.chosen[key])
            self._values[widget.id] = state

    def _field(self, element: Element, kind: str, run: _Run) -> None:
        """Take note of a widget that is filled in, which nobody here does."""
        widget = getattr(element, kind)
        run.widgets.add(widget.id)
        if widget.set_value or widget.id not in self._values:
            value = widget.value if widget.set_value else widget.default
            name = {"text_input": "string_value", "checkbox": "bool_value"}.get(
                kind, "double_value"
            )
            self._values[widget.id] = WidgetState(id=widget.id, **{name: value})

    def _forget(self, run: _Run) -> None:
        """Drop what this run no longer showed, as the browser does."""
        self._values = {w: v for w, v in self._values.items() if w in run.widgets}
        self._runs += 1
        self._kept = {h: k for h, k in self._kept.items() if self._runs - k[0] <= KEPT_RUNS}
