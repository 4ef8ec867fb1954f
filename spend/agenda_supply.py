"""What savings, suppliers, the process and the targets put on the agenda."""

from collections.abc import Iterator, Mapping

from queries import sourcing
from queries.selection import NOT_ASSIGNED
from spend.agenda import Topic, a_year
from spend.agenda_money import MOST_EACH
from spend.kpi_targets import Target
from spend.money import decimal, reading, short
from spend.purchasing_book import PurchasingBook
from spend.registry import all_metrics
from spend.savings_book import SavingsBook
from spend.savings_formulas import WINDOW, month_numbers
from spend.savings_lists import awaiting, losses
from spend.sentences import capital, count, listed

WAITS = {"both": "nobody has signed it", "a second person": "a second person has yet to sign"}


def savings_topics(book: SavingsBook) -> Iterator[Topic]:
    """The largest claims that both have not signed, and deals that lost most after the contract."""
    if book.selection.cost_centre:
        return  # initiatives have none
    currency = book.reader.settings.currency
    for one in awaiting(book)[:MOST_EACH]:
        claimed = decimal(one.claimed)
        yield Topic(
            "savings_claimed",
            f"{one.name} claims {short(claimed, currency)} a year; "
            f"{WAITS.get(one.missing, f'{one.missing} has yet to sign')}.",
            "savings",
            one.name,
            claimed,
            basis="the claim for twelve months",
            params={"initiative": [one.initiative]},
        )
    last = month_numbers([book.window.position])[0]
    lost = losses(book)
    running = lost[(lost["until"] > last + 1) & (lost["months"] > 0)].head(MOST_EACH)
    for row in running.to_dict("records"):
        amount = -int(row["lost"])
        yield Topic(
            "savings_recognised",
            f"{row['name']} has lost {short(decimal(amount), currency)} of its saving to "
            "dearer prices and other suppliers.",
            "savings",
            row["name"],
            decimal(round(amount * WINDOW / row["months"])),
            basis="price and off-contract items, as twelve such months",
            params={"initiative": [row["initiative_id"]]},
        )


def purchasing_topics(book: PurchasingBook) -> Iterator[Topic]:
    """Categories where most was bought outside a contract, and what may have been paid twice."""
    currency, days = book.reader.settings.currency, [book.span]
    if book.has_contracts:
        frame = sourcing.sourced_by(book.reader, book.selection, days, ("category_id",))
        past = frame[frame["outside"] > 0].nlargest(MOST_EACH, "outside")
        known = book.choices.options["category"]
        for row in past.to_dict("records"):
            category = row["category_id"]
            name = known[category].name if category in known else "what has no category"
            yield Topic(
                "off_contract_share",
                f"{short(decimal(row['outside']), currency)} of {name} was bought outside "
                "contracts in force.",
                "suppliers",
                name,
                params={"category": [category or NOT_ASSIGNED]},
            )
    twice = book.repeated(days)
    gross = int(twice["gross"].sum())
    if gross > 0:
        invoices = count(int(twice["invoices"].sum()), "invoice", "invoices")
        yield Topic(
            "duplicate_candidates",
            f"{capital(invoices)} over {short(decimal(gross), currency)} may have been booked "
            "twice.",
            "approvals",
            cost=a_year(gross, book.span.first, book.span.last),
            basis="gross of the later invoices, as a year of such days",
            params={"table": ["duplicates"]},
        )


def target_topics(targets: Mapping[str, Target], currency: str) -> Iterator[Topic]:
    """Figures that a team has a target for, and the two have not agreed on one."""
    for name, target in targets.items():
        if target.open:
            unit = all_metrics()[name].unit
            wants = [
                f"{team} wants {reading(value, unit, currency)}"
                for team in ("finance", "procurement")
                if (value := getattr(target, team)) is not None
            ]
            said = f"{capital(listed(wants))} for the year; nothing is agreed."
            yield Topic(name, said, "definitions", params={"metric": [name]})
