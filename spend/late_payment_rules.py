"""The dated rule table of late payment: what each law says, whom it binds, and where it says so.

A rule holds from ``valid_from`` through ``valid_to``, and is looked up on the day a payment was
due. The laws themselves look at the day of the contract, which for running business is earlier:
where an old contract matters, its lawyers do. Countries are ISO 3166 codes. A country without a
rule has none here: nothing is guessed from its neighbours.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from spend.late_payment_rates import (
    BANK_OF_ENGLAND,
    US_PROMPT_PAYMENT,
    HalfYear,
    euro_area_rate,
)

Accrual = Literal["each half-year", "fixed at start", "monthly"]


@dataclass(frozen=True)
class LatePaymentRule:
    """One law on late payment, for some countries and some years.

    ``limit_days`` is the longest term; ``None`` where the law sets none. With ``may_agree_more`` a
    contract may expressly go beyond it, if that is not grossly unfair. ``public_special_days`` is
    the limit of public buyers in special cases (health care, trading bodies). ``default_days``
    hold where nothing was agreed. ``fixed_sums`` are steps of (debt from, sum), in
    ``fixed_currency``. ``accrual``: simple interest at each half-year's rate; simple interest at
    the rate of its first day; or added to the debt every 30 days, for ``longest_days`` at most.
    """

    name: str
    countries: frozenset[str]
    valid_from: date
    valid_to: date | None
    binds: str
    public_buyers_only: bool
    limit_days: int | None
    may_agree_more: bool
    public_limit_days: int | None
    public_special_days: int | None
    default_days: int
    margin: float
    accrual: Accrual
    basis: int
    longest_days: int | None
    fixed_sums: tuple[tuple[float, float], ...]
    fixed_currency: str
    rate_source: str
    source: str

    def holds(self, country: str, on: date, public_body: bool = False) -> bool:
        """Whether it is the law of a country on a day, for this kind of buyer."""
        in_force = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return in_force and country in self.countries and (public_body or self.binds_companies)

    @property
    def binds_companies(self) -> bool:
        """Whether buyers that are no public body are bound too."""
        return not self.public_buyers_only

    def reference_rate(self, country: str, half: HalfYear) -> float | None:
        """The published rate that the margin comes on top of; ``None`` where it is not known."""
        if country == "GB":
            return BANK_OF_ENGLAND.get(half)
        return US_PROMPT_PAYMENT.get(half) if country == "US" else euro_area_rate(country, half)


# Member states on 16 March 2013, the United Kingdom apart: it has its own act.
MEMBERS_IN_2013 = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HU", "IE", "IT", "LT",
    "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip

EUROPEAN_UNION = LatePaymentRule(
    name="EU 2011/7",
    countries=frozenset(MEMBERS_IN_2013),
    valid_from=date(2013, 3, 16),
    valid_to=None,
    binds="undertakings and public authorities that pay undertakings; national law may ask more",
    public_buyers_only=False,
    limit_days=60,
    may_agree_more=True,
    public_limit_days=30,
    public_special_days=60,
    default_days=30,
    margin=0.08,
    accrual="each half-year",
    basis=365,
    longest_days=None,
    fixed_sums=((0.0, 40.0),),
    fixed_currency="EUR",
    rate_source="European Central Bank, main refinancing operations, 1 January and 1 July",
    source="Directive 2011/7/EU: interest Articles 2(6), 3(1) and 3(2); default 3(3)(b); 60 days"
    " 3(5); public authorities 4(3), 4(4) and 4(6); EUR 40 6(1); since 16 March 2013 12(1). The"
    " Directive names no day count: actual days over 365 are used",
)

# Croatia joined on 1 July 2013.
CROATIA = replace(EUROPEAN_UNION, countries=frozenset({"HR"}), valid_from=date(2013, 7, 1))

UNITED_KINGDOM_2002 = LatePaymentRule(
    name="UK 1998 Act, as amended 2002",
    countries=frozenset({"GB"}),
    valid_from=date(2002, 8, 7),
    valid_to=date(2013, 3, 15),
    binds="businesses and public authorities that buy from businesses of any size",
    public_buyers_only=False,
    limit_days=None,
    may_agree_more=True,
    public_limit_days=None,
    public_special_days=None,
    default_days=30,
    margin=0.08,
    accrual="fixed at start",
    basis=365,
    longest_days=None,
    fixed_sums=((0.0, 40.0), (1_000.0, 70.0), (10_000.0, 100.0)),
    fixed_currency="GBP",
    rate_source="Bank of England, official Bank Rate, 31 December and 30 June before",
    source="Late Payment of Commercial Debts (Interest) Act 1998: default 30 days s.4; fixed sums"
    " s.5A (S.I. 2002/1674); rate s.6 and S.I. 2002/1675, article 4; all businesses since 7 August"
    " 2002 (S.I. 2002/1673)",
)

UNITED_KINGDOM = replace(
    UNITED_KINGDOM_2002,
    name="UK 1998 Act, as amended 2013",
    valid_from=date(2013, 3, 16),
    valid_to=None,
    limit_days=60,
    public_limit_days=30,
    source="Late Payment of Commercial Debts (Interest) Act 1998: 60 days unless not grossly"
    " unfair, 30 days for public authorities and by default s.4(2A) to (2H) (S.I. 2013/395, S.I."
    " 2015/1336); fixed sums s.5A (S.I. 2002/1674); rate s.6 and S.I. 2002/1675, article 4",
)

UNITED_STATES = LatePaymentRule(
    name="US Prompt Payment",
    countries=frozenset({"US"}),
    valid_from=date(1999, 10, 29),
    valid_to=None,
    binds="federal agencies only; the states have laws of their own",
    public_buyers_only=True,
    limit_days=None,
    may_agree_more=True,
    public_limit_days=None,
    public_special_days=None,
    default_days=30,
    margin=0.0,
    accrual="monthly",
    basis=360,
    longest_days=365,
    fixed_sums=(),
    fixed_currency="",
    rate_source="US Treasury, prompt payment interest rate (31 U.S.C. 3902(a))",
    source="5 CFR 1315: 30 days 1315.4(g); rate of the day after the due date 1315.10(a)(1); added"
    " to the debt every 30 days, for one year 1315.10(a)(3) and (5); formulas 1315.17. Penalties"
    " below one dollar need not be paid 1315.10(a)(7): they are counted here",
)

RULES = (EUROPEAN_UNION, CROATIA, UNITED_KINGDOM_2002, UNITED_KINGDOM, UNITED_STATES)

# Codes that are in use beside the ISO ones: the Commission's for Greece, and the United Kingdom's.
OTHER_CODES = {"EL": "GR", "UK": "GB"}


def country_code(country: str) -> str:
    """A country as the rules know it.

    >>> country_code(" uk "), country_code("EL"), country_code("de")
    ('GB', 'GR', 'DE')
    """
    code = country.strip().upper()
    return OTHER_CODES.get(code, code)


def rule_at(country: str, on: date, public_body: bool = False) -> LatePaymentRule | None:
    """The late-payment rule of a country on a day, ``None`` where there is none.

    ``public_body`` says that the buyer is a public authority (in the US: a federal agency).

    >>> rule_at("DE", date(2026, 1, 1)).name, rule_at("US", date(2026, 1, 1))
    ('EU 2011/7', None)
    """
    code = country_code(country)
    return next((rule for rule in RULES if rule.holds(code, on, public_body)), None)


def legal_limit_days(
    country: str,
    on: date,
    public_body: bool = False,
    expressly_agreed: bool = False,
    special_case: bool = False,
) -> int | None:
    """The longest payment term the law allows, in days; ``None`` where it sets no limit.

    ``expressly_agreed``: the contract says a longer term in so many words, and it is not grossly
    unfair (companies only; public bodies stay bound). ``special_case``: a public body that the law
    gives more time, such as a hospital.

    >>> day = date(2026, 1, 1)
    >>> legal_limit_days("FR", day), legal_limit_days("FR", day, public_body=True)
    (60, 30)
    >>> legal_limit_days("GB", day, expressly_agreed=True), legal_limit_days("CN", day)
    (None, None)
    """
    rule = rule_at(country, on, public_body)
    if rule is None:
        return None
    if public_body and special_case:
        return rule.public_special_days or rule.public_limit_days
    if public_body:
        return rule.public_limit_days
    return None if expressly_agreed and rule.may_agree_more else rule.limit_days
