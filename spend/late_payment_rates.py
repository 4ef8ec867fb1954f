"""Reference rates of late-payment interest by half-year, as the central banks published them.

A half-year starts on 1 January or 1 July. A rate that is not in these tables is not known here:
nothing is guessed, carried forward or interpolated.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

HalfYear = tuple[int, int]
Rates = Mapping[HalfYear, float]


def half_year(on: date) -> HalfYear:
    """The half-year of a day.

    >>> half_year(date(2026, 6, 30)), half_year(date(2026, 7, 1))
    ((2026, 1), (2026, 2))
    """
    return on.year, 1 if on.month <= 6 else 2


def _from_2013(*percent: float | None) -> Rates:
    """Percentages of successive half-years from the first of 2013, as fractions; gaps left out."""
    halves = ((2013 + place // 2, 1 + place % 2) for place in range(len(percent)))
    named = zip(halves, percent, strict=True)
    return MappingProxyType({half: value / 100 for half, value in named if value is not None})


# The interest rate of the main refinancing operations in force on 1 January and 1 July: European
# Central Bank, "Key ECB interest rates"; 2026's second half from the decision of 11 June 2026.
ECB_MAIN_REFINANCING = _from_2013(
    0.75, 0.50, 0.25, 0.15, 0.05, 0.05, 0.05, 0.00, 0.00, 0.00,  # 2013 to 2017
    0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00,  # 2018 to 2022
    2.50, 4.00, 4.50, 4.25, 3.15, 2.15, 2.15, 2.40,  # 2023 to 2026
)  # fmt: skip

# The official Bank Rate on the 31 December and 30 June before: Bank of England, "Official Bank
# Rate history"; 30 June 2026 from the decision of 18 June 2026, the next being on 30 July.
BANK_OF_ENGLAND = _from_2013(
    0.50, 0.50, 0.50, 0.50, 0.50, 0.50, 0.50, 0.50, 0.25, 0.25,  # 2013 to 2017
    0.50, 0.50, 0.75, 0.75, 0.75, 0.10, 0.10, 0.10, 0.25, 1.25,  # 2018 to 2022
    3.50, 5.00, 5.25, 5.25, 4.75, 4.25, 3.75, 3.75,  # 2023 to 2026
)  # fmt: skip

# The prompt payment interest rate: US Treasury, Bureau of the Fiscal Service, notices in the
# Federal Register under 31 U.S.C. 3902(a). The second half of 2025 could not be established.
US_PROMPT_PAYMENT = _from_2013(
    1.375, 1.75, 2.125, 2.0, 2.125, 2.375, 2.5, 1.875, 2.5, 2.375,  # 2013 to 2017
    2.625, 3.5, 3.625, 2.625, 2.125, 1.125, 0.875, 1.125, 1.625, 4.0,  # 2018 to 2022
    4.625, 4.875, 4.875, 4.875, 4.625, None, 4.125, 4.75,  # 2023 to 2026
)  # fmt: skip

# The first day of the euro in member states that joined after 2011 (Council decisions); the other
# members of the euro had it all along.
EURO_SINCE: Mapping[str, date] = MappingProxyType(
    {
        "AT": date.min, "BE": date.min, "CY": date.min, "DE": date.min, "EE": date.min,
        "ES": date.min, "FI": date.min, "FR": date.min, "GR": date.min, "IE": date.min,
        "IT": date.min, "LU": date.min, "MT": date.min, "NL": date.min, "PT": date.min,
        "SI": date.min, "SK": date.min,
        "LV": date(2014, 1, 1), "LT": date(2015, 1, 1),
        "HR": date(2023, 1, 1), "BG": date(2026, 1, 1),
    }
)  # fmt: skip


def euro_area_rate(country: str, half: HalfYear) -> float | None:
    """The reference rate of a member state for a half-year; ``None`` where it is not known here.

    For euro countries the ECB's (Directive 2011/7/EU, Article 2(7)(a)); elsewhere the national
    central bank's equivalent counts (2(7)(b)), and those are not in these tables.

    >>> euro_area_rate("DE", (2024, 2)), euro_area_rate("PL", (2024, 2))
    (0.0425, None)
    """
    joined = EURO_SINCE.get(country)
    if joined is None or half_year(joined) > half:
        return None
    return ECB_MAIN_REFINANCING.get(half)
