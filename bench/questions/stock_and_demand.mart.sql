WITH wanted AS (
    SELECT item_id, site, sum(quantity) AS quantity
    FROM demand
    WHERE batch_to = $open AND period_start > $year_before AND period_start <= $last
    GROUP BY 1, 2
)
SELECT item_id, site, CAST(held.on_hand AS double precision) AS on_hand,
    CAST(held.value * 100 AS bigint) AS value,
    CAST(coalesce(wanted.quantity, 0) AS double precision) AS wanted
FROM stock_position AS held LEFT JOIN wanted USING (item_id, site)
WHERE held.batch_to = $open AND counted_on <= $last AND next_count > $last
