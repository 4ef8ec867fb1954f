"""Stock: how much to hold and to order, what the shelf is for, and what is left unserved.

The subject's one door: its report, and the names of the stock model. Order quantities weigh the
cost of ordering against that of holding; safety stock answers one of two questions, how many cycles
may run out (cycle service) or what share of demand is served (fill rate), for continuous and
periodic review; the loss functions are the demand that a stock level leaves unserved. Demand is in
units per period, times are in periods, and everything takes numbers or arrays.
"""

from spend.loss import gamma_loss, negative_binomial_loss, normal_loss, poisson_loss
from spend.order_quantity import economic_order_quantity
from spend.safety_stock import reorder_point, safety_stock, safety_stock_for_fill_rate
from spend.stock_evidence import evidence
from spend.stock_history import backtest
from spend.stock_report import report

__all__ = [
    "backtest",
    "economic_order_quantity",
    "evidence",
    "gamma_loss",
    "negative_binomial_loss",
    "normal_loss",
    "poisson_loss",
    "reorder_point",
    "report",
    "safety_stock",
    "safety_stock_for_fill_rate",
]
