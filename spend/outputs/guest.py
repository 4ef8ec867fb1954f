"""A guest's page: one report as one HTML document that needs nothing else, and runs nothing.

Figures, what they say, the main picture, both readings, the table, the notes, the load, and what
the figures mean. It asks for no other file: no script, no font, no picture. Whatever comes from the
books or from people is escaped.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from spend import money
from spend.exact_values import exact_text
from spend.metric import Metric
from spend.outputs import figures, guest_table, svg_picture
from spend.outputs.formula import in_words
from spend.outputs.guest_style import STYLE
from spend.outputs.svg import escaped
from spend.questions import HEADLINES
from spend.registry import all_metrics
from spend.result import Change, Fact, Figure, Report

UNIT = re.compile(r"(?<=\d) (?=(?:%|bn|M|k|days?)(?:\W|$))")  # stays with its number
MOST_TILES = 12  # a page with more figures shows those that answer first
TEAMS = {"finance": "Finance reads", "procurement": "Procurement reads"}
JUDGED = {True: "good-said", False: "bad-said", None: ""}


@dataclass(frozen=True)
class Issue:
    """Who gives a page away, until when (UTC), and what it is a view of.

    ``link`` is the pinned address of the view; ``names`` are short words for places along time.
    """

    by: str
    expires_at: datetime
    link: str
    loaded_at: datetime
    names: Mapping[str, str]


def page(report: Report, issue: Issue) -> str:
    """The whole page; its figures are the report's, and stay so."""
    return _document(report.title, "".join(_parts(report, issue)))


def policy(html: str) -> str:
    """What a page may do: apply its own style, and nothing else.

    >>> "script" in policy(NOT_FOUND), policy(NOT_FOUND).startswith("default-src 'none'; style-src")
    (False, True)
    """
    # The first style of a page is its own: what could have brought another one is escaped.
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = hashlib.sha256((style[1] if style else "").encode()).digest()
    return (
        f"default-src 'none'; style-src 'sha256-{base64.b64encode(digest).decode()}'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _document(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex,nofollow,noarchive">'
        '<meta name="referrer" content="no-referrer">'
        f'<link rel="icon" href="data:,"><title>{escaped(title)} · Concord</title>'
        f"<style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )


NOT_FOUND = _document(
    "Nothing here",
    "<h1>There is nothing here</h1><p>A link that somebody gave you opens for some days, and can "
    "be withdrawn. Ask whoever sent it for a new one.</p>",
)


def prose(text: str) -> str:
    """A sentence as text of the page, in which no unit is torn from its number.

    >>> prose("€1.2 M & more")
    '€1.2&#160;M &amp; more'
    """
    return UNIT.sub("&#160;", escaped(text))


# --- The parts, from top to bottom ---------------------------------------------------------------


def _parts(report: Report, issue: Issue) -> Iterator[str]:
    load = f"Load {report.batch} of {issue.loaded_at:%-d %B %Y, %H:%M}."
    yield f"<h1>{escaped(report.title)}</h1>"
    yield f'<p class="small">{escaped(f"{report.question} {report.sentence} {load}")}</p>'
    shown = headlines(report)
    tiles = [_tile(figure, report.currency) for figure in shown]
    tiles += [_fact(fact, report.currency) for fact in report.facts]
    if tiles:
        yield f'<ul class="tiles">{"".join(tiles)}</ul>'
    yield f'<p class="message">{prose(report.message)}</p>'
    yield _picture(report, issue)
    yield _readings(report)
    if report.tables:
        yield guest_table.html(report.tables[0], report.currency)
    yield _notes(report)
    yield _definitions(shown)
    yield _end(issue)


def headlines(report: Report) -> tuple[Figure, ...]:
    """The figures that stand as tiles: all of them, or, where they are many, the first answers."""
    if len(report.figures) <= MOST_TILES:
        return report.figures
    first = set(HEADLINES)
    return tuple(figure for figure in report.figures if figure.metric in first)


def _tile(figure: Figure, currency: str) -> str:
    unit = figures.unit(figure)
    reason = figure.reason if figure.value is None else ""
    lines = [_change(change, unit, currency) for change in figure.changes]
    lines += [f"<span>{escaped(reason)}</span>"] if reason else []
    return _shown(figures.label(figure), figure.value, unit, currency, "".join(lines))


def _fact(fact: Fact, currency: str) -> str:
    return _shown(fact.label, fact.value, fact.unit, currency,
                  f"<span>{escaped(fact.meaning)}</span>")  # fmt: skip


def _shown(label: str, value: money.Number, unit: str, currency: str, more: str) -> str:
    """One tile: what it is, how it reads, and exactly where somebody points."""
    said = escaped(money.reading(value, unit, currency))
    title = escaped(money.stated(value, unit, currency))
    return (
        f"<li><span>{escaped(label)}</span>"
        f'<data value="{escaped(exact_text(value))}" title="{title}">{said}</data>{more}</li>'
    )


def _change(change: Change, unit: str, currency: str) -> str:
    """A change: its direction as a shape, and its judgement as a colour."""
    if change.amount is None:
        return f"<span>{money.NOT_AVAILABLE} {escaped(change.label)}</span>"
    points = money.difference_unit(unit)
    amount = money.reading(change.amount, points, currency, signed=True)
    shape = money.direction(change.amount, points)
    css = JUDGED[None if shape == "=" else change.favourable]
    return f'<span><b class="{css}">{shape} {escaped(amount)}</b> {escaped(change.label)}</span>'


def _picture(report: Report, issue: Issue) -> str:
    """The main picture, once for wide places and once for phones."""
    if report.picture is None:
        return ""
    drawn = (
        (css, svg_picture.picture(report.picture, report.currency, issue.names, width))
        for css, width in (("wide", svg_picture.WIDE), ("narrow", svg_picture.NARROW))
    )
    pictures = "".join(f'<div class="{css}">{svg}</div>' for css, svg in drawn)
    return f"<figure><figcaption>{escaped(report.picture.title)}</figcaption>{pictures}</figure>"


def _readings(report: Report) -> str:
    """What the figures mean for the team whose lens is on, or for both."""
    lens = report.selection.lens
    teams = TEAMS if lens == "both" else {lens: TEAMS[lens]}
    found = "".join(
        f'<section class="of-{team}"><h2>{title}</h2><p>{prose(report.readings[team])}</p>'
        "</section>"
        for team, title in teams.items() if report.readings.get(team)
    )  # fmt: skip
    return f'<div class="readings">{found}</div>' if found else ""


def _notes(report: Report) -> str:
    ordered = sorted(report.notes, key=lambda note: note.kind != "warning")
    lines = "".join(f'<li class="{note.kind}">{prose(note.text)}</li>' for note in ordered)
    return f'<ul class="notes small">{lines}</ul>' if lines else ""


def _definitions(shown: tuple[Figure, ...]) -> str:
    """What each figure means: its first paragraph, and its formula in words."""
    declared = all_metrics()
    found = "".join(_definition(declared[f.metric]) for f in shown if f.metric in declared)
    return f"<h2>What the figures mean</h2><dl>{found}</dl>" if found else ""


def _definition(metric: Metric) -> str:
    told = metric.description.partition("\n\n")[0].replace("``", "").replace("\n", " ")
    formula = in_words(metric.formula)
    return (
        f"<div><dt>{escaped(metric.label)}</dt><dd>{escaped(told)}</dd>"
        f"<dd>{escaped(metric.label)} = {escaped(formula)}</dd></div>"
    )


def _end(issue: Issue) -> str:
    until = f"{issue.expires_at:%-d %B %Y, %H:%M} UTC"
    link = escaped(issue.link)
    known = issue.link.startswith(("http://", "https://"))
    address = f'<a href="{link}" rel="noreferrer">{link}</a>' if known else link
    return (
        f'<footer class="small"><p>Issued by {escaped(issue.by)} for reading until {until}. '
        "These figures are frozen, whatever is loaded later.</p>"
        f"<p>For whoever may sign in to Concord, the same view: {address}</p></footer>"
    )
