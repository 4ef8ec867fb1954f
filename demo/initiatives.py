"""What procurement set out to save: the plan of each initiative, and what prices then did."""

from dataclasses import dataclass

# id | name | type | stage | category | item rank | start | cut promised | cut invoiced |
# creep a month from the 4th | planned share of volume | claim (x formula, or EUR) |
# budgeted | owner
# An item rank of `-` is an initiative without an item: nothing can be traced to invoices.
PLANS = """
SI-01 | PCB panel price agreement | price_reduction | implemented | C-1210 | 0 | 2026-01 | 0.090 | 0.090 | 0 | 1.00 | - | yes | Lena Brandt
SI-02 | PCB second-tier boards | price_reduction | realised | C-1210 | 2 | 2026-01 | 0.050 | 0.050 | 0.004 | 1.10 | - | no | Lena Brandt
SI-03 | Pressure sensor re-tender | price_reduction | realised | C-1230 | 0 | 2026-02 | 0.100 | 0.080 | 0 | 1.25 | - | no | Omar Haddad
SI-04 | Microcontroller frame contract | price_reduction | contracted | C-1220 | 3 | 2026-03 | 0.070 | 0.070 | 0 | 1.00 | 1.25 | no | Omar Haddad
SI-05 | Machined housings, new source | price_reduction | confirmed | C-1340 | 1 | 2025-10 | 0.110 | 0.105 | 0 | 1.05 | - | yes | Lena Brandt
SI-06 | Aluminium profile bundling | price_reduction | implemented | C-1120 | 0 | 2026-03 | 0.060 | 0.060 | 0 | 1.30 | - | no | Piotr Zielinski
SI-07 | Connector range reduction | price_reduction | realised | C-1240 | 1 | 2026-01 | 0.075 | 0.070 | 0.003 | 1.00 | 1.00 | no | Piotr Zielinski
SI-08 | Power supply dual sourcing | price_reduction | implemented | C-1250 | 0 | 2026-04 | 0.100 | 0.080 | 0 | 1.20 | - | no | Omar Haddad
SI-09 | Lighter transit packaging | demand_reduction | realised | C-1500 | 0 | 2026-02 | 0.120 | 0.120 | 0 | 1.00 | - | no | Ruth Aalders
SI-10 | Steel bar increase averted | cost_avoidance | implemented | C-1110 | 0 | 2026-01 | 0.080 | 0 | 0 | 1.00 | - | no | Piotr Zielinski
SI-11 | Semiconductor allocation surcharge averted | cost_avoidance | realised | C-1220 | 0 | 2026-02 | 0.060 | 0 | 0 | 1.00 | - | no | Omar Haddad
SI-12 | Bearing price freeze | cost_avoidance | contracted | C-1310 | 0 | 2026-04 | 0.050 | 0 | 0 | 1.00 | - | no | Lena Brandt
SI-13 | Extended sensor warranty | value_added | realised | C-1230 | - | 2026-01 | - | - | - | - | 58000 | no | Omar Haddad
SI-14 | Free calibration of new gauges | value_added | implemented | C-3300 | - | 2026-03 | - | - | - | - | 22000 | no | Ines Faber
SI-15 | Fewer software seats | demand_reduction | implemented | C-4110 | - | 2026-01 | - | - | - | - | 52000 | yes | Arjun Mehta
SI-16 | Travel by rail under four hours | demand_reduction | validated | C-4500 | - | 2026-06 | - | - | - | - | 45000 | no | Greta Nowak
SI-17 | Electronic invoices from all | process | implemented | C-4200 | - | 2026-02 | - | - | - | - | 35000 | no | Karin Holst
SI-18 | Catalogue ordering of fasteners | process | idea | C-1330 | - | 2026-09 | - | - | - | - | 28000 | no | Petra Lindholm
SI-19 | One carrier for returns | process | contracted | C-2100 | - | 2026-07 | - | - | - | - | 18000 | no | Ruth Aalders
SI-20 | Carrier paid after 90 days | working_capital | realised | C-2100 | - | 2025-07 | - | - | - | - | 110000 | no | Karin Holst
SI-21 | Consignment stock of seals | working_capital | contracted | C-1320 | - | 2026-05 | - | - | - | - | 60000 | no | Piotr Zielinski
SI-22 | Spare parts pooled with supplier | working_capital | validated | C-3210 | - | 2026-10 | - | - | - | - | 140000 | no | Tomas Keller
SI-23 | Seal re-tender | price_reduction | idea | C-1320 | 0 | 2027-01 | 0.050 | 0 | 0 | 1.00 | - | no | Piotr Zielinski
SI-24 | Plastic mouldings, new tool | price_reduction | confirmed | C-1400 | 0 | 2024-07 | 0.060 | 0.060 | 0 | 1.00 | - | yes | Lena Brandt
SI-25 | Plastic mouldings, second cut | price_reduction | confirmed | C-1400 | 0 | 2025-01 | 0.030 | 0.030 | 0 | 1.00 | - | no | Lena Brandt
"""  # noqa: E501


@dataclass(frozen=True)
class Plan:
    """One initiative, as planned and as it went."""

    initiative_id: str
    name: str
    saving_type: str
    stage: str
    category_id: str
    rank: int | None
    start: str
    promised: float
    invoiced: float
    creep: float
    volume: float
    claim: float | None
    budgeted: bool
    owner: str


def _number(cell: str) -> float:
    return 0.0 if cell == "-" else float(cell)


def _plan(line: str) -> Plan:
    cells = [cell.strip() for cell in line.split("|")]
    return Plan(
        initiative_id=cells[0],
        name=cells[1],
        saving_type=cells[2],
        stage=cells[3],
        category_id=cells[4],
        rank=None if cells[5] == "-" else int(cells[5]),
        start=cells[6],
        promised=_number(cells[7]),
        invoiced=_number(cells[8]),
        creep=_number(cells[9]),
        volume=_number(cells[10]),
        claim=None if cells[11] == "-" else float(cells[11]),
        budgeted=cells[12] == "yes",
        owner=cells[13],
    )


def plans() -> list[Plan]:
    """Every initiative."""
    return [_plan(line) for line in PLANS.strip().splitlines()]
