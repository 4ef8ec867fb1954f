"""A PowerPoint file: wide, in one typeface, byte for byte the same whenever it is made again."""

import io
import re
import zipfile
from datetime import datetime
from typing import Any

from pptx import Presentation
from pptx.util import Pt

from spend.outputs import cells

Deck = Any  # python-pptx publishes few types
WIDTH, HEIGHT = 960.0, 540.0  # points: 16 to 9
TYPEFACE = b"Arial"
LAYOUT = 5  # of the library's own template: a title, and nothing else
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # that a ZIP can tell
_THEME = "/theme"
_FACES = re.compile(rb'(<a:latin typeface=")[^"+][^"]*(")')


def opened(title: str, about: str, at: datetime) -> Deck:
    """An empty deck; ``at`` is the moment that it says it was made."""
    deck = Presentation()
    _widened(deck)
    _one_typeface(deck)
    core = deck.core_properties
    core.title, core.subject = (cells.printable(text)[:255] for text in (title, about))
    core.author = "Concord"
    core.created = core.modified = at
    core.last_modified_by, core.revision = "Concord", 1
    return deck


def _widened(deck: Deck) -> None:
    """The template is 4 to 3: its master and its layouts are stretched with the slide."""
    wider = Pt(WIDTH) / deck.slide_width
    for part in (deck.slide_master, *deck.slide_layouts):
        for shape in part.placeholders:
            shape.left, shape.width = int(shape.left * wider), int(shape.width * wider)
            shape.top, shape.height = shape.top, shape.height
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)


def _one_typeface(deck: Deck) -> None:
    for relation in deck.slide_master.part.rels.values():
        if _THEME in relation.reltype:
            theme = relation.target_part
            theme._blob = _FACES.sub(rb"\1" + TYPEFACE + rb"\2", theme.blob)


def saved(deck: Deck) -> bytes:
    """The file. The library stamps each member with the clock; here all have one day."""
    stream, plain = io.BytesIO(), io.BytesIO()
    deck.save(stream)
    with zipfile.ZipFile(stream) as made, zipfile.ZipFile(plain, "w") as kept:
        for name in made.namelist():
            member = zipfile.ZipInfo(name, FIRST_DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(member, made.read(name))
    return plain.getvalue()
