"""Stock: how much to hold and to order, and what is left unserved.

The names of the stock model in one place. Order quantities weigh the cost of ordering against that
of holding; safety stock answers one of two questions, how many cycles may run out (cycle service)
or what share of demand is served (fill rate), for continuous and periodic review; the loss
functions are the demand that a stock level leaves unserved. Demand is in units per period, times
are in periods, and everything takes numbers or arrays.
"""

from spend.loss import gamma_loss, negative_binomial_loss, normal_loss, poisson_loss
from spend.order_quantity import economic_order_quantity
from spend.safety_stock import reorder_point, safety_stock, safety_stock_for_fill_rate

__all__ = [
    "economic_order_quantity",
    "gamma_loss",
    "negative_binomial_loss",
    "normal_loss",
    "poisson_loss",
    "reorder_point",
    "safety_stock",
    "safety_stock_for_fill_rate",
]
