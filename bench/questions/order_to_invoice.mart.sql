WITH outside AS (
    SELECT supplier_id FROM supplier WHERE batch_to = $open AND intercompany
), matched AS (
    SELECT day AS month, sum(line_count) AS lines,
        coalesce(sum(line_count) FILTER (WHERE judged), 0) AS judged,
        coalesce(sum(line_count) FILTER (WHERE judged AND in_quantity AND price_steps <= 20), 0)
        AS matched,
        coalesce(sum(amount) FILTER (WHERE after_the_fact), 0) AS after_the_fact
    FROM match_supplier_month
    WHERE batch_to = $open AND day BETWEEN $first AND $last
        AND supplier_id NOT IN (SELECT supplier_id FROM outside)
    GROUP BY 1
), passed AS (
    SELECT ended_on, stage, sum(order_count) AS orders,
        sum(order_count * (ended_on - started_on)) AS days
    FROM stage_day
    WHERE batch_to = $open AND ended_on BETWEEN $first AND $last AND reached
        AND stage IN ('receipt', 'invoice') AND supplier_id = ''
    GROUP BY 1, 2
), stages AS (
    SELECT CAST(date_trunc('month', ended_on) AS date) AS month,
        sum(orders) FILTER (WHERE stage = 'receipt') AS deliveries,
        sum(days) FILTER (WHERE stage = 'receipt') AS delivery_days,
        sum(orders) FILTER (WHERE stage = 'invoice') AS bills,
        sum(days) FILTER (WHERE stage = 'invoice') AS bill_days
    FROM passed GROUP BY 1
)
SELECT month, CAST(lines AS bigint) AS lines, CAST(judged AS bigint) AS judged,
    CAST(matched AS bigint) AS matched, CAST(after_the_fact * 100 AS bigint) AS after_the_fact,
    CAST(deliveries AS bigint) AS deliveries, CAST(delivery_days AS bigint) AS delivery_days,
    CAST(bills AS bigint) AS bills, CAST(bill_days AS bigint) AS bill_days
FROM matched FULL JOIN stages USING (month)
