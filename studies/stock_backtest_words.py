"""The words of the page on the back-test; its figures are filled in."""

WAYS = {
    "naive": "1.5 × mean demand over the interval",
    "textbook": "textbook: mean + z(95 %) × spread",
    "normal": "normal for all",
    "chosen": "distribution by class, mean",
    "chosen_sba": "distribution by class, SBA",
    "chosen_tsb": "distribution by class, TSB",
    "chosen_error": "**by class, mean, with estimation error**",
    "chosen_sba_error": "by class, SBA, with estimation error",
    "chosen_tsb_error": "by class, TSB, with estimation error",
}
MEASURED = "Measured when this page was written:"

PAGE = """\
# Stock policies on recorded demand

Does a policy that promises a fill rate of {target} keep it? {parts:,} spare parts of a
manufacturer, {weeks} weeks of demand. Policies were set on the first {first} weeks alone and
replayed on the last {rest}. Written by `python -m studies.stock_backtest`; a test computes the
figures again.

Data: *Spare-Part-Demand-Forecasting* by KhueNguyenTK,
github.com/KhueNguyenTK/Spare-Part-Demand-Forecasting, `MAN.xlsx` (2012-W01 to 2014-W46), MIT
licence, copyright 2023 KhueNguyenTK; first put out with de Haan (2021). A real manufacturer,
anonymous. Weeks that are not listed are zero (92.8 % of item-weeks). There is no stock on hand in
the data, so nothing here says what stock was held.

## The answer

{answer}

| way to set the reorder point | by value | by units | items | stock | orders | ordering | holding |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
{headline}

Fill rates are sums over sums: what was served from the shelf in its own week ÷ what was demanded,
weighted by unit cost ("by value") or not. "Items": the share of the {wanted:,} items with demand
in the last {rest} weeks whose own fill rate reached {target}. "Stock": on average over those
weeks, EUR at cost. "Orders": placed in them. "Ordering" and "holding": EUR a year, of {year}
weeks. In bold: the line that the first {first} weeks lead to. The last line, called the best below,
was preferred with the last {rest} weeks in sight.

## By class of demand, fill rate by value

| way | {classes} |
| --- |{rules}
| items | {counts} |
| share of demand by value, last {rest} weeks | {shares} |
{by_class}

Classes are those of Syntetos, Boylan and Croston on the first {first} weeks (intervals from 1.32,
CV² from 0.49). Distributions chosen: {chosen}. Only the one smooth item
reaches {target}; the erratic items, whose forecast is the plain mean, are furthest from it on the
best line.

**Items apart.** {none:,} items had no demand in the first {first} weeks, and no policy can be set
for them; {new:,} of them were wanted in the last {rest}, for EUR {new_value:,.0f} at cost. They
are outside the tables. Counted as not served at all, they would take the best line's {best} to
{best_with_new}.

## Why it falls short

The mathematics keep the promise where demand is what they were told: with each item's weeks drawn
at random from its own first {first} ({drawn} weeks, a fixed seed), the same policies give the
column "drawn". The rest is what the past could not say. Fill rates by value.

| way | first {first} weeks, drawn | first {first}, as they came | last {rest} weeks |
| --- | ---: | ---: | ---: |
{control}

Drawn demand shows that the normal is wrong even where nothing changes: spare parts are skewed,
and it holds too little. The distribution by class keeps the promise there, with a little to spare
(the model itself expects {expected}: it lets several demands come in one week, and sizes beyond
the largest seen; weeks drawn from the record do neither). The allowance for estimation error is
paid for in stock where there is none to make. In the last {rest} weeks demand was not a draw from
the first {first}. The best line's shortages, by kinds of item (seen afterwards; kinds overlap):

| kind | items | share of demand by value | share of what was short |
| --- | ---: | ---: | ---: |
{causes}

## How the way was chosen

By the literature and a rehearsal, and in one respect with the last {rest} weeks in sight: TSB and
its 0.05 were preferred when results on those weeks had been seen. The distribution follows the
class of demand; TSB follows its authors' reason (stock for an item that nobody asks for any more
must sink, which neither Croston nor SBA does), with constants 0.1 for sizes and 0.05 for the
chance of a demand; estimation error follows Prak, Teunter and Syntetos (2017): a mean of few
demands is itself uncertain, the unevenness of few sizes is drawn towards that of all items, and
variance over the lead time is measured over runs of that length rather than assumed from
independent weeks. A rehearsal on the first {rehearsal_end} weeks only (set on {rehearsal_first},
replayed on the next {rehearsal_rest}) shows what was known before:

| way | fill rate by value | by units | average stock, EUR |
| --- | ---: | ---: | ---: |
{rehearsal}

The rehearsal is clear on estimation error, and on class against normal. It does not separate mean
and TSB: the mean gave a little more, for more stock, and by itself leads to the line with the
mean, {mean_line} in the last {rest} weeks. TSB was preferred for its reason, and its 0.05 (0.1
gave nearly the same by value), when the best line's {best} had been seen. Of the two, {mean_line}
is the figure to rely on. SBA holds the most stock, because an item asked for once keeps its rate
for ever.

## How it was replayed

- Each week: what was ordered arrives, demand is served, then the position is reviewed and an
  order placed. An order placed at the end of week t with a lead time of L weeks (7 or 16, whole
  in the data and taken as certain) serves demand from week t + L + 1. Demand that is not met
  waits.
- Order quantity: the larger of the economic order quantity (EUR 5 an order, holding 20 % of cost
  a year, mean of the first {first} weeks; a year is {year} weeks) and the minimum order, in whole
  units where demand is; the same for all ways. At or below the reorder point, as many of it as
  bring the position above. Reorder points are zero or more.
{up_to_level}
- Every rule runs from week 1 half an order quantity above its reorder point, all on the shelf;
  the first {first} weeks are not counted. Had the last {rest} weeks begun with all of the
  position on the shelf and nothing under way, the best line would show {full_shelf} instead of
  {best}: that flatters, because the shelf then holds what should have been under way.
- The textbook line reads {target} as a cycle service level, as is often done; the other lines
  solve for the fill rate with the order quantity in mind.

{measured} {one:.1f} s for the best line, all items, {every:.1f} s for all nine (two cores).
"""
