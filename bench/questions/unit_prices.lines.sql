SELECT supplier_id, item_id, unit, currency,
    CAST(date_trunc('month', coalesce(posted_on, invoice_date)) AS date) AS month,
    CAST(sum(reporting_amount) * 100 AS bigint) AS amount,
    CAST(sum(CASE WHEN amount < 0 THEN -abs(quantity) ELSE quantity END) AS double precision)
    AS quantity
FROM invoice_line
WHERE batch_to = $open
    AND coalesce(posted_on, invoice_date) BETWEEN $first AND $last
    AND supplier_id NOT IN (
        SELECT supplier_id FROM supplier WHERE batch_to = $open AND intercompany)
    $narrow
GROUP BY 1, 2, 3, 4, 5
