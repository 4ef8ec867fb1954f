"""Definitions: what each figure means, who answers for it, and what was agreed about it."""

from pages.parts import controls, definition, dictionary, frame, page, places, store
from spend import definitions

SHOWN = {"figures": "Figures", "responsible": "Who is responsible"}

places.leave()
shown = controls.chosen("show", SHOWN)
view = frame.view()
report = page.written(definitions.report)
found = store.written(definitions.dictionary, view.at, view.selection).definitions
asked = dictionary.chosen(found)

page.head(report)
page.message(report)
dictionary.search()
if asked.metric:
    dictionary.beside(found, asked.metric)
    definition.show(found[asked.metric], report.currency)
else:
    controls.choose("show", SHOWN, "What to show")
    if shown == "figures":
        dictionary.figures(found, asked)
    else:
        dictionary.responsible()

page.notes(report)
page.actions(report)
