"""The benchmark: a ledger of any size, the same questions asked of it in several ways, a table."""
