WITH word AS (
    SELECT item_id, category_id, unit, currency, day >= $first AS now, sum(amount) AS amount,
        sum(document_amount) AS document_amount, sum(quantity) AS quantity
    FROM spend_item_month
    WHERE batch_to = $open AND (day BETWEEN $base_first AND $base_last
            OR day BETWEEN $first AND $last)
        AND supplier_id NOT IN (
            SELECT supplier_id FROM supplier WHERE batch_to = $open AND intercompany)
    GROUP BY 1, 2, 3, 4, 5
), bought AS (
    SELECT item_id, category_id, min(unit) AS unit,
        count(*) FILTER (WHERE now) AS now_words, count(*) FILTER (WHERE NOT now) AS base_words,
        min(unit || '/' || currency) = max(unit || '/' || currency) AS same,
        CAST(sum(quantity) FILTER (WHERE NOT now) AS double precision) AS q0,
        CAST(sum(quantity) FILTER (WHERE now) AS double precision) AS q1,
        CAST(coalesce(sum(amount) FILTER (WHERE NOT now), 0) AS double precision) * 100 AS a0,
        CAST(coalesce(sum(amount) FILTER (WHERE now), 0) AS double precision) * 100 AS a1,
        CAST(sum(document_amount) FILTER (WHERE NOT now) AS double precision) * 100 AS d0,
        CAST(sum(document_amount) FILTER (WHERE now) AS double precision) * 100 AS d1
    FROM word
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
