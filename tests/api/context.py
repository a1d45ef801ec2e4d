"""What the API suites share: the client, the truth that the generator planted, and every row of the service."""

import csv
import functools
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

from client import BASE_URL, Real, ask, get, items, pages, require_service  # noqa: E402, F401

# The 13 towns of Paris Est Marne & Bois.
TOWNS = "94015 94017 94018 94033 94042 94046 94052 94058 94067 94068 94069 94079 94080".split()
COLLECTIONS = ("structures", "structures_non_localisees", "communes", "iris", "epts", "epcis",
               "departements", "regions")
ZONES = ("commune", "iris", "ept", "epci", "departement", "region", "grid:1km", "grid:200m")
KINDS = ("famille", "secteur", "tranche", "qualite_position")
# By construction: the number of the published article.
TOTAL = 1145


@functools.cache
def truth():
    """Rows of verite.csv, written by the generator without calling any recognition code."""
    with open(Path(os.environ["DEMO_DIR"]) / "sources/verite.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def located():
    return items("structures", couronne="true", limit=10_000)


@functools.cache
def unlocated():
    return items("structures_non_localisees", couronne="true", limit=10_000)
