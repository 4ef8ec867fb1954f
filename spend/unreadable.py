"""Entries of the minutes that say nothing to follow: left out, with a sentence that says why."""

from decimal import InvalidOperation

from queries.minutes import Entry

# What reading an entry may raise: a rule it breaks, or the wrong type in its body.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, InvalidOperation)


def left_out(what: str, entry: Entry, error: Exception) -> str:
    """Why an entry was left out: the rule it breaks, where somebody stated one.

    >>> from datetime import datetime
    >>> entry = Entry(7, 1, "mark", "", {}, "", "finance", datetime(2026, 11, 2), "Ann")
    >>> left_out("mark", entry, ValueError("it is of no figure"))
    'The mark in minute 7 was left out: it is of no figure.'
    """
    why = error if isinstance(error, ValueError) else "it cannot be read"
    return f"The {what} in minute {entry.minute} was left out: {why}."
