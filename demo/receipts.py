"""What came in: promised and received dates, parts, too much, too little, and returns."""

import numpy as np
import pandas as pd

from demo.dates import NEVER, SEASON, THROUGH, days, month_end, working_day
from demo.draws import Array, generator, whole_days


def promise(lines: pd.DataFrame) -> pd.DataFrame:
    """The promised date: lead time after the order; the end of a blanket; a few have none."""
    rng = generator("promises")
    lead = lines["lead_time_days"].to_numpy(dtype=int)
    promised = working_day(days(lines, "order_date") + np.maximum(1, lead))
    blanket = (lines["kind"] == "blanket").to_numpy()
    promised = np.where(blanket, days(lines, "ends_on"), promised)
    lines["promised_date"] = np.where(~blanket & (rng.random(len(lines)) < 0.03), NEVER, promised)
    lines["due_in"] = promised  # known to the demo even where the order says nothing
    return lines


def cancel(lines: pd.DataFrame) -> pd.DataFrame:
    """Two lines in a hundred are cancelled before anything comes."""
    rng = generator("cancellations")
    size = len(lines)
    open_ = ~lines["waits"] & lines["refused_on"].isna() & (lines["kind"] != "blanket")
    hit = open_ & (rng.random(size) < 0.02)
    day = working_day(days(lines, "order_date") + rng.integers(1, 12, size))
    lines["cancelled_on"] = np.where(hit & (day <= THROUGH), day, NEVER)
    return lines


def _delay(rng: np.random.Generator, size: int) -> Array:
    """Days after the promise: one in seven late, one in four early, the others on the day."""
    draw = rng.random(size)
    late = whole_days(rng, 9, 0.8, size) + 1
    early = -rng.integers(1, 8, size)
    return np.select([draw < 0.14, draw < 0.40], [late, early], 0)


def _parts(lines: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Goods: one delivery, or two or three; a few short and a few over."""
    size = len(lines)
    quantity = lines["quantity"].to_numpy(dtype=float)
    draw = np.where(quantity >= 4, rng.random(size), 1.0)
    several = np.select([draw < 0.03, draw < 0.20], [3, 2], 1)
    first = np.maximum(1, np.floor(quantity * rng.uniform(0.3, 0.8, size)))
    first = np.where(several == 1, quantity, first)
    second = np.where(several == 3, np.floor((quantity - first) / 2), quantity - first)
    third = quantity - first - second
    fate = rng.random(size)
    over = np.where((fate < 0.015) & (quantity >= 20), np.ceil(quantity * 0.03), 0)
    first = first + np.where(several == 1, over, 0)
    second = np.where((fate > 0.93) & (several == 2), 0, second)  # the rest never comes
    received = working_day(days(lines, "due_in") + _delay(rng, size))
    received = np.maximum(received, working_day(days(lines, "order_date") + 1))
    gap = rng.integers(4, 26, size)
    parts = []
    for place, amount in enumerate((first, second, third)):
        day = working_day(received + place * gap)
        parts.append(pd.DataFrame({"line": lines.index, "received_on": day, "quantity": amount}))
    return pd.concat(parts, ignore_index=True)


def _entries(lines: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Services: an entry a month, as a share of the blanket, four decimals."""
    parts = []
    rows = zip(lines.index, days(lines, "start_on"), days(lines, "ends_on"),
               days(lines, "order_date"), strict=True)  # fmt: skip
    for line, start, end, ordered in rows:
        months = np.arange(start.astype("M8[M]"), end.astype("M8[M]") + 1)
        number = months.astype(int) % 12
        share = SEASON[number] / SEASON[number].sum() * rng.lognormal(-0.02, 0.13, len(months))
        day = working_day(month_end(months) - rng.integers(0, 5, len(months)))
        day = np.maximum(day, ordered + 1)
        parts.append(
            pd.DataFrame({"line": line, "received_on": day, "quantity": np.round(share, 4)})
        )
    return pd.concat(parts, ignore_index=True)


def _returns(goods: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """A few deliveries go back, in part or whole."""
    hit = goods[(rng.random(len(goods)) < 0.008) & (goods["quantity"] >= 2).to_numpy()]
    share = rng.choice([0.1, 0.25, 0.5, 1.0], len(hit), p=[0.4, 0.3, 0.2, 0.1])
    back = -np.maximum(1, np.floor(hit["quantity"] * share))
    day = working_day(days(hit, "received_on") + rng.integers(2, 20, len(hit)))
    return hit.assign(received_on=day, quantity=back, returned=True)


def receipts(lines: pd.DataFrame) -> pd.DataFrame:
    """Every receipt by the last booked day, in order; ``line`` is the row of the order line."""
    rng = generator("receipts")
    alive = ~lines["waits"] & lines["refused_on"].isna() & lines["cancelled_on"].isna()
    alive &= rng.random(len(lines)) > 0.003  # forgotten: stays open for ever
    blanket = lines["kind"] == "blanket"
    goods = _parts(lines[alive & ~blanket], rng)
    goods = goods[goods["quantity"] > 0].reset_index(drop=True)
    services = _entries(lines[alive & blanket], rng)
    frame = pd.concat([goods, services, _returns(goods, rng)], ignore_index=True)
    frame["returned"] = frame["returned"].eq(True)
    frame = frame[frame["received_on"] <= THROUGH]
    frame = frame.sort_values(["received_on", "line", "quantity"], ignore_index=True)
    frame["receipt_id"] = [f"GR-{n:06d}" for n in range(1, len(frame) + 1)]
    return frame
