WITH paid AS (
    SELECT invoice_id, paid_on, reporting_amount AS amount
    FROM payment
    WHERE batch_to = $open AND paid_on BETWEEN $first AND $last
), invoice AS (
    SELECT line.invoice_id, min(line.supplier_id) AS supplier_id,
        min(line.invoice_date) AS invoice_date, min(line.due_date) AS due_date,
        min(line.payment_term_code) AS term, min(coalesce(line.contract_id, bought.contract_id))
        AS contract_id
    FROM invoice_line AS line
    LEFT JOIN purchase_order_line AS bought
        ON bought.po_id = line.po_id AND bought.line_no = line.po_line_no
        AND bought.batch_to = $open
    WHERE line.batch_to = $open AND line.invoice_id IN (SELECT invoice_id FROM paid)
        AND line.supplier_id NOT IN (
            SELECT supplier_id FROM supplier WHERE batch_to = $open AND intercompany)
    GROUP BY 1
    HAVING sum(line.amount + coalesce(line.tax_amount, 0)) > 0
), due AS (
    SELECT invoice.invoice_id, invoice.supplier_id, invoice.invoice_date,
        coalesce(invoice.due_date,
            CASE WHEN coalesce(own.end_of_month, theirs.end_of_month, master.end_of_month, false)
                THEN CAST(CAST(date_trunc('month', invoice.invoice_date) AS date)
                    + INTERVAL '1 month' AS date) - 1
                ELSE invoice.invoice_date END
            + coalesce(own.net_days, theirs.net_days, master.net_days)) AS due_date
    FROM invoice
    JOIN supplier ON supplier.supplier_id = invoice.supplier_id AND supplier.batch_to = $open
    LEFT JOIN contract
        ON contract.contract_id = invoice.contract_id AND contract.batch_to = $open
    LEFT JOIN payment_term AS own
        ON own.payment_term_code = invoice.term AND own.batch_to = $open
    LEFT JOIN payment_term AS theirs
        ON theirs.payment_term_code = contract.payment_term_code AND theirs.batch_to = $open
    LEFT JOIN payment_term AS master
        ON master.payment_term_code = supplier.payment_term_code AND master.batch_to = $open
)
SELECT supplier_id, CAST(sum(amount) * 100 AS bigint) AS paid,
    CAST(sum(amount * (paid_on - invoice_date)) * 100 AS bigint) AS paid_days,
    CAST(coalesce(sum(amount) FILTER (WHERE paid_on > due_date), 0) * 100 AS bigint) AS late
FROM paid JOIN due USING (invoice_id)
GROUP BY 1
