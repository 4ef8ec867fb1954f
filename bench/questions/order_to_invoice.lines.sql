WITH outside AS (
    SELECT supplier_id FROM supplier WHERE batch_to = $open AND intercompany
), every_bill AS (
    SELECT po_id, po_line_no AS line_no, invoice_id, line_no AS invoice_line_no, supplier_id,
        coalesce(posted_on, invoice_date) AS day, invoice_date, amount, reporting_amount,
        CASE WHEN amount < 0 THEN -abs(coalesce(quantity, 0)) ELSE coalesce(quantity, 0) END
        AS quantity, unit_price, currency, reporting_rate
    FROM invoice_line
    WHERE batch_to = $open AND po_id IS NOT NULL
        AND coalesce(posted_on, invoice_date) <= $last
), touched AS (
    SELECT po_id, line_no FROM every_bill WHERE day >= $first
    UNION
    SELECT po_id, line_no FROM goods_receipt
    WHERE batch_to = $open AND received_on BETWEEN $first AND $last
), bought AS MATERIALIZED (
    SELECT po_id, line_no, order_date, quantity, unit_price, currency, reporting_rate, matching,
        supplier_id, requested_on, approved_on, status, status_date
    FROM purchase_order_line JOIN touched USING (po_id, line_no)
    WHERE batch_to = $open
), billed AS MATERIALIZED (
    SELECT every_bill.* FROM every_bill JOIN touched USING (po_id, line_no)
), received AS MATERIALIZED (
    SELECT po_id, line_no, received_on, quantity
    FROM goods_receipt JOIN touched USING (po_id, line_no)
    WHERE batch_to = $open AND received_on <= $last
), in_month AS (
    SELECT * FROM billed
    WHERE day >= $first AND supplier_id NOT IN (SELECT supplier_id FROM outside)
), had_come AS (
    SELECT invoice_id, invoice_line_no, sum(received.quantity) AS quantity
    FROM in_month JOIN received
        ON received.po_id = in_month.po_id AND received.line_no = in_month.line_no
        AND received.received_on <= in_month.day
    GROUP BY 1, 2
), had_been_billed AS (
    SELECT now.invoice_id, now.invoice_line_no, sum(past.quantity) AS quantity
    FROM in_month AS now JOIN billed AS past
        ON past.po_id = now.po_id AND past.line_no = now.line_no AND past.day <= now.day
        AND (past.day < now.day OR past.invoice_id < now.invoice_id
            OR (past.invoice_id = now.invoice_id AND past.invoice_line_no <= now.invoice_line_no))
    GROUP BY 1, 2
), judged AS (
    SELECT CAST(date_trunc('month', now.day) AS date) AS month, now.reporting_amount,
        bought.order_date > now.invoice_date AS after_the_fact,
        now.amount >= 0 AND now.quantity <> 0
        AND NOT (coalesce(bought.matching, 'quantity') = 'value' OR bought.quantity = 1) AS judged,
        had_been_billed.quantity <= coalesce(had_come.quantity, 0) AS in_quantity,
        abs(CASE WHEN coalesce(now.currency, 'EUR') = coalesce(bought.currency, 'EUR')
            THEN CAST(coalesce(now.unit_price, now.amount / nullif(abs(now.quantity), 0))
                AS double precision) / CAST(bought.unit_price AS double precision)
            ELSE CAST(coalesce(now.unit_price, now.amount / nullif(abs(now.quantity), 0))
                AS double precision) * CAST(now.reporting_rate AS double precision)
                / (CAST(bought.unit_price AS double precision)
                    * CAST(bought.reporting_rate AS double precision))
            END - 1) * 1000 <= 20 + 1e-9 AS in_price
    FROM in_month AS now
    JOIN bought ON bought.po_id = now.po_id AND bought.line_no = now.line_no
    JOIN had_been_billed USING (invoice_id, invoice_line_no)
    LEFT JOIN had_come USING (invoice_id, invoice_line_no)
), matched AS (
    SELECT month, count(*) AS lines, count(*) FILTER (WHERE judged) AS judged,
        count(*) FILTER (WHERE judged AND in_quantity AND in_price) AS matched,
        coalesce(sum(reporting_amount) FILTER (WHERE after_the_fact), 0) AS after_the_fact
    FROM judged GROUP BY 1
), first_received AS (
    SELECT po_id, line_no, min(received_on) FILTER (WHERE quantity > 0) AS day,
        CASE WHEN sum(quantity) <= 0 THEN max(received_on) FILTER (WHERE quantity < 0) END
        AS undone_on
    FROM received GROUP BY 1, 2
), first_billed AS (
    SELECT po_id, line_no, min(day) AS day FROM billed WHERE amount > 0 GROUP BY 1, 2
), first_paid AS (
    SELECT po_id, line_no, min(payment.paid_on) AS day
    FROM billed JOIN payment USING (invoice_id)
    WHERE payment.batch_to = $open AND payment.amount > 0 AND payment.paid_on <= $last
        AND billed.amount > 0
    GROUP BY 1, 2
), step AS (
    SELECT first_received.day AS received, first_received.undone_on, first_billed.day AS invoiced,
        first_paid.day AS paid,
        CASE WHEN requested_on IS NOT NULL AND approved_on > order_date THEN approved_on
            WHEN requested_on IS NULL OR approved_on IS NOT NULL THEN order_date END AS ordered,
        CASE WHEN status IN ('cancelled', 'rejected', 'final_invoiced', 'closed')
            THEN status_date END AS closed,
        CASE WHEN status IN ('cancelled', 'rejected', 'final_invoiced')
            THEN status_date END AS refused
    FROM bought JOIN first_received USING (po_id, line_no)
    LEFT JOIN first_billed USING (po_id, line_no)
    LEFT JOIN first_paid USING (po_id, line_no)
    WHERE quantity > 0 AND supplier_id NOT IN (SELECT supplier_id FROM outside)
), delivered AS (
    SELECT CAST(date_trunc('month', received) AS date) AS month, count(*) AS deliveries,
        sum(received - ordered) AS delivery_days
    FROM step
    WHERE received >= $first AND ordered <= received
        AND (invoiced IS NULL OR received <= invoiced) AND (paid IS NULL OR received <= paid)
        AND (closed IS NULL OR received <= closed)
    GROUP BY 1
), asked AS (
    SELECT CAST(date_trunc('month', invoiced) AS date) AS month, count(*) AS bills,
        sum(invoiced - received) AS bill_days
    FROM step
    WHERE invoiced >= $first AND received <= invoiced AND (paid IS NULL OR invoiced <= paid)
        AND (refused IS NULL OR invoiced <= refused)
        AND (undone_on IS NULL OR invoiced <= undone_on)
    GROUP BY 1
)
SELECT month, lines, judged, matched, CAST(after_the_fact * 100 AS bigint) AS after_the_fact,
    deliveries, CAST(delivery_days AS bigint) AS delivery_days, bills,
    CAST(bill_days AS bigint) AS bill_days
FROM matched FULL JOIN delivered USING (month) FULL JOIN asked USING (month)
