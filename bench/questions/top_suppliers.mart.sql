WITH RECURSIVE tree AS (
    SELECT supplier_id, supplier_id AS head
    FROM supplier AS top
    WHERE batch_to = $open AND NOT EXISTS (
        SELECT 1 FROM supplier AS parent
        WHERE parent.batch_to = $open AND parent.supplier_id = top.parent_supplier_id)
    UNION
    SELECT child.supplier_id, tree.head
    FROM supplier AS child JOIN tree ON child.parent_supplier_id = tree.supplier_id
    WHERE child.batch_to = $open
), own AS (
    SELECT supplier_id FROM supplier WHERE batch_to = $open AND intercompany
), bought AS (
    SELECT supplier_id, sum(amount) AS amount, sum(line_count) AS lines
    FROM spend_supplier_month
    WHERE batch_to = $open AND day BETWEEN $first AND $last
        AND supplier_id NOT IN (SELECT supplier_id FROM own)
    GROUP BY 1
), billed AS (
    SELECT supplier_id, count(*) AS invoices
    FROM invoice
    WHERE batch_to = $open AND day BETWEEN $first AND $last
    GROUP BY 1
)
SELECT head AS supplier_id, CAST(sum(amount) * 100 AS bigint) AS amount,
    CAST(sum(lines) AS bigint) AS lines, CAST(sum(invoices) AS bigint) AS invoices
FROM bought JOIN tree USING (supplier_id) JOIN billed USING (supplier_id)
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT $top
