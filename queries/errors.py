"""The one error people see: a single line that says what is wrong and what to do."""


class ConcordError(Exception):
    """A request that cannot be met; its message is one line for the person who asked."""
