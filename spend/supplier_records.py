"""What is wrong with the supplier master: one company under several ids, and what is not known.

``tables`` and ``notes`` are for the page of suppliers. Spend is that of the selection; the master
is whole, but for a selection by supplier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from queries import supplier_records as records
from queries.budget import spend_by
from queries.store import Reader
from spend import money
from spend.position import ratio
from spend.purchasing_book import PurchasingBook
from spend.result import Cell, Note, Table, TableColumn
from spend.sentences import count
from spend.supplier_names import namesakes

MOST = 200  # names and invoices listed; how many there are in all is said

NAME_COLUMNS = (
    TableColumn("name", "Name", "text"),
    TableColumn("id", "Id", "text"),
    TableColumn("group", "Under", "text"),
    TableColumn("country", "Country", "text"),
    TableColumn("spend", "Spend", "money"),
)
SHARED_COLUMNS = (
    TableColumn("number", "Number", "text"),
    TableColumn("supplier", "Supplier", "text"),
    TableColumn("invoice", "Invoice", "text"),
    TableColumn("day", "Booked", "text"),
    TableColumn("other", "Also from", "text"),
    TableColumn("other_invoice", "Its invoice", "text"),
    TableColumn("other_day", "Booked before", "text"),
    TableColumn("gross", "Gross", "money"),
)
GAP_COLUMNS = (
    TableColumn("gap", "What is missing", "text"),
    TableColumn("suppliers", "Suppliers", "count"),
    TableColumn("buying", "Of them bought from", "count"),
    TableColumn("spend", "Spend", "money"),
    TableColumn("share", "Of spend", "share"),
)


@dataclass(frozen=True, eq=False)
class SupplierRecords:
    """The supplier master beside what was bought in a selection."""

    book: PurchasingBook

    @cached_property
    def master(self) -> pd.DataFrame:
        """What the master says of each supplier, by id; of the chosen ones, where some are."""
        frame = records.master(self.book.reader).set_index("supplier_id")
        chosen = self.book.selection.supplier
        if not chosen:
            return frame
        under = {s for one in chosen for s in self.book.suppliers.subtree(one)}
        return frame[frame.index.isin(sorted(under))]

    @cached_property
    def spend(self) -> Mapping[str, int]:
        """What was bought from each supplier in the selection; '' is not assigned."""
        frame = spend_by(self.book.reader, self.book.selection, [self.book.span], ("supplier_id",))
        return dict(zip(frame["supplier_id"].astype(str), map(int, frame["amount"]), strict=True))

    @cached_property
    def namesakes(self) -> tuple[tuple[str, ...], ...]:
        """Suppliers of one name under several ids that are in no one group, most spend first.

        Of a chosen supplier, with whom it shares its name.
        """
        here, every = set(self.master.index), self.book.reader.once("namesakes", self._every)
        found = (ids for ids in every if here & set(ids))
        return tuple(sorted(found, key=lambda ids: (-self.bought(ids), ids)))

    def _every(self, reader: Reader) -> tuple[tuple[str, ...], ...]:
        master = records.master(reader)
        names = dict(zip(master["supplier_id"], master["name"].fillna(""), strict=True))
        return namesakes(
            names, {supplier: self.book.suppliers.head(supplier) for supplier in names}
        )

    def bought(self, ids: Sequence[str]) -> int:
        """What was bought from some suppliers, in cents."""
        return sum(self.spend.get(supplier, 0) for supplier in ids)

    @cached_property
    def shared(self) -> pd.DataFrame:
        """Invoices of the selection that another supplier group seems to have sent before."""
        return records.shared(self.book.reader, self.book.selection, self.book.span)

    @cached_property
    def gaps(self) -> Mapping[str, Sequence[str]]:
        """The suppliers of which something is not known, by what."""
        frame, terms = self.master, records.known_terms(self.book.reader)
        names, parents = frame["name"].fillna("").str.strip(), frame["parent_supplier_id"]
        known = set(records.master(self.book.reader)["supplier_id"])
        missing = {
            "Name, or the id stands for it": names.isin(["", "-"]) | (names == frame.index),
            "Country": frame["country"].isna(),
            "Payment term": frame["payment_term_code"].isna(),
            "Payment term that exists": frame["payment_term_code"].notna()
            & ~frame["payment_term_code"].isin(sorted(terms)),
            "Parent that exists": parents.notna() & ~parents.isin(sorted(known)),
            "Whether preferred": ~frame["ranked"],
        }
        return {gap: [str(s) for s in frame.index[rows]] for gap, rows in missing.items()}


def tables(book: PurchasingBook) -> tuple[Table, ...]:
    """The tables "same_name", "shared_invoices" and "gaps"; empty ones say that none was found."""
    return listed(SupplierRecords(book))


def listed(found: SupplierRecords) -> tuple[Table, ...]:
    """As ``tables``, of what was read already."""
    return (same_name(found), shared_invoices(found), gaps(found))


def same_name(found: SupplierRecords) -> Table:
    """Every name that stands under several ids, and its ids below it."""
    rows: list[tuple[Cell, ...]] = []
    ids: list[str] = []
    depth: list[int] = []
    options = found.book.choices.options["supplier"]
    every = records.master(found.book.reader).set_index("supplier_id")
    for group in found.namesakes[:MOST]:
        name = options[group[0]].name
        many = count(len(group), "id", "ids")
        rows.append((name, many, None, None, money.decimal(found.bought(group))))
        for one in group:
            head, country = found.book.suppliers.head(one), every["country"].get(one)
            rows.append((
                options[one].name, one, options[head].name if head != one else None,
                str(country) if isinstance(country, str) else None,
                money.decimal(found.spend.get(one, 0)),
            ))  # fmt: skip
        ids += ["", *group]
        depth += [0, *(1 for _ in group)]
    return Table("same_name", "One name under several ids", NAME_COLUMNS, tuple(rows),
                 ids=tuple(ids), depth=tuple(depth))  # fmt: skip


def shared_invoices(found: SupplierRecords) -> Table:
    """Invoices whose number and amount an invoice of another supplier group has too."""
    options = found.book.choices.options["supplier"]
    shown = found.shared.head(MOST)

    def name(supplier: str) -> str:
        return options[supplier].name if supplier in options else "Not assigned"

    rows = tuple(
        (
            r["number"], name(r["supplier_id"]), r["invoice_id"], f"{r['day']:%Y-%m-%d}",
            name(r["other_supplier_id"]), r["other_invoice_id"], f"{r['other_day']:%Y-%m-%d}",
            money.decimal(r["gross"]),
        )
        for r in shown.to_dict("records")
    )  # fmt: skip
    title = "The same invoice number and amount from two suppliers within 120 days"
    return Table("shared_invoices", title, SHARED_COLUMNS, rows,
                 ids=tuple(shown["supplier_id"].astype(str)))  # fmt: skip


def gaps(found: SupplierRecords) -> Table:
    """What the master does not know of how many suppliers, and what was bought from them."""
    chosen = bool(found.book.selection.supplier)
    whole = found.bought(list(found.master.index)) if chosen else sum(found.spend.values())
    rows: list[tuple[Cell, ...]] = []
    for gap, suppliers in found.gaps.items():
        bought = found.bought(suppliers)
        buying = sum(1 for s in suppliers if found.spend.get(s))
        if suppliers:
            rows.append((gap, len(suppliers), buying, money.decimal(bought), _of(bought, whole)))
    loose = None if chosen else found.spend.get("")
    if loose is not None:
        rows.append(("Supplier, on invoices", None, None, money.decimal(loose), _of(loose, whole)))
    return Table("gaps", "What the supplier master does not know", GAP_COLUMNS, tuple(rows))


def _of(part: int, whole: int) -> float | None:
    return ratio([part], [whole]) if whole > 0 else None


def notes(book: PurchasingBook) -> tuple[Note, ...]:
    """What was found, in a sentence each."""
    return said_of(SupplierRecords(book))


def said_of(found: SupplierRecords) -> tuple[Note, ...]:
    """As ``notes``, of what was read already."""
    names, shared = found.namesakes, found.shared
    currency = found.book.reader.settings.currency
    said: list[str] = []
    if names:
        stand = count(len(names), "name stands", "names stand")
        bought = money.short(money.decimal(sum(map(found.bought, names))), currency)
        said.append(f"{stand} under several ids outside one group: {bought} of spend is split "
                    "over them.")  # fmt: skip
    if len(shared):
        gross = money.short(money.decimal(int(shared["gross"].sum())), currency)
        many = count(len(shared), "invoice has", "invoices have")
        said.append(f"{many} the number and amount of another supplier's: {gross} may be booked "
                    "twice.")  # fmt: skip
    return tuple(Note(text, "warning") for text in said)
