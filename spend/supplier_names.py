"""Which suppliers may be one and the same company: names as people compare them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

# What companies are called by law says nothing about which company it is. A word counts as such at
# a name's end only: "SA Water" is no company of the name of "Water".
LEGAL_FORMS = frozenset((
    "ab", "ag", "aps", "as", "asa", "bv", "bvba", "co", "company", "corp", "corporation", "doo",
    "eood", "eg", "ek", "ev", "gbr", "ges", "gesmbh", "gmbh", "hf", "inc", "incorporated", "kft",
    "kg", "kgaa", "kk", "lda", "limited", "llc", "llp", "lp", "ltd", "ltda", "mbh", "nv", "nyrt",
    "ohg", "oo", "ood", "oy", "oyj", "plc", "pte", "pty", "pvt", "sa", "sarl", "sas", "sasu", "sca",
    "scs", "se", "sl", "slu", "snc", "spa", "spzoo", "sprl", "srl", "sro", "ug", "zrt", "zoo",
))  # fmt: skip
JOINS = frozenset(("and", "und", "et"))
BEFORE_FORMS = JOINS | {"cie", "sp", "z"}  # as in "& Cie", "Sp. z o.o."
_MARKS = re.compile(r"[^\w]+|_+")
_DOTS = re.compile(r"[.'’`]|(?<=\ba)/(?=s\b)")  # "A/S" is one word


def plain_name(name: str) -> str:
    """A supplier's name without case, accents, punctuation and legal form.

    '' where nothing but punctuation stands.

    >>> plain_name("Kestrel Freight Ltd."), plain_name("KESTREL-FREIGHT Limited")
    ('kestrel freight', 'kestrel freight')
    >>> plain_name("Müller & Söhne GmbH & Co. KG"), plain_name("Muller Sohne"), plain_name("S.A.")
    ('muller sohne', 'muller sohne', 'sa')
    >>> plain_name("Novo A/S"), plain_name("Zeta Sp. z o.o.")
    ('novo', 'zeta')
    """
    folded = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    words = [word for word in _MARKS.split(_DOTS.sub("", letters)) if word]
    kept = list(words)
    while kept and kept[-1] in LEGAL_FORMS | BEFORE_FORMS:
        kept.pop()
    return " ".join(word for word in kept if word not in JOINS) or " ".join(words)


def namesakes(names: Mapping[str, str], heads: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Ids whose plain names are the same though they are not of one group, by that name.

    ``names`` and ``heads`` are by id: the name, and the head of the id's group.

    >>> names = {"S1": "Kestrel Ltd", "S2": "KESTREL", "S3": "Wren", "S4": "Wren Inc."}
    >>> namesakes(names, {"S1": "S1", "S2": "S2", "S3": "S3", "S4": "S3"})
    (('S1', 'S2'),)
    """
    found: dict[str, list[str]] = {}
    for supplier, name in names.items():
        if plain := plain_name(name):
            found.setdefault(plain, []).append(supplier)
    return tuple(tuple(ids) for _, ids in sorted(found.items()) if _apart(ids, heads))


def _apart(ids: Iterable[str], heads: Mapping[str, str]) -> bool:
    return len({heads[supplier] for supplier in ids}) > 1
