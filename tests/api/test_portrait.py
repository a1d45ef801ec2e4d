"""The portrait in each of its forms: the page, the JSON, the CSV, the command, the GeoPackage say the same."""

import csv
import html
import io
import os
import re
import sqlite3
import subprocess
import unittest
import zipfile
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

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
            held = set(line) & set(row.keys())
            # The table of the file has no 80 % interval, no smoothing: what it has is the same.
            self.assertLessEqual(set(line) - held, {"emplois_bas_80", "emplois_haut_80", "emplois_a_verifier", "pour_10000_habitants_lisse"})
            for name in held:
                self.assertEqual(line[name], row[name], (row["code"], name))

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
        for form in ("csv", "json", "html", "xlsx"):
            self.assertEqual(get(f"/portrait/ept:T10?f={form}").body, get(f"/portrait/{','.join(TOWNS)}?f={form}").body, form)

    def test_the_command_gives_the_same_bytes(self):
        atlas = Path(os.environ["DEMO_DIR"]) / "pemb-demo.gpkg"
        for zone in ("ept:T10", "commune:94052", "94015,94017"):
            # The page of the demonstration has landmarks that only its service draws.
            for form in ("csv", "json", "xlsx"):
                command = [os.environ["ESSAIM_BIN"], "portrait", "--atlas", atlas, "--zone", zone, "--format", form, "--base", BASE_URL]
                run = subprocess.run(command, capture_output=True, check=True)
                self.assertEqual(run.stdout, get(f"/portrait/{zone}?f={form}").body, (zone, form))

    def test_refusals(self):
        self.assertEqual(get("/portrait/ept:T10?f=pdf").status, 400)
        self.assertEqual(get("/portrait/ept:T11?f=csv").status, 404)
        command = [os.environ["ESSAIM_BIN"], "portrait", "--atlas", Path(os.environ["DEMO_DIR"]) / "pemb-demo.gpkg", "--zone", "ept:T11"]
        run = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn("ept:200057941", run.stderr)

    def test_an_unknown_place_is_told_the_nearest_names(self):
        for asked, name in (("nogent", "Nogent-sur-Marne (commune:94052)"), ("commune:94053", "Nogent-sur-Marne (commune:94052)"),
                            ("ept:vincenne", "Vincennes (commune:94080)"), ("saint mande", "Saint-Mandé (commune:94067)")):
            answer = get(f"/portrait/{asked.replace(' ', '%20')}?f=json")
            self.assertEqual(answer.status, 404, asked)
            self.assertIn(f"les plus proches : {name}", answer.text)


class Workbook(unittest.TestCase):
    NAMESPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}

    def sheets(self, zone):
        """Sheet name → rows of cells, texts and numbers, read without a library of spreadsheets."""
        archive = zipfile.ZipFile(io.BytesIO(get(f"/portrait/{zone}?f=xlsx").body))
        self.assertIsNone(archive.testzip())
        parse = lambda name: ElementTree.fromstring(archive.read(name))  # noqa: E731
        shared = ["".join(node.itertext()) for node in parse("xl/sharedStrings.xml")]
        found = {}
        for rank, sheet in enumerate(parse("xl/workbook.xml").iterfind("x:sheets/x:sheet", self.NAMESPACE), 1):
            rows = []
            for row in parse(f"xl/worksheets/sheet{rank}.xml").iterfind("x:sheetData/x:row", self.NAMESPACE):
                cells = {}
                for cell in row:
                    value = cell.find("x:v", self.NAMESPACE)
                    text = None if value is None else value.text
                    column = cell.get("r").rstrip("0123456789")
                    cells[column] = shared[int(text)] if cell.get("t") == "s" else text and float(text)
                rows.append(cells)
            found[sheet.get("name")] = rows
        return found

    def test_numbers_are_numbers_and_codes_are_texts(self):
        found, long = self.sheets("ept:T10"), figures("ept:T10")
        self.assertEqual(list(found)[:3], ["Lisez-moi", "Synthèse", "Familles"])
        towns = {row["A"]: row for row in found["Communes"][1:]}
        self.assertEqual(set(towns), set(TOWNS))
        column = next(key for key, title in found["Communes"][0].items() if title.startswith("Structures ("))
        for code, row in towns.items():
            self.assertEqual(row[column], long["communes"][code]["structures"])
        sirets = [row["A"] for row in found["Plus grandes"][1:]]
        self.assertTrue(sirets and all(isinstance(siret, str) and len(siret) == 14 for siret in sirets))
        self.assertTrue(any("cress-employeurs" in str(row.get("B")) for row in found["Lisez-moi"]))
        self.assertEqual(sum(row["B"] is not None for row in found["Synthèse"]), len(found["Synthèse"]))


class Choices(unittest.TestCase):
    def test_a_published_total_rakes_and_tells_the_ratio(self):
        plain, raked = ask("/portrait/ept:T10", f="json"), ask("/portrait/ept:T10", f="json", calage="11234")
        self.assertIsNone(plain["calage"])
        calage = raked["calage"]
        self.assertAlmostEqual(calage["rapport"], 11234 / plain["total"]["emplois"]["central"], 12)
        self.assertTrue(calage["dans_les_bornes"])
        self.assertAlmostEqual(sum(row["emplois"] for row in calage["familles"]), 11234, 6)
        self.assertFalse(ask("/portrait/ept:T10", f="json", calage="90000")["calage"]["dans_les_bornes"])
        self.assertIn("calés sur le total publié", get("/portrait/ept:T10?f=html&calage=11234").text)

    def test_classes_change_the_legend_and_never_the_figures(self):
        pages = {name: get(f"/portrait/ept:T10?f=html&classes={name}").text for name in ("quantiles", "jenks", "egales", "Q6", "q6")}
        counts = set()
        for name, page in pages.items():
            legend = page.split('class="legende-carte"')[1]
            classes = re.findall(r" à [\d,\u202f]+ \((\d+)\)", legend)
            self.assertEqual(sum(map(int, classes)), len(TOWNS), name)
            counts.add(tuple(classes))
        self.assertGreater(len(counts), 2, "the methods differ")

    def test_shares_name_their_denominator(self):
        reference = ask("/portrait/ept:T10", f="json")["reference"]
        # The census of the demonstration: the total that the article implies.
        self.assertAlmostEqual(reference["total"]["emplois"], 140_425, 0)
        self.assertAlmostEqual(reference["part_emploi_total"], 0.08, 2)
        self.assertIsNone(reference["part_emploi_prive"])
        self.assertIn("ne donne pas ces emplois", reference["prive"]["raison"])

    def test_reach_is_that_of_the_points(self):
        lines = {row["famille"]: row for row in ask("/portrait/ept:T10", f="json")["desserte"]["lignes"]}
        self.assertEqual(set(lines), {None, "associations", "cooperatives", "mutuelles", "fondations"})
        for row in lines.values():
            self.assertLessEqual(row["part_500m"], row["part_1km"])
            self.assertLessEqual(row["part_500m"], lines[None]["part_500m"])
        self.assertGreater(lines[None]["part_1km"], 0.99)
        self.assertLess(lines["fondations"]["part_500m"], 0.5)

    def test_rates_of_small_towns_are_smoothed_as_the_formula_says(self):
        model = ask("/portrait/ept:T10", f="json")
        rows = model["communes"]["lignes"]
        events, people = [row["structures"] for row in rows], [row["population"] for row in rows]
        whole = sum(people)
        mean = sum(events) / whole
        spread = sum(p * (e / p - mean) ** 2 for e, p in zip(events, people)) / whole - mean / (whole / len(rows))
        for event, population, smooth in zip(events, people, model["lissage"]["communes"]):
            weight = spread / (spread + mean / population)
            self.assertAlmostEqual(smooth, (weight * event / population + (1 - weight) * mean) * 1e4, 9)

    def test_the_page_in_english_says_the_same_figures(self):
        french, english = (get(f"/portrait/ept:T10?f=html&lang={lang}").text for lang in ("fr", "en"))
        self.assertIn('<html lang="en">', english)
        self.assertIn('<p class="valeur">1,145</p>', english)
        self.assertEqual(french.count("<td"), english.count("<td"))
        texts = lambda page: [html.unescape(text.strip()) for text in re.findall(r">([^<]*[A-Za-z\u00c0-\u00ff][^<]*)<", page)]  # noqa: E731
        self.assertEqual(len(texts(french)), len(texts(english)))
        # Names, codes, titles of official files and the words of the perimeter stay in French; our own sentences do not.
        ours = re.compile(r"structures employeuses|emplois (?:est|sal)|par (?:commune|famille|secteur|tranche)\b|sans point|n\.d\.|\bintervalle\b|\bSources lues\b")
        left = [text for text in texts(english) if ours.search(text) and "Emplois par commune" not in text]
        self.assertEqual(left, [])


class Crossed(unittest.TestCase):
    def test_commune_family_sector_band_adds_up_to_every_table(self):
        answer = ask("/aggregates", par="commune,famille,secteur,tranche")
        rows = answer["lignes"]
        self.assertEqual(sum(row["structures"] for row in rows), TOTAL)
        for axis in ("commune", "famille", "secteur", "tranche"):
            margin = defaultdict(int)
            for row in rows:
                margin[row[axis]] += row["structures"]
            table = {row["code"]: row["structures"] for row in ask("/aggregates", par=axis)["lignes"] if row["structures"]}
            self.assertEqual(dict(margin), table, axis)
        self.assertEqual(sum(row["masquees"] for row in rows), answer["total"]["masquees"])

    def test_a_crossing_by_iris_leaves_aside_what_has_no_point(self):
        answer = ask("/aggregates", par="iris,famille")
        aside = answer["laissees_de_cote"]
        counted = sum(row["structures"] for row in answer["lignes"])
        self.assertEqual(counted + sum(aside.values()), TOTAL)
        self.assertGreater(aside["masquees"], 0)


if __name__ == "__main__":
    unittest.main()
