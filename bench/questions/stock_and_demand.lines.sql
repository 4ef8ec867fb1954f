WITH latest AS (
    SELECT item_id, site, max(counted_on) AS counted_on
    FROM stock_level
    WHERE batch_to = $open AND counted_on <= $last
    GROUP BY 1, 2
), wanted AS (
    SELECT item_id, site, sum(quantity) AS quantity
    FROM demand
    WHERE batch_to = $open AND period_start > $year_before AND period_start <= $last
    GROUP BY 1, 2
)
SELECT item_id, site, CAST(held.on_hand AS double precision) AS on_hand,
    CAST(round(held.on_hand * coalesce(held.unit_cost, item.unit_cost), 2) * 100 AS bigint)
    AS value,
    CAST(coalesce(wanted.quantity, 0) AS double precision) AS wanted
FROM latest
JOIN stock_level AS held USING (item_id, site, counted_on)
JOIN item USING (item_id)
LEFT JOIN wanted USING (item_id, site)
WHERE held.batch_to = $open AND item.batch_to = $open
