"""How often one address may ask for what is not there."""

import time
from collections.abc import Callable

MOST_FAILURES, WINDOW = 30, 60.0  # of one address, in how many seconds
MOST_ADDRESSES = 10_000  # whose failures are remembered; then the oldest is forgotten


class Limit:
    """How often each address asked for what is not there, in memory, by this process alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._failures: dict[str, tuple[float, int]] = {}  # since when, how many

    def reached(self, address: str) -> bool:
        """Whether an address has to wait until its minute is over."""
        since, failures = self._failures.get(address, (0.0, 0))
        if self.clock() - since >= WINDOW:
            self._failures.pop(address, None)
            return False
        return failures >= MOST_FAILURES

    def failed(self, address: str) -> None:
        """Count one more; its minute begins with the first."""
        since, failures = self._failures.get(address, (self.clock(), 0))
        self._failures[address] = since, failures + 1
        while len(self._failures) > MOST_ADDRESSES:
            del self._failures[next(iter(self._failures))]
