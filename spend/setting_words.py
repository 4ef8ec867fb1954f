"""The settings in words: what each means, what it is now, and what stands where nobody said."""

from datetime import date

from queries.settings import Settings, changed

# Where every figure goes by them, a metric's declaration does not name them.
EVERYWHERE = ("currency", "fiscal_year_start", "data_through")

MEANINGS = {
    "currency": "the reporting currency (before the first load only)",
    "fiscal_year_start": "the month that the fiscal year begins with",
    "data_through": '"today" for every report',
    "budget_version": "the budget that spend is held against",
    "irrecoverable_tax": "whether invoice tax is spend",
    "cost_of_cash": "what the company's own money costs it a year, as a share",
    "early_days": "from how many days before it is due a payment counts as early",
    "public_body": "whether the law on late payment by public bodies binds the company",
    "service_level": "the share of replenishments that stock is meant to outlast, where an item "
    "says nothing",
    "obsolete_after_months": "for how many months nobody must have needed an item for its stock to "
    "be obsolete",
    "otif_days": "up to how many days after the first promise a delivery is on time",
    "match_tolerance": "up to which difference an invoice's price agrees with its order's, in "
    "steps of 0.001",
}
UNSET = {"data_through": "the day of the load", "budget_version": "the last one loaded"}


def value_words(name: str, value: object) -> str:
    """What a setting is, as ``settings.toml`` would have it; where nothing is said, what holds.

    >>> value_words("early_days", 5), value_words("public_body", False)
    ('5', 'false')
    >>> value_words("budget_version", None)
    'the last one loaded'
    """
    if value is None:
        return UNSET[name]
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def given_words(name: str, given: str) -> str:
    """The same of a setting as it was written down, which may be empty.

    >>> given_words("service_level", "0.950"), given_words("budget_version", "")
    ('0.95', 'the last one loaded')
    """
    return value_words(name, getattr(changed(Settings(), [(name, given)]), name))
