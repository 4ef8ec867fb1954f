WITH outside AS (
    SELECT supplier_id FROM supplier WHERE batch_to = $open AND intercompany
), bill AS (
    SELECT po_id, po_line_no AS line_no, invoice_id, line_no AS invoice_line_no, supplier_id,
        coalesce(posted_on, invoice_date) AS day, invoice_date, amount, reporting_amount,
        CASE WHEN amount < 0 THEN -abs(coalesce(quantity, 0)) ELSE coalesce(quantity, 0) END
        AS quantity, unit_price, currency, reporting_rate
    FROM invoice_line
    WHERE batch_to = $open AND po_id IS NOT NULL
        AND coalesce(posted_on, invoice_date) <= $last
), receipt AS (
    SELECT po_id, line_no, received_on AS day, quantity
    FROM goods_receipt WHERE batch_to = $open AND received_on <= $last
), touched AS (
    SELECT po_id, line_no FROM bill WHERE day >= $first
    UNION
    SELECT po_id, line_no FROM receipt WHERE day >= $first
), event AS (
    SELECT po_id, line_no, day, 0 AS turn, quantity, NULL AS invoice_id,
        NULL AS invoice_line_no, NULL AS supplier_id, NULL AS invoice_date,
        NULL AS amount, NULL AS reporting_amount, NULL AS unit_price, NULL AS currency,
        NULL AS reporting_rate
    FROM receipt JOIN touched USING (po_id, line_no)
    UNION ALL
    SELECT po_id, line_no, day, 1, quantity, invoice_id, invoice_line_no, supplier_id,
        invoice_date, amount, reporting_amount, unit_price, currency, reporting_rate
    FROM bill JOIN touched USING (po_id, line_no)
    UNION ALL
    SELECT po_id, line_no, payment.paid_on, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL
    FROM bill JOIN touched USING (po_id, line_no)
    JOIN payment ON payment.invoice_id = bill.invoice_id AND payment.batch_to = $open
    WHERE payment.amount > 0 AND payment.paid_on <= $last AND bill.amount > 0
), standing AS MATERIALIZED (
    SELECT *, sum(quantity) FILTER (WHERE turn = 0) OVER turns AS received,
        sum(quantity) FILTER (WHERE turn = 1) OVER turns AS invoiced
    FROM event
    WINDOW turns AS (PARTITION BY po_id, line_no ORDER BY day, turn, invoice_id, invoice_line_no)
), bought AS MATERIALIZED (
    SELECT po_id, line_no, order_date, quantity, unit_price, currency, reporting_rate, matching,
        supplier_id, requested_on, approved_on, status, status_date
    FROM purchase_order_line JOIN touched USING (po_id, line_no)
    WHERE batch_to = $open
), judged AS (
    SELECT CAST(date_trunc('month', now.day) AS date) AS month, now.reporting_amount,
        bought.order_date > now.invoice_date AS after_the_fact,
        now.amount >= 0 AND now.quantity <> 0
        AND NOT (coalesce(bought.matching, 'quantity') = 'value' OR bought.quantity = 1) AS judged,
        now.invoiced <= coalesce(now.received, 0) AS in_quantity,
        abs(CASE WHEN coalesce(now.currency, 'EUR') = coalesce(bought.currency, 'EUR')
            THEN CAST(coalesce(now.unit_price, now.amount / nullif(abs(now.quantity), 0))
                AS double precision) / CAST(bought.unit_price AS double precision)
            ELSE CAST(coalesce(now.unit_price, now.amount / nullif(abs(now.quantity), 0))
                AS double precision) * CAST(now.reporting_rate AS double precision)
                / (CAST(bought.unit_price AS double precision)
                    * CAST(bought.reporting_rate AS double precision))
            END - 1) * 1000 <= 20 + 1e-9 AS in_price
    FROM standing AS now
    JOIN bought ON bought.po_id = now.po_id AND bought.line_no = now.line_no
    WHERE now.turn = 1 AND now.day >= $first
        AND now.supplier_id NOT IN (SELECT supplier_id FROM outside)
), matched AS (
    SELECT month, count(*) AS lines, count(*) FILTER (WHERE judged) AS judged,
        count(*) FILTER (WHERE judged AND in_quantity AND in_price) AS matched,
        coalesce(sum(reporting_amount) FILTER (WHERE after_the_fact), 0) AS after_the_fact
    FROM judged GROUP BY 1
), first_event AS (
    SELECT po_id, line_no, min(day) FILTER (WHERE turn = 0 AND quantity > 0) AS received,
        CASE WHEN sum(quantity) FILTER (WHERE turn = 0) <= 0
            THEN max(day) FILTER (WHERE turn = 0 AND quantity < 0) END AS undone_on,
        min(day) FILTER (WHERE turn = 1 AND amount > 0) AS invoiced,
        min(day) FILTER (WHERE turn = 2) AS paid
    FROM standing GROUP BY 1, 2
), step AS (
    SELECT received, undone_on, invoiced, paid,
        CASE WHEN requested_on IS NOT NULL AND approved_on > order_date THEN approved_on
            WHEN requested_on IS NULL OR approved_on IS NOT NULL THEN order_date END AS ordered,
        CASE WHEN status IN ('cancelled', 'rejected', 'final_invoiced', 'closed')
            THEN status_date END AS closed,
        CASE WHEN status IN ('cancelled', 'rejected', 'final_invoiced')
            THEN status_date END AS refused
    FROM bought JOIN first_event USING (po_id, line_no)
    WHERE received IS NOT NULL AND quantity > 0
        AND supplier_id NOT IN (SELECT supplier_id FROM outside)
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
