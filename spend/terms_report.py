"""Payment terms for one selection: the report, from the book of its sums."""

from dataclasses import replace

from queries.errors import ConcordError
from queries.selection import Selection, sentence
from queries.store import Store
from spend import terms_charts, terms_table, terms_trial
from spend.price_change import price_changes
from spend.result import Note, Report
from spend.terms_book import TermsBook
from spend.terms_choice import Trial, known_moves, moves_of
from spend.terms_figures import figures
from spend.terms_law import limits
from spend.terms_simulation import SupplierTerms, simulate, supplier_terms
from spend.terms_words import Words

TITLE = "Payment terms"
QUESTION = "When are suppliers paid, what was agreed, and what do other terms cost both sides?"


def report(
    store: Store,
    selection: Selection,
    *,
    move: tuple[str, ...] = (),
    days: int = 60,
    discount: float = 0.0,
    pass_on: float = 1.0,
) -> Report:
    """Agreed and actual days, early and late, discounts and the law, as at the selection's load.

    ``move`` tries new terms (``spend.terms_choice``): what they would do is in the facts and in the
    table "trial". Raises ``ConcordError`` for a move that cannot be read.
    """
    with store.reader(selection.as_of) as reader:
        book = TermsBook.read(reader, selection)
        base = supplier_terms(book)
        kept, dropped = known_moves(move, base.ids)
        if dropped:
            raise ConcordError(f"move {dropped[0]}")
        try:
            trial = Trial(moves_of(kept), days, discount, None, pass_on)
        except ValueError as error:
            raise ConcordError(str(error)) from None
        return tried(made(book), base, trial)


def tried(report: Report, base: SupplierTerms, trial: Trial) -> Report:
    """The report with what a trial would do beside it, for exports and the command line."""
    simulation = simulate(base, trial)
    if not simulation.moves:
        return report
    return replace(
        report,
        facts=terms_trial.facts(base, simulation),
        tables=(*report.tables, terms_trial.moved(base, simulation)),
        bridges=(*report.bridges, terms_trial.sides(base, simulation)),
        notes=(*report.notes, Note(terms_trial.said(base, simulation))),
    )


def made(book: TermsBook) -> Report:
    """The report of a book."""
    words, prices = Words(book), price_changes(*book.price_lines)
    return Report(
        name="terms",
        title=TITLE,
        question=QUESTION,
        selection=book.window.named(book.selection),
        sentence=sentence(replace(book.selection, as_of=None), book.choices),
        currency=book.reader.settings.currency,
        batch=book.reader.batch,
        message=words.message(),
        readings=words.readings(),
        figures=figures(book),
        bridges=(terms_charts.discount_bridge(book),),
        charts=(terms_charts.months(book), terms_charts.trade_off(book, prices)),
        tables=(
            terms_table.by_supplier(book, prices, beyond_law(book)),
            terms_table.disagreements(book),
            terms_table.discounts(book),
            terms_table.law(book.exposure),
        ),
        notes=words.notes(),
    )


def beyond_law(book: TermsBook) -> dict[str, float]:
    """The law's limit for suppliers whose agreed days are beyond it."""
    public, on = book.reader.settings.public_body, book.window.position
    limit = limits(book.suppliers["country"].fillna(""), on, public)
    known = book.invoiced.dropna(subset=["agreed_days"])
    longest = known.groupby("supplier_id")["agreed_days"].max().astype(float)
    over = longest[longest > limit.reindex(longest.index)]
    return {str(supplier): float(limit[supplier]) for supplier in over.index}


def suppliers(store: Store, selection: Selection) -> SupplierTerms:
    """What the simulator starts from: read once for a selection, tried on as often as one likes."""
    with store.reader(selection.as_of) as reader:
        return supplier_terms(TermsBook.read(reader, selection))
