"""What counts as a saving: the policy that both teams signed, another to try, and its proposal."""

from collections.abc import Sequence

import streamlit as st

from pages.parts import (
    controls,
    figures,
    numbers,
    page,
    person,
    saving,
    signing,
    store,
    tables,
    words,
)
from pages.parts.frame import View
from pages.parts.numbers import Number
from spend import savings_recognition
from spend.savings_agreed import Recognition
from spend.savings_policy import (
    POLICY,
    RULES,
    STAGES,
    TYPES,
    RecognitionPolicy,
    headed,
)
from spend.sentences import capital

AS_AGREED = "agreed"
TYPES_KEY = "types"
LABELS = {"baseline": "Savings count", "months": "They run", "budgeted": "The budget"}


def chosen(view: View) -> RecognitionPolicy:
    """The policy that is tried: the one in force, as far as the address says nothing else."""
    force = _found(view).policy
    rules = {rule: controls.chosen(rule, _options(rule)) for rule in RULES}
    types = numbers.words(TYPES_KEY, _known)
    chances = [numbers.chosen(one) for one in _chances(force)]
    return RecognitionPolicy(
        types=tuple(t for t in TYPES if t in types) or force.types,
        probabilities=_rising(chances, force),
        **{rule: getattr(force, rule) if value == AS_AGREED else value
           for rule, value in rules.items()},  # type: ignore[arg-type]  # one of the rule's words
    )  # fmt: skip


def _found(view: View) -> Recognition:
    return store.report(savings_recognition.read, view.at, view.selection)


def _options(rule: str) -> dict[str, str]:
    return {AS_AGREED: "As agreed", **{key: capital(said) for key, said in RULES[rule].items()}}


def _known(asked: Sequence[str]) -> tuple[list[str], list[str]]:
    """The types of a link that there are, and a line for each that there is not."""
    kept = [one for one in dict.fromkeys(asked) if one in TYPES]
    return kept, [f"“{one[:60]}” was left out: it can be {', '.join(TYPES)}"
                  for one in asked if one not in TYPES]  # fmt: skip


def _chances(force: RecognitionPolicy) -> list[Number]:
    return [
        Number(f"chance_{stage}", f"{headed(stage)}, %",
               round(100 * force.probability(stage), 6), 0, 100, percent=True)
        for stage in STAGES
    ]  # fmt: skip


def _rising(chances: Sequence[float], force: RecognitionPolicy) -> tuple[float, ...]:
    """The chances that are tried; those in force where they would fall from stage to stage."""
    tried = tuple(chances)
    return tried if list(tried) == sorted(tried) else force.probabilities


def show(view: View, tried: RecognitionPolicy, currency: str) -> None:
    """The policy with its versions, what is asked for, and a form to try and propose another."""
    found = _found(view)
    page.heading("What counts as a saving")
    saving.said(POLICY)
    for number, one in enumerate(found.asked):
        signing.row(one, POLICY, number)
    for line in found.skipped:
        st.warning(words.plain(line), icon=":material/info:")
    left, right = page.pair()
    with left:
        table = savings_recognition.versions(found, tried)
        tables.show(table, currency)
        page.caption(f"{table.title}. It takes effect once one person of each team has signed.")
    with right:
        _form(found)
        _propose(view, found, tried, currency)


def _form(found: Recognition) -> None:
    page.caption("Try another policy")
    st.multiselect(
        "Types that are recognised", TYPES, key=TYPES_KEY, format_func=headed,
        placeholder="As agreed",
    )  # fmt: skip
    for rule, label in LABELS.items():
        controls.pick(rule, _options(rule), label)
    with st.expander("Chances of the pipeline, by stage"):
        for one in _chances(found.policy):
            numbers.box(one)
        page.caption("Chances that fall from one stage to the next are left as agreed.")


def _propose(view: View, found: Recognition, tried: RecognitionPolicy, currency: str) -> None:
    """What is tried, what it would do, and the button that asks for it."""
    if tried == found.policy:
        page.caption("What is tried is in force.")
        return
    st.markdown(words.plain(f"{capital(tried.said())}."))
    facts = store.report(savings_recognition.tried, view.at, view.selection, tried)
    if facts:
        figures.facts(facts, currency, signed=False, key="policy_facts")
    saving.press(
        "propose", f"Propose as {person.here().role}", ":material/edit_note:", POLICY, POLICY,
        tried.body(), told="It takes effect once the other team signs the same.",
    )  # fmt: skip
