"""Invented names for suppliers: a stem, their trade and the company form of their country."""

import numpy as np
import pandas as pd

from demo.draws import generator

STEMS = """
Abel Adler Albers Alder Ames Anker Arden Arlt Ashby Aster Bauer Becker Beech Berger Birch Blank
Bolt Brandt Brook Bruns Carden Carver Castor Cedar Clover Corvin Cramer Dahl Dale Decker Dorn
Drake Ebert Eder Elbe Ellis Engel Ernst Falk Farn Fenner Fink Ford Forst Frey Gable Garner Gerber
Glenn Graf Hagen Hale Harms Hartley Hauser Heath Hein Holm Horn Huber Iller Innes Isar Jansen
Jarvis Juno Kaiser Kant Kirby Klein Koch Kolb Kraft Lahn Lang Larch Leon Linden Lorenz Ludwig Maas
Mars Mayer Merlin Merz Mohr Moser Nagel Nash Neumann Nolte Oaks Odell Orion Otto Pace Pabst Perry
Pohl Quarz Quinn Raab Radley Reed Reuter Rhone Roth Rowan Sander Saxon Seidel Shaw Sommer Stein
Stone Tanner Tegel Thorn Trave Ulmer Unger Vale Vega Vogt Wagner Walden Weber Weser West Wolf Wren
Yates York Zander Zeller Ziegler
"""

TRADES = {
    "C-1110": "Steel", "C-1120": "Aluminium", "C-1130": "Metals", "C-1210": "Circuits",
    "C-1220": "Semiconductors", "C-1230": "Sensors", "C-1240": "Connectors", "C-1250": "Power",
    "C-1310": "Bearings", "C-1320": "Seals", "C-1330": "Fasteners", "C-1340": "Precision",
    "C-1400": "Plastics", "C-1500": "Packaging", "C-2100": "Transport", "C-2200": "Forwarding",
    "C-3110": "Energy", "C-3120": "Gas", "C-3210": "Spares", "C-3220": "Maintenance",
    "C-3300": "Calibration", "C-3400": "Tools", "C-3500": "Machines", "C-4110": "Software",
    "C-4120": "Systems", "C-4130": "Networks", "C-4210": "Consulting", "C-4220": "Partners",
    "C-4230": "Personnel", "C-4310": "Facility", "C-4320": "Building", "C-4400": "Media",
    "C-4500": "Travel", "C-5100": "Insurance", "C-5200": "Customs",
}  # fmt: skip

SUFFIX = {"DE": "GmbH", "AT": "GmbH", "NL": "BV", "FR": "SAS", "IT": "Srl", "PL": "Sp. z o.o.",
          "CZ": "s.r.o.", "GB": "Ltd", "US": "Inc."}  # fmt: skip


def supplier_names(frame: pd.DataFrame, named: dict[tuple[str, int], str]) -> list[str]:
    """A stem, the trade and the company form of the country; the stories' suppliers by name."""
    stems = generator("supplier names").permutation(np.array(STEMS.split(), dtype=object)).tolist()
    names = []
    for place, (category, rank, country) in enumerate(
        zip(frame["category_id"], frame["rank"], frame["country"], strict=True)
    ):
        made = f"{stems[place % len(stems)]} {TRADES[category]} {SUFFIX[country]}"
        names.append(named.get((category, rank), made))
    return names
