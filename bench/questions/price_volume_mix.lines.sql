WITH own AS (
    SELECT supplier_id FROM supplier WHERE batch_to = $open AND intercompany
), word AS (
    SELECT item_id, unit, currency, coalesce(posted_on, invoice_date) >= $first AS now,
        sum(reporting_amount) AS amount, sum(amount) AS document_amount,
        sum(CASE WHEN amount < 0 THEN -abs(quantity) ELSE quantity END) AS quantity
    FROM invoice_line
    WHERE batch_to = $open
        AND coalesce(posted_on, invoice_date) BETWEEN $base_first AND $last
        AND (coalesce(posted_on, invoice_date) >= $first
            OR coalesce(posted_on, invoice_date) <= $base_last)
        AND supplier_id NOT IN (SELECT supplier_id FROM own)
        $narrow
    GROUP BY 1, 2, 3, 4
), bought AS (
    SELECT word.item_id, category_id, min(word.unit) AS unit,
        count(*) FILTER (WHERE now) AS now_words, count(*) FILTER (WHERE NOT now) AS base_words,
        min(word.unit || '/' || currency) = max(word.unit || '/' || currency) AS same,
        CAST(sum(quantity) FILTER (WHERE NOT now) AS double precision) AS q0,
        CAST(sum(quantity) FILTER (WHERE now) AS double precision) AS q1,
        CAST(coalesce(sum(amount) FILTER (WHERE NOT now), 0) AS double precision) * 100 AS a0,
        CAST(coalesce(sum(amount) FILTER (WHERE now), 0) AS double precision) * 100 AS a1,
        CAST(sum(document_amount) FILTER (WHERE NOT now) AS double precision) * 100 AS d0,
        CAST(sum(document_amount) FILTER (WHERE now) AS double precision) * 100 AS d1
    FROM word JOIN item ON item.item_id = word.item_id AND item.batch_to = $open
    GROUP BY 1, 2
), judged AS (
    SELECT *, CASE
        WHEN q0 > 0 AND q1 > 0 AND same AND a0 / nullif(d0, 0) > 0 AND a1 / nullif(d1, 0) > 0
            THEN 'priced'
        WHEN q1 > 0 AND base_words = 0 THEN 'new'
        WHEN q0 > 0 AND now_words = 0 THEN 'lost'
        ELSE 'not priced' END AS kind
    FROM bought
), grown AS (
    SELECT category_id, unit, sum(q1) / sum(q0) AS growth
    FROM judged WHERE kind = 'priced' GROUP BY 1, 2
)
SELECT item_id, kind, CAST(a0 AS bigint) AS base, CAST(a1 AS bigint) AS actual,
    CASE WHEN kind = 'priced' THEN a1 * ((a0 / d0) / (a1 / d1)) - a0 * (q1 / q0) END AS price,
    CASE WHEN kind = 'priced' THEN a0 * growth - a0 END AS volume,
    CASE WHEN kind = 'priced' THEN a0 * (q1 / q0) - a0 * growth END AS mix,
    CASE WHEN kind = 'priced' THEN a1 - a1 * ((a0 / d0) / (a1 / d1)) END AS currency
FROM judged LEFT JOIN grown ON kind = 'priced' AND grown.category_id = judged.category_id
    AND grown.unit = judged.unit
