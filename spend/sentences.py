"""What sentences are made of, whatever they are about: a capital letter, a list, things counted."""

from collections.abc import Sequence


def capital(text: str) -> str:
    """A text with its first letter large, as at the beginning of a sentence.

    >>> capital("€5 for IT"), capital("both signed it")
    ('€5 for IT', 'Both signed it')
    """
    return text[:1].upper() + text[1:]


def listed(names: Sequence[str]) -> str:
    """Names in a row, as people say them.

    >>> listed(["price"]), listed(["price", "volume", "mix"])
    ('price', 'price, volume and mix')
    """
    return " and ".join([*([", ".join(names[:-1])] if names[1:] else []), *names[-1:]])


def readings(finance: str, procurement: str) -> dict[str, str]:
    """What each team reads, by lens; both read the one after the other.

    >>> readings("It is dear.", "It is safe.")["both"]
    'It is dear. It is safe.'
    """
    both = f"{finance} {procurement}".strip()
    return {"finance": finance, "procurement": procurement, "both": both}


def count(number: int, one: str, many: str) -> str:
    """A number of things.

    >>> count(1, "row", "rows"), count(1200, "row", "rows")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {one if number == 1 else many}"
