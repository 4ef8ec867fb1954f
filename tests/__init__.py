"""The tests mirror the modules: test_spend_budget.py, test_queries_load.py and so on."""
