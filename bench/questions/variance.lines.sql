WITH own AS (
    SELECT supplier_id FROM supplier WHERE batch_to = $open AND intercompany
), actual AS (
    SELECT cost_centre_id, item.category_id, sum(reporting_amount) AS amount
    FROM invoice_line JOIN item ON item.item_id = invoice_line.item_id AND item.batch_to = $open
    WHERE invoice_line.batch_to = $open
        AND coalesce(posted_on, invoice_date) BETWEEN $first AND $last
        AND supplier_id NOT IN (SELECT supplier_id FROM own)
        $narrow
    GROUP BY 1, 2
), budget AS (
    SELECT cost_centre_id, category_id, sum(reporting_amount) AS amount
    FROM budget_line
    WHERE batch_to = $open AND version = $version AND period_start BETWEEN $first AND $last
        $planned
    GROUP BY 1, 2
)
SELECT cost_centre_id, category_id,
    CAST(coalesce(budget.amount, 0) * 100 AS bigint) AS budget,
    CAST(coalesce(actual.amount, 0) * 100 AS bigint) AS actual
FROM actual FULL JOIN budget USING (cost_centre_id, category_id)
