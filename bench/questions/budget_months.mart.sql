WITH spent AS (
    SELECT day, sum(amount) AS amount
    FROM spend_category_day
    WHERE batch_to = $open AND day BETWEEN $first AND $last AND supplier_id = ''
    GROUP BY 1
), actual AS (
    SELECT CAST(date_trunc('month', day) AS date) AS month, sum(amount) AS amount
    FROM spent GROUP BY 1
), budget AS (
    SELECT CAST(date_trunc('month', period_start) AS date) AS month, sum(reporting_amount) AS amount
    FROM budget_line
    WHERE batch_to = $open AND version = $version AND period_start BETWEEN $first AND $last
    GROUP BY 1
)
SELECT month, CAST(budget.amount * 100 AS bigint) AS budget,
    CAST(actual.amount * 100 AS bigint) AS actual
FROM actual FULL JOIN budget USING (month)
