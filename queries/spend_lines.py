"""Every invoice line with its accounting day, and what it inherits from its order and item."""

from sqlalchemy import FromClause, and_, func, literal, select

from queries import rules, schema
from queries.balances import labelled
from queries.settings import Settings
from queries.versions import Rows


def spend_lines(settings: Settings, rows: Rows) -> FromClause:
    """Invoice lines by what a selection narrows; '' where a reference finds nothing.

    ``amount`` is spend (net, plus irrecoverable tax); ``gross`` is what is owed, with all tax; both
    in the reporting currency, beside what the document says. ``order_date`` is of the order line.
    """
    line, order = rows(schema.invoice_line), rows(schema.purchase_order_line)
    supplier, category = rows(schema.supplier), rows(schema.category)
    centre, item = rows(schema.cost_centre), rows(schema.item)
    ordered = and_(order.c.po_id == line.c.po_id, order.c.line_no == line.c.po_line_no)
    item_id = func.coalesce(line.c.item_id, order.c.item_id)
    category_id = func.coalesce(line.c.category_id, order.c.category_id, item.c.category_id)
    centre_id = func.coalesce(line.c.cost_centre_id, order.c.cost_centre_id)
    source = (
        line.outerjoin(order, ordered)
        .outerjoin(item, item.c.item_id == item_id)
        .outerjoin(category, category.c.category_id == category_id)
        .outerjoin(centre, centre.c.cost_centre_id == centre_id)
        .outerjoin(supplier, supplier.c.supplier_id == line.c.supplier_id)
    )
    tax, reporting_tax = (
        func.coalesce(line.c[name], 0) for name in ("tax_amount", "reporting_tax_amount")
    )
    counted = (tax, reporting_tax) if settings.irrecoverable_tax else (literal(0), literal(0))
    columns = {
        "day": func.coalesce(line.c.posted_on, line.c.invoice_date),
        "supplier_id": func.coalesce(supplier.c.supplier_id, ""),
        "category_id": func.coalesce(category.c.category_id, ""),
        "cost_centre_id": func.coalesce(centre.c.cost_centre_id, ""),
        "item_id": func.coalesce(item.c.item_id, ""),
        "unit": func.coalesce(line.c.unit, order.c.unit, item.c.unit, ""),
        "currency": func.coalesce(line.c.currency, settings.currency),
        "has_quantity": line.c.quantity.is_not(None),
        "amount": line.c.reporting_amount + counted[1],
        "document_amount": line.c.amount + counted[0],
        "net": line.c.reporting_amount,
        "rate": line.c.reporting_rate,
        "gross": line.c.reporting_amount + reporting_tax,
        "document_gross": line.c.amount + tax,
        "quantity": rules.invoiced_quantity(line.c.quantity, line.c.amount),
        "invoice_id": line.c.invoice_id,
        "line_no": line.c.line_no,
        "invoice_date": line.c.invoice_date,
        "order_date": order.c.order_date,
        "due_date": line.c.due_date,
        "payment_term_code": line.c.payment_term_code,
        "contract_id": func.coalesce(line.c.contract_id, order.c.contract_id),
        "invoice_number": line.c.invoice_number,
        "description": line.c.description,
        "batch_from": line.c.batch_from,
    }
    line = select(*labelled(columns)).select_from(source).subquery("spend_line")
    return rows.once(line, "spend_line")
