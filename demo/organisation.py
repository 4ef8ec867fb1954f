"""Cost centres and categories: who spends, and on what; the spend planned for each."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

CENTRES = """
CC-1000 | Halden Instruments | | Helena Sandberg
CC-2000 | Operations | CC-1000 | Jonas Reimer
CC-2100 | Machining | CC-2000 | Petra Lindholm
CC-2200 | Electronics assembly | CC-2000 | Marek Dvorak
CC-2300 | Final assembly | CC-2000 | Anke Vogel
CC-2400 | Maintenance | CC-2000 | Tomas Keller
CC-2500 | Logistics | CC-2000 | Ruth Aalders
CC-3000 | Engineering | CC-1000 | Clara Moretti
CC-3100 | Development | CC-3000 | Clara Moretti
CC-3200 | Quality and calibration | CC-3000 | Ines Faber
CC-4000 | Commercial | CC-1000 | Daniel Osei
CC-4100 | Sales | CC-4000 | Daniel Osei
CC-4200 | Marketing and service | CC-4000 | Sophie Laurent
CC-5000 | Corporate | CC-1000 | Helena Sandberg
CC-5100 | IT | CC-5000 | Arjun Mehta
CC-5200 | Finance and legal | CC-5000 | Karin Holst
CC-5300 | People and facilities | CC-5000 | Greta Nowak
"""

BRANCHES = """
C-1000 | Direct materials |
C-1100 | Metals | C-1000
C-1200 | Electronics | C-1000
C-1300 | Mechanical parts | C-1000
C-2000 | Logistics |
C-3000 | Operations |
C-3100 | Energy | C-3000
C-3200 | Maintenance | C-3000
C-4000 | Services |
C-4100 | IT | C-4000
C-4200 | Professional services | C-4000
C-4300 | Facilities | C-4000
C-5000 | Not addressable |
"""

# name, parent, index and pass-through, way of buying, spend a year in EUR thousand, suppliers,
# cost centres with their shares. Ways: items (from the catalogue), blanket (a value order, invoiced
# monthly), request (asked for one by one), direct (no order at all).
LEAVES = """
C-1110 | Steel | C-1100 | STEEL 0.7 | items | 5200 | 9 | CC-2100:1
C-1120 | Aluminium | C-1100 | ALUMINIUM 0.5 | items | 1850 | 6 | CC-2100:1
C-1130 | Copper and brass | C-1100 | COPPER 0.5 | items | 1000 | 5 | CC-2100:1
C-1210 | Printed circuit boards | C-1200 | | items | 3600 | 7 | CC-2200:1
C-1220 | Semiconductors | C-1200 | | items | 2900 | 9 | CC-2200:1
C-1230 | Sensors | C-1200 | | items | 2250 | 8 | CC-2300:1
C-1240 | Connectors and cables | C-1200 | COPPER 0.2 | items | 1300 | 8 | CC-2200:1
C-1250 | Power supplies | C-1200 | | items | 700 | 5 | CC-2200:1
C-1310 | Bearings | C-1300 | STEEL 0.2 | items | 900 | 7 | CC-2300:1
C-1320 | Seals | C-1300 | RUBBER 0.3 | items | 450 | 5 | CC-2300:1
C-1330 | Fasteners | C-1300 | STEEL 0.25 | items | 480 | 6 | CC-2300:1
C-1340 | Machined parts | C-1300 | | items | 2500 | 9 | CC-2100:1
C-1400 | Plastics | C-1000 | OIL 0.3 | items | 1150 | 6 | CC-2300:1
C-1500 | Packaging | C-1000 | OIL 0.1 | items | 680 | 5 | CC-2500:1
C-2100 | Road freight | C-2000 | OIL 0.15 | items | 1500 | 5 | CC-2500:1
C-2200 | Air and sea freight | C-2000 | OIL 0.2 | direct | 750 | 5 | CC-2500:1
C-3110 | Electricity | C-3100 | POWER 0.7 | direct | 1250 | 2 | CC-2100:5 CC-2200:3 CC-5300:2
C-3120 | Gas | C-3100 | GAS 0.7 | direct | 420 | 2 | CC-2100:7 CC-5300:3
C-3210 | Spare parts | C-3200 | | items | 850 | 9 | CC-2400:1
C-3220 | Maintenance services | C-3200 | WAGES 0.5 | blanket | 700 | 7 | CC-2400:1
C-3300 | Calibration and testing | C-3000 | | blanket | 480 | 5 | CC-3200:1
C-3400 | Tooling | C-3000 | | request | 700 | 7 | CC-2100:6 CC-2300:4
C-3500 | Equipment | C-3000 | | request | 1300 | 8 | CC-2100:4 CC-2200:3 CC-3100:3
C-4110 | Software | C-4100 | | blanket | 1250 | 9 | CC-5100:7 CC-3100:3
C-4120 | Hardware | C-4100 | | request | 560 | 5 | CC-5100:1
C-4130 | Cloud and telecoms | C-4100 | | blanket | 680 | 4 | CC-5100:1
C-4210 | Consulting | C-4200 | | request | 950 | 9 | CC-3100:4 CC-5200:3 CC-4100:3
C-4220 | Legal and audit | C-4200 | | direct | 480 | 5 | CC-5200:1
C-4230 | Temporary labour | C-4200 | WAGES 0.8 | request | 900 | 5 | CC-2300:6 CC-2200:4
C-4310 | Cleaning and security | C-4300 | WAGES 0.6 | blanket | 480 | 4 | CC-5300:1
C-4320 | Building maintenance | C-4300 | WAGES 0.4 | request | 500 | 6 | CC-5300:1
C-4400 | Marketing | C-4000 | | request | 850 | 7 | CC-4200:1
C-4500 | Travel | C-4000 | | direct | 700 | 6 | CC-4100:5 CC-4200:2 CC-3100:3
C-5100 | Insurance | C-5000 | | direct | 340 | 2 | CC-5200:1
C-5200 | Fees and duties | C-5000 | | direct | 240 | 3 | CC-5200:4 CC-2500:6
"""


@dataclass(frozen=True)
class Leaf:
    """A category that is bought in: how, from how many suppliers, by which cost centres."""

    category_id: str
    name: str
    parent: str
    index_code: str
    pass_through: float
    way: str
    yearly: float  # EUR, at the level of 2025
    suppliers: int
    centres: tuple[str, ...]
    shares: tuple[float, ...]


def _rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


def _leaf(row: list[str]) -> Leaf:
    code, _, through = row[3].partition(" ")
    pairs = [pair.split(":") for pair in row[7].split()]
    return Leaf(
        category_id=row[0],
        name=row[1],
        parent=row[2],
        index_code=code,
        pass_through=float(through or 0),
        way=row[4],
        yearly=float(row[5]) * 1000,
        suppliers=int(row[6]),
        centres=tuple(centre for centre, _ in pairs),
        shares=tuple(float(share) for _, share in pairs),
    )


def leaves() -> list[Leaf]:
    """Every category that is bought in."""
    return [_leaf(row) for row in _rows(LEAVES)]


def categories() -> pd.DataFrame:
    """The tree, branches and leaves; insurance, fees and duties can't be addressed."""
    branches = pd.DataFrame(_rows(BRANCHES), columns=["category_id", "name", "parent_category_id"])
    found = pd.DataFrame(
        {
            "category_id": [leaf.category_id for leaf in leaves()],
            "name": [leaf.name for leaf in leaves()],
            "parent_category_id": [leaf.parent for leaf in leaves()],
            "index_code": [leaf.index_code for leaf in leaves()],
            "pass_through": [leaf.pass_through if leaf.index_code else np.nan for leaf in leaves()],
        }
    )
    tree = pd.concat([branches, found]).sort_values("category_id", ignore_index=True)
    tree["addressable"] = ~tree["category_id"].str.startswith("C-5")
    return tree.fillna({"index_code": ""})


def cost_centres() -> pd.DataFrame:
    """The tree of cost centres with who answers for the budget of each."""
    names = ["cost_centre_id", "name", "parent_cost_centre_id", "budget_owner"]
    return pd.DataFrame(_rows(CENTRES), columns=names)
