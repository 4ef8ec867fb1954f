"""The one error people see: a single line that says what is wrong and what to do."""


class ConcordError(Exception):
    """A request that cannot be met; its message is one line for the person who asked."""

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


class NothingLoadedError(ConcordError):
    """The store has never been filled: no fault, but a beginning."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the {what} is empty: run `spend demo` to look around, or `spend init` and then "
            "`spend load PATH` for books of your own"
        )


class BusyError(ConcordError):
    """More people ask at once than there are connections for."""

    def __init__(self) -> None:
        super().__init__("too many people read at this moment: try again")


class SlowError(ConcordError):
    """The server was given more time than it may take for one answer."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"the answer took more than {seconds} s and was given up: ask for less at once, or "
            "give the server longer (CONCORD_STATEMENT_SECONDS)"
        )


def one_line(message: str) -> str:
    r"""A message as one line that steers no terminal, whatever a file or a link brought into it.

    >>> one_line("sup\nplier\x1b[2J.csv: no such table")
    'sup plier [2J.csv: no such table'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in message).split())
