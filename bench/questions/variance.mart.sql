WITH actual AS (
    SELECT cost_centre_id, category_id, sum(amount) AS amount
    FROM spend_place_month
    WHERE batch_to = $open AND day BETWEEN $first AND $last AND supplier_id = ''
    GROUP BY 1, 2
), budget AS (
    SELECT cost_centre_id, category_id, sum(reporting_amount) AS amount
    FROM budget_line
    WHERE batch_to = $open AND version = $version AND period_start BETWEEN $first AND $last
    GROUP BY 1, 2
)
SELECT cost_centre_id, category_id,
    CAST(coalesce(budget.amount, 0) * 100 AS bigint) AS budget,
    CAST(coalesce(actual.amount, 0) * 100 AS bigint) AS actual
FROM actual FULL JOIN budget USING (cost_centre_id, category_id)
