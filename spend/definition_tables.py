"""The dictionary as tables: what each figure means, how it is made, and what was agreed."""

from collections.abc import Iterator, Sequence

from spend.definition_words import owner_words, tables_words
from spend.dictionary import Definition
from spend.registry import all_metrics
from spend.responsibility import ACTIVITIES
from spend.result import PER_ROW, Cell, Table, TableColumn
from spend.sentences import listed
from spend.where_used import page_words

Row = tuple[Cell, ...]
TARGETS = (
    TableColumn("fiscal_year", "Fiscal year", "text"),
    TableColumn("finance", "Finance", PER_ROW),
    TableColumn("procurement", "Procurement", PER_ROW),
    TableColumn("agreed", "Agreed", PER_ROW),
    TableColumn("loaded", "Came with", "text"),
    TableColumn("state", "State", "text"),
)


def _columns(**labels: str) -> tuple[TableColumn, ...]:
    return tuple(TableColumn(key, label, "text") for key, label in labels.items())


def meanings(found: Sequence[Definition]) -> Table:
    """What each figure is, and how the two teams read it."""
    columns = _columns(
        label="Figure", question="Question", description="What it is", finance="Finance reads",
        procurement="Procurement reads", example="Example",
    )  # fmt: skip
    rows = tuple(
        (
            one.metric.label, one.question.text, one.metric.description,
            one.metric.finance_reading, one.metric.procurement_reading, one.metric.example,
        )
        for one in found
    )  # fmt: skip
    return Table("meanings", "What each figure means", columns, rows)


def declarations(found: Sequence[Definition]) -> Table:
    """How each figure is made, judged and used."""
    columns = _columns(
        metric="Metric", label="Figure", unit="Unit", owner="Owner", better="Better",
        additive="Adds up", formula="Formula", source="Source", tables="Needs",
        missing="Not loaded", settings="Settings", policies="Policies", used="Used on",
        activity="Activity",
    )  # fmt: skip
    return Table("declarations", "How each is made", columns, tuple(map(_declaration, found)))


def _declaration(one: Definition) -> Row:
    metric = one.metric
    return (
        metric.id, metric.label, metric.unit, owner_words(metric), metric.better,
        "yes" if metric.additive else "no", metric.formula, metric.source,
        tables_words(metric.rows), tables_words(one.missing),
        listed([f"{shaped.name} = {shaped.value}" for shaped in one.settings]),
        listed([f"{shaped.meaning}: {shaped.value}" for shaped in one.policies]),
        listed([page_words(report) for report in one.used]), one.activity.name,
    )  # fmt: skip


def responsible() -> Table:
    """Who does what, and which figures show how it goes."""
    columns = _columns(
        activity="Activity", accountable="Accountable", finance="Finance's part",
        procurement="Procurement's part", figures="Figures",
    )  # fmt: skip
    declared = all_metrics()
    rows = tuple(
        (
            one.name, one.accountable, one.finance, one.procurement,
            listed([declared[name].label for name in one.metrics if name in declared]),
        )
        for one in ACTIVITIES
    )  # fmt: skip
    return Table("responsibilities", "Who is responsible for what", columns, rows)


def targets(found: Sequence[Definition]) -> Table:
    """Every version of every target, the newest of each year first."""
    rows = tuple((one.metric.label, *row) for one in found for row in _targets(one))
    units = tuple(one.metric.unit for one in found for _ in one.targets)
    columns = (TableColumn("metric", "Figure", "text"), *TARGETS)
    return Table("targets", "Targets", columns, rows, units=units)


def targets_of(one: Definition) -> Table:
    """The same of one figure."""
    units = (one.metric.unit,) * len(one.targets)
    return Table("targets", "Targets", TARGETS, tuple(_targets(one)), units=units)


def _targets(one: Definition) -> Iterator[Row]:
    for version in one.targets:
        year = str(version.fiscal_year)
        sides = (version.finance, version.procurement, version.agreed)
        yield (year, *sides, version.came, version.state)


def versions(found: Sequence[Definition]) -> Table:
    """What was signed, set and decided, the newest first; once, whatever it bears on."""
    every = (version for one in found for version in one.versions)
    newest = sorted(dict.fromkeys(every), key=lambda one: one.at, reverse=True)
    columns = _columns(at="When", about="About", said="What", by="By", state="State")
    rows = tuple(
        (f"{one.at:%Y-%m-%d %H:%M}", one.about, one.said, one.by, one.state) for one in newest
    )
    return Table("versions", "What was agreed, and when", columns, rows)
