"""Regions, municipalities and countries.

The 98 municipalities with their regions are in ``municipalities.tsv``, taken in November 2026 from
the public register of Danish authorities as mirrored by tagteam/heaven; Christiansø, which is no
municipality, is left out. The five regions hold until the end of 2026: Hovedstaden and Sjælland
then become one, and the file and the table below change together.

>>> REGIONS["1083"]
'Syddanmark'
>>> municipality_name("0461"), region_of("0461")
('Odense', '1083')
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

REGIONS: Final = {
    "1081": "Nordjylland",
    "1082": "Midtjylland",
    "1083": "Syddanmark",
    "1084": "Hovedstaden",
    "1085": "Sjælland",
}
COUNTRIES: Final = ("DK", "SE", "NO", "FI", "IS", "FO", "GL", "DE", "NL", "BE", "FR", "GB", "IE",
                    "EE", "CH", "AT", "IT", "ES", "PL", "US", "CA")  # fmt: skip


@dataclass(frozen=True)
class Municipality:
    code: str
    name: str
    region: str


@lru_cache(maxsize=1)
def municipalities() -> dict[str, Municipality]:
    """Return the municipalities by code, in the order of the Danish alphabet."""
    text = (files("matchmaker.organisations") / "municipalities.tsv").read_text("utf-8")
    rows = [Municipality(*line.split("\t")) for line in text.splitlines()[1:]]
    return {row.code: row for row in sorted(rows, key=lambda row: _danish(row.name))}


def municipality_name(code: str | None) -> str:
    municipality = municipalities().get(code or "")
    return municipality.name if municipality else ""


def region_of(municipality: str) -> str:
    """Return the region's code; the municipality must exist."""
    return municipalities()[municipality].region


def _danish(name: str) -> str:
    """Return what sorts as Danes expect: Æ, Ø and Å come after Z, in that order."""
    return name.lower().translate(str.maketrans("æøå", "{|}"))
