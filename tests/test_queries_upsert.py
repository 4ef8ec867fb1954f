"""Whatever the rows and their order: the same store, and every record accounted for."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.batches import rejects
from queries.load import LoadOptions, load
from queries.store import Store
from tests.contract_files import NOW, Books, counts, everything, examples, ordered, trying


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return Books(store, tmp_path)


SUPPLIERS: list[dict[str, object]] = [
    {"supplier_id": "S1", "name": "Acme", "country": "DE"},
    {"supplier_id": "S2", "name": "Borealis", "country": "FR"},
]

DIRTY: dict[str, list[dict[str, object]]] = {
    "exchange_rate": [
        {"date": "2026-01-01", "currency": "USD", "rate": "0.9"},
        {"date": "2026-02-01", "currency": "USD", "rate": "0.8"},
        {"date": "2026-02-01", "currency": "GBP", "rate": "-1"},
    ],
    "supplier": [*SUPPLIERS, SUPPLIERS[0], {"supplier_id": "S3", "name": None}],
    "purchase_order_line": [
        {"po_id": "P1", "line_no": n, "order_date": "2026-01-10", "supplier_id": "S1",
         "quantity": 10 * n, "unit_price": "2.5", "currency": currency}
        for n, currency in ((1, "USD"), (2, None), (3, "JPY"))
    ],
    "goods_receipt": [
        {"receipt_id": f"R{n}", "po_id": "P1", "line_no": n, "received_on": "2026-01-20",
         "quantity": 4}
        for n in (1, 2, 3)
    ],
    "invoice_line": [
        {"invoice_id": f"I{n}", "line_no": 1, "invoice_date": day, "supplier_id": "S1",
         "amount": amount, "currency": "USD", "po_id": "P1", "po_line_no": n, "quantity": 2}
        for n, (day, amount) in enumerate(
            [("2026-01-31", 5), ("2026-02-01", 5), ("2026-02-30", 5), ("2026-02-02", "x")], 1
        )
    ],
}  # fmt: skip


def test_the_order_of_files_and_rows_is_immaterial(books: Books) -> None:
    expected: list[object] = []

    @trying(examples(books.store, 4, 2))
    @given(st.permutations(list(DIRTY)), st.randoms(use_true_random=False))
    def check_order(tables: list[str], random: Random) -> None:
        books.empty()
        shuffled = {name: random.sample(DIRTY[name], len(DIRTY[name])) for name in tables}
        source = books.write(shuffled)
        mapping = "".join(f'[{name}]\nfile = "{name}.csv"\n' for name in tables)
        (source / "mapping.toml").write_text(mapping)
        result = load(books.store, source / "mapping.toml", now=NOW, user="test")
        with books.store.reader() as reader:
            bad = rejects(reader, 1)[["table_name", "column_name", "value"]].fillna("")
            found = (everything(reader), result.tables, ordered(map(tuple, bad.to_numpy())))
        expected.append(found)
        assert found == expected[0]

    check_order()


TEXTS = st.sampled_from(["Acme", " Acme ", "Cyan", "", "=1+1"])
ROWS = st.lists(
    st.fixed_dictionaries(
        {"supplier_id": st.sampled_from(["S1", "S2", "S3", "S4", ""]), "name": TEXTS},
        optional={
            "preferred": st.sampled_from(["true", "TRUE", "false", "", "maybe"]),
            "country": TEXTS,
        },
    ),
    min_size=1,
    max_size=8,
)
COLUMNS = ("supplier_id", "name", "preferred", "country")
Row = Mapping[str, object]
Held = dict[str, Row]


def cleaned(row: Mapping[str, str], present: Sequence[str]) -> Row | None:
    """A record as the contract reads it; None where it must be rejected."""
    texts = {column: row.get(column, "").strip() or None for column in present}
    truth = {"true": True, "false": False}
    preferred = texts.get("preferred")
    if not texts["supplier_id"] or not texts["name"]:
        return None
    if preferred is None:
        return texts
    if preferred.lower() not in truth:
        return None
    return {**texts, "preferred": truth[preferred.lower()]}


def modelled(
    rows: Sequence[Mapping[str, str]], held: Held, replace: bool
) -> tuple[tuple[int, ...], Held]:
    """What a load must count, and what the store must hold after it."""
    present = [column for column in COLUMNS if any(column in row for row in rows)]
    by_key: dict[str, list[Row | None]] = {}
    for row in rows:
        by_key.setdefault(row["supplier_id"].strip(), []).append(cleaned(row, present))
    loaded = unchanged = superseded = rejected = 0
    result = {} if replace else dict(held)
    for key, versions in by_key.items():
        good = [version for version in versions if version is not None]
        clashes = len(good) < len(versions) or any(version != good[0] for version in good)
        if clashes or not key:
            rejected += len(versions)
            if key in held:
                result[key] = held[key]
            continue
        old = held.get(key)
        result[key] = {**(old or {}), **good[0]}
        same = old is not None and all(old.get(c) == result[key].get(c) for c in COLUMNS)
        unchanged += len(versions) - 1 + same
        loaded += old is None
        superseded += old is not None and not same
    closed = len(held.keys() - result.keys())
    return (len(rows), loaded, unchanged, superseded, rejected, closed), result


def test_every_record_is_accounted_for(books: Books) -> None:
    """A model of loads in plain Python, held against the store after every load."""

    @trying(examples(books.store, 6, 2))
    @given(st.lists(st.tuples(ROWS, st.booleans()), min_size=1, max_size=3))
    def check_counts(loads: list[tuple[list[dict[str, str]], bool]]) -> None:
        books.empty()
        held: Held = {}
        for rows, replace in loads:
            expected, held = modelled(rows, held, replace)
            result = books.load({"supplier": rows}, LoadOptions(replace=replace))
            assert counts(result, "supplier") == expected
            assert books.rows("supplier", *COLUMNS) == ordered(
                tuple(row.get(c) for c in COLUMNS) for row in held.values()
            )
            with books.store.reader() as reader:
                bad = rejects(reader, result.batch)
            assert bad["record"].nunique() == expected[4]

    check_counts()
