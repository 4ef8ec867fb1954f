SELECT supplier_id, CAST(sum(paid) * 100 AS bigint) AS paid,
    CAST(sum(paid_days) * 100 AS bigint) AS paid_days,
    CAST(coalesce(sum(paid) FILTER (WHERE day > due_date AND due_date > DATE '1900-01-01'), 0) * 100
        AS bigint) AS late
FROM payment_supplier_day
WHERE batch_to = $open AND day BETWEEN $first AND $last
    AND supplier_id NOT IN (
        SELECT supplier_id FROM supplier WHERE batch_to = $open AND intercompany)
GROUP BY 1
