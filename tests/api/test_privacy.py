"""A partially diffusible unit is in no answer, whatever was joined to it; it counts in its commune."""

import csv
import functools
import os
import re
import sqlite3
import unittest
from pathlib import Path

from context import COLLECTIONS, KINDS, TOWNS, ZONES, get, located, pages, require_service, truth

from plane import lambert93

setUpModule = require_service

CENTRE = "lon=2.4836&lat=48.8369"
DIGITS = re.compile(r"\d{9,14}")


@functools.cache
def masked():
    return [row for row in truth() if row["attendu"] == "masque"]


@functools.cache
def everything():
    """The text of every answer of every route, JSON and HTML."""
    texts = {}
    for collection in COLLECTIONS:
        for options in ("couronne=true&" if collection not in ("epts", "epcis", "departements", "regions") else "", ""):
            path = f"/collections/{collection}/items?{options}limit=500"
            while path:
                page = get(path)
                texts[path] = page.text
                path = next((link["href"] for link in page.json()["links"] if link["rel"] == "next"), None)
    paths = ["/", "/api", "/conformance", "/collections", "/landmarks", "/demo/verite", "/portrait/ept:T10"]
    paths += [f"/portrait/commune:{town}" for town in TOWNS]
    paths += [f"/collections/{collection}" for collection in COLLECTIONS]
    paths += [f"/density?couronne=true&zone={zone}" for zone in ZONES]
    paths += [f"/aggregates?couronne=true&par={par}" for par in (*ZONES, *KINDS)]
    paths += [f"/proximity/within?{CENTRE}&rayon=20000", f"/proximity/nearest?{CENTRE}&k=1000"]
    paths += [f"/collections/{collection}/items?f=csv&couronne=true" for collection in COLLECTIONS[:2]]
    paths += [f"/recherche?couronne=true&limit=100&q={word}" for word in ("association", "mutuelle", "amis", "club", "94052")]
    for path in paths:
        texts[path] = get(path, accept="application/json").text
    pages = ["/", "/demo/verite", "/portrait/ept:T10", "/collections/structures/items?couronne=true&limit=10000"]
    pages += ["/collections/structures_non_localisees/items?couronne=true&limit=10000", f"/proximity/within?{CENTRE}&rayon=20000"]
    for path in pages:
        texts[f"{path} (HTML)"] = get(path, accept="text/html").text
    return texts


class Privacy(unittest.TestCase):
    def test_the_demonstration_plants_masked_units_some_of_them_with_a_point(self):
        self.assertGreaterEqual(len(masked()), 80)
        self.assertTrue(any(row["x"] for row in masked()))

    def test_no_siret_nor_siren_of_a_masked_unit_is_in_any_answer(self):
        sirets = {row["siret"] for row in masked()}
        sirens = {siret[:9] for siret in sirets} - {r["siret"][:9] for r in truth() if r["attendu"] == "retenu"}
        self.assertTrue(sirens)
        for path, text in everything().items():
            numbers = {found for found in DIGITS.findall(text.replace("\u202f", "").replace("\xa0", ""))}
            self.assertFalse(numbers & (sirets | sirens), path)

    def test_no_siret_nor_siren_of_a_masked_unit_is_in_the_atlas_file(self):
        sirets = {row["siret"] for row in masked()}
        sirens = {siret[:9] for siret in sirets} - {r["siret"][:9] for r in truth() if r["attendu"] == "retenu"}
        found = set()
        atlas = sqlite3.connect(f"file:{os.environ['DEMO_DIR']}/pemb-demo.gpkg?mode=ro", uri=True)
        for (table,) in atlas.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in atlas.execute(f'SELECT * FROM "{table}"'):
                for value in row:
                    if isinstance(value, int):
                        found |= {f"{value:014}", f"{value:09}"}
                    elif isinstance(value, (str, bytes)):
                        text = value if isinstance(value, str) else value.decode("latin-1")
                        found.update(DIGITS.findall(text))
        atlas.close()
        self.assertLessEqual({f["id"] for f in located()}, found, "the search must see the others")
        self.assertFalse(found & (sirets | sirens))

    def test_the_search_would_see_a_shown_siret(self):
        shown = {f["id"] for f in located()}
        seen = set().union(*(DIGITS.findall(text) for text in everything().values()))
        self.assertLessEqual(shown, seen)

    def test_no_name_of_a_masked_unit_is_in_any_answer(self):
        sirens = {row["siret"][:9] for row in masked()}
        names, others = set(), set()
        with open(Path(os.environ["DEMO_DIR"]) / "sources/StockUniteLegale_utf8.csv", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                (names if row["siren"] in sirens else others).add(row["denominationUniteLegale"])
        # The generator gives some names twice.
        names -= others | {"", "[ND]"}
        self.assertTrue(names)
        for path, text in everything().items():
            self.assertFalse([name for name in names if name in text], path)

    def test_no_masked_unit_answers_by_its_identifier(self):
        for row in masked()[:20]:
            for collection in ("structures", "structures_non_localisees"):
                answer = get(f"/collections/{collection}/items/{row['siret']}")
                self.assertEqual(answer.status, 404)

    def test_no_masked_unit_is_found_by_its_number_nor_by_its_name(self):
        for row in masked()[:20]:
            for text in (row["siret"], row["siret"][:9]):
                found = get(f"/recherche?couronne=true&q={text}").json()["structures"]
                self.assertNotIn(row["siret"], [structure["siret"] for structure in found])
        shown = located()[0]["id"]
        self.assertEqual(get(f"/recherche?q={shown}").json()["structures"][0]["siret"], shown, "the search would see it")

    def test_no_point_stands_where_a_masked_unit_is(self):
        taken = {(round(float(r["x"])), round(float(r["y"]))) for r in masked() if r["x"]}
        taken -= {(round(float(r["x"])), round(float(r["y"]))) for r in truth() if r["attendu"] == "retenu" and r["x"]}
        self.assertTrue(taken)
        shown = {tuple(map(round, lambert93(*f["geometry"]["coordinates"]))) for f in located()}
        self.assertFalse(shown & taken)

    def test_no_word_of_the_mask_is_served_as_a_value(self):
        for page in (*pages("structures", limit=10_000), *pages("structures_non_localisees", limit=10_000)):
            for feature in page["features"]:
                self.assertNotIn("[ND]", feature["properties"].values(), feature["id"])

    def test_a_position_drawn_at_random_in_its_commune_is_no_point(self):
        random = {r["siret"] for r in truth() if r["piege"] == "qualite_33" and r["attendu"] == "retenu"}
        self.assertTrue(random)
        self.assertFalse(random & {f["id"] for f in located()})


if __name__ == "__main__":
    unittest.main()
