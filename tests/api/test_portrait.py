"""The portrait in each of its forms: the page, the JSON, the CSV, the command, the GeoPackage say the same."""

import csv
import io
import os
import sqlite3
import subprocess
import unittest
from collections import defaultdict
from pathlib import Path

from context import BASE_URL, TOTAL, TOWNS, ask, get, require_service

setUpModule = require_service


def figures(zone):
    """section → code → indicator → figure, unknown being None."""
    text = get(f"/portrait/{zone}?f=csv").text
    found = defaultdict(lambda: defaultdict(dict))
    for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=";"):
        found[row["section"]][row["code"]][row["indicateur"]] = float(row["valeur"]) if row["valeur"] else None
    return found


class Forms(unittest.TestCase):
    def test_the_csv_adds_up(self):
        found = figures("ept:T10")
        (whole,) = found["territoire"].values()
        self.assertEqual(whole["structures"], TOTAL)
        for section in ("familles", "secteurs", "tranches", "communes"):
            for name in ("structures", "emplois_bas", "emplois_sans_tranche"):
                self.assertEqual(sum(row[name] for row in found[section].values()), whole[name], (section, name))
        self.assertEqual(set(found["communes"]), set(TOWNS))
        crossed = sum(value for row in found["secteurs_par_famille"].values() for value in row.values())
        self.assertEqual(crossed, TOTAL)
        iris = sum(row["structures"] for row in found["iris"].values())
        self.assertLessEqual(iris, whole["au_numero"] + whole["a_la_voie"])
        self.assertGreater(iris, 0.95 * (whole["au_numero"] + whole["a_la_voie"]))

    def test_every_line_says_its_perimeter(self):
        text = get("/portrait/ept:T10?f=csv").text
        self.assertTrue(text.startswith("\ufeffsection;code;libelle;indicateur;valeur;unite;territoire;perimetre;"))
        version = ask("/collections")["metadata"]["version"]
        for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=";"):
            said = (row["territoire"], row["version_jeu"], row["fictif"], row["regle_employeur"])
            self.assertEqual(said, ("ept:200057941", version, "oui", "bande-ou-caractere"))
            self.assertTrue(row["unite"] and row["perimetre"].startswith("cress-employeurs"), row)

    def test_csv_json_aggregates_and_geopackage_agree_to_the_unit(self):
        found, model = figures("ept:T10"), ask("/portrait/ept:T10", f="json")
        atlas = sqlite3.connect(f"file:{os.environ['DEMO_DIR']}/pemb-demo.gpkg?mode=ro", uri=True)
        atlas.row_factory = sqlite3.Row
        for section, par, key in (("communes", "commune", "communes"), ("iris", "iris", "iris"), ("familles", "famille", "familles"),
                                  ("secteurs", "secteur", "secteurs"), ("tranches", "tranche", "tranches")):
            rows = {row["code"]: row for row in ask("/aggregates", par=par)["lignes"]}
            of_model = {row["code"]: row for row in model[key]["lignes"]}
            self.assertEqual(set(found[section]), set(rows), section)
            for code, row in rows.items():
                line = found[section][code]
                self.assertEqual(of_model[code], row, (section, code))
                self.assertEqual((line["structures"], line["masquees"]), (row["structures"], row["masquees"]))
                self.assertEqual(line["emplois_haut"], row["emplois"]["haut"])
        for row in atlas.execute("SELECT * FROM agregats WHERE niveau IN ('commune', 'iris')"):
            line = found["communes" if row["niveau"] == "commune" else "iris"][row["code"]]
            for name, value in line.items():
                self.assertEqual(value, row[name], (row["code"], name))

    def test_the_page_shows_the_same_total(self):
        page = get("/portrait/ept:T10", accept="text/html").text
        self.assertIn('<p class="valeur">1\u202f145</p>', page)
        self.assertIn("/portrait/ept:200057941?f=csv", page)

    def test_what_sets_a_town_apart_is_recomputed(self):
        town, whole = ask("/portrait/commune:94052", f="json"), ask("/portrait/ept:T10", f="json")
        self.assertIsNone(whole["contexte"], "the whole atlas is compared with nothing")
        sectors = lambda model: {row["secteur"]: row for row in model["economie"]["secteurs"]}  # noqa: E731
        here, there = sectors(town), sectors(whole)
        jobs = lambda part: float(part["emplois"]["central"])  # noqa: E731
        expected = 0.0
        for row in town["contexte"]["specificite"]["secteurs"]:
            mine, theirs = here[row["secteur"]], there[row["secteur"]]
            share = jobs(mine["ess"]) / jobs(town["economie"]["ess"])
            share_there = jobs(theirs["ess"]) / jobs(whole["economie"]["ess"])
            if share_there:
                self.assertAlmostEqual(row["quotient_localisation"], share / share_there, 9, row["secteur"])
            expected += jobs(mine["total"]) * jobs(theirs["ess"]) / jobs(theirs["total"])
        said = town["contexte"]["specificite"]
        self.assertAlmostEqual(said["part_attendue"], expected / jobs(town["economie"]["total"]), 9)
        self.assertAlmostEqual(said["effet_residuel"], town["economie"]["part_emploi_total"] - said["part_attendue"], 12)
        page = get("/portrait/commune:94052", accept="text/html").text
        self.assertIn("Indice de spécificité", page)

    def test_thirteen_towns_are_the_territory(self):
        for form in ("csv", "json", "html"):
            self.assertEqual(get(f"/portrait/ept:T10?f={form}").body, get(f"/portrait/{','.join(TOWNS)}?f={form}").body, form)

    def test_the_command_gives_the_same_bytes(self):
        atlas = Path(os.environ["DEMO_DIR"]) / "pemb-demo.gpkg"
        for zone in ("ept:T10", "commune:94052", "94015,94017"):
            # The page of the demonstration has landmarks that only its service draws.
            for form in ("csv", "json"):
                command = [os.environ["ESSAIM_BIN"], "portrait", "--atlas", atlas, "--zone", zone, "--format", form, "--base", BASE_URL]
                run = subprocess.run(command, capture_output=True, check=True)
                self.assertEqual(run.stdout, get(f"/portrait/{zone}?f={form}").body, (zone, form))

    def test_refusals(self):
        self.assertEqual(get("/portrait/ept:T10?f=pdf").status, 400)
        self.assertEqual(get("/portrait/ept:T11?f=csv").status, 404)
        command = [os.environ["ESSAIM_BIN"], "portrait", "--atlas", Path(os.environ["DEMO_DIR"]) / "pemb-demo.gpkg", "--zone", "ept:T11"]
        run = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn("ept:T10", run.stderr)


if __name__ == "__main__":
    unittest.main()
