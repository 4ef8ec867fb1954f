SELECT supplier_id, item_id, unit, currency, day AS month,
    CAST(sum(amount) * 100 AS bigint) AS amount,
    CAST(sum(quantity) AS double precision) AS quantity
FROM spend_item_month
WHERE batch_to = $open AND day BETWEEN $first AND $last
    AND supplier_id NOT IN (
        SELECT supplier_id FROM supplier WHERE batch_to = $open AND intercompany)
GROUP BY 1, 2, 3, 4, 5
