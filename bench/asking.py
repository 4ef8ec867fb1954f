"""How long the eight questions take in each form, and whether the forms give the same answer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from bench.questions import FORMS, QUESTIONS, SELECTION, Question, differences, run, text
from bench.timing import in_turns, middle
from queries.selection import Selection
from queries.store import Reader, Store
from queries.window import read_choices

ROUNDS = 7
TWO = replace(SELECTION, cost_centre=("K003",), category=("C002",))
FILTERED = {2: TWO, 3: replace(TWO, supplier=("S00020",))}
WITHOUT_MARTS = FORMS[:2]
Notify = Callable[[str], None]
Answer = Callable[[], pd.DataFrame]


@dataclass(frozen=True)
class Asked:
    """One question of one selection, and the forms that are compared."""

    name: str
    question: Question
    selection: Selection = SELECTION
    forms: tuple[str, ...] = FORMS


def whole() -> Iterator[Asked]:
    """The eight questions, of the whole company."""
    for question in QUESTIONS:
        yield Asked(question.name, question)


def narrowed() -> Iterator[Asked]:
    """Questions with two or three filters, by Concord and over lines."""
    for question in QUESTIONS:
        for many in question.filters:
            name = f"{question.name} {many}"
            yield Asked(name, question, FILTERED[many], WITHOUT_MARTS)


def measured(
    store: Store, asked: Iterator[Asked], notify: Notify, rounds: int = ROUNDS
) -> dict[str, Any]:
    """What each form took in each round, in turns; ``apart`` says where their answers differ."""
    found: dict[str, Any] = {}
    for one in asked:
        forms = _forms(store, one)
        answers = {form: answer() for form, answer in forms.items()}
        apart = _apart(one.question, answers)
        took = in_turns(forms, rounds)
        said = ", ".join(f"{form} {middle(times):.0f}" for form, times in took.items())
        notify(f"{one.name}: {said} ms" + (", ANSWERS DIFFER" if any(apart.values()) else ""))
        found[one.name] = {"took": took, "apart": apart, "rows": len(answers["lines"])}
    return found


def apart(store: Store, one: Asked) -> dict[str, list[str]]:
    """Where the other forms' answers differ from that over the lines."""
    return _apart(one.question, {form: answer() for form, answer in _forms(store, one).items()})


def _apart(question: Question, answers: Mapping[str, pd.DataFrame]) -> dict[str, list[str]]:
    return {
        form: differences(question, found, answers["lines"])
        for form, found in answers.items()
        if form != "lines"
    }


def _forms(store: Store, one: Asked) -> dict[str, Answer]:
    """A question's forms, on an open store: each time with a reader of its own."""
    with store.reader() as reader:
        choices, engine = read_choices(reader), reader.connection.dialect.name
    found: dict[str, Answer] = {}
    for form in one.forms:
        answer: Callable[[Reader], pd.DataFrame]
        if form == "concord":
            answer = partial(_ours, one)
        else:
            sql = text(one.question.name, form, engine, choices, one.selection)
            answer = partial(run, sql=sql)
        found[form] = partial(_read, store, answer)
    return found


def _ours(one: Asked, reader: Reader) -> pd.DataFrame:
    return one.question.answer(reader, one.selection)


def _read(store: Store, answer: Callable[[Reader], pd.DataFrame]) -> pd.DataFrame:
    with store.reader() as reader:
        return answer(reader)
