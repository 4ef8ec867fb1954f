"""A metric's formula in words, where there is nothing to typeset it with."""

import re

WORDS = {
    r"\operatorname{median}": "the median of ", r"\sum": "the sum of ", r"\min": "the least of ",
    r"\times": "×", r"\cdot": "×", r"\left": "", r"\right": "", "-": "−", "^2": "²",
}  # fmt: skip


def in_words(formula: str) -> str:
    r"""A formula's LaTeX as a line of words.

    >>> in_words(r"\text{actual} - \text{budget}")
    'actual − budget'
    >>> in_words(r"\frac{\sum \text{gross} \times \text{agreed days}}{\sum \text{gross}}")
    '(the sum of gross × agreed days) ÷ (the sum of gross)'
    >>> in_words(r"\sum_{\text{no demand}} \text{on hand}")
    'the sum, over no demand, of on hand'
    """
    said = re.sub(r"\\sum_\{\\text\{([^{}]*)\}\}", r"the sum, over \1, of ", formula)
    kept: list[str] = []

    def keep(term: re.Match[str]) -> str:
        # What stands in a term is words already: none of its signs is part of the formula.
        kept.append(term[1])
        return f"\0{len(kept) - 1}\0"

    said = re.sub(r"\\text\{([^{}]*)\}", keep, said)
    for sign, word in WORDS.items():
        said = said.replace(sign, word)
    while "\\frac" in said:
        said = _divided(said)
    said = re.sub(r"(\0\d+\0|\)) (?=\(|\0\d)", r"\1 × ", said)
    said = re.sub(r"\0(\d+)\0", lambda place: kept[int(place[1])], said)
    said = re.sub(r"\s+", " ", said.replace("( ", "(").replace(" )", ")"))
    return re.sub(r"\( ", "(", re.sub(r" \)", ")", said)).strip()


def _divided(said: str) -> str:
    """The last fraction, which has none inside, as a division."""
    before, _, rest = said.rpartition("\\frac")
    above, rest = _braced(rest)
    below, rest = _braced(rest)
    return f"{before}{_whole(above)} ÷ {_whole(below)}{rest}"


def _braced(said: str) -> tuple[str, str]:
    """What stands in the braces at the beginning, and what follows them."""
    inside, _, rest = said.lstrip().removeprefix("{").partition("}")
    return inside.strip(), rest


def _whole(part: str) -> str:
    """A part of a division: in brackets where it is more than one term."""
    return part if re.fullmatch(r"\0\d+\0", part) else f"({part})"
