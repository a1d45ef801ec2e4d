"""Territories side by side: each value is that of its portrait, each difference that of two values."""

import csv
import io
import re
import unittest

from context import ask, get, require_service
from test_portrait import figures

setUpModule = require_service

SECTIONS = ("familles", "secteurs", "tranches", "secteurs_par_famille", "economie")


class Compare(unittest.TestCase):
    def test_values_are_those_of_the_portraits(self):
        zones = ("ept:200057941", "commune:94052", "commune:94015,94017")
        answer = ask("/portrait/ept:T10/compare?with=commune:94052&with=94015,94017")
        self.assertEqual([each["territoire"] for each in answer["territoires"]], list(zones))
        portraits = {zone: figures(zone) for zone in zones}
        lines = 0
        for row in answer["lignes"]:
            for zone in zones:
                section = portraits[zone][row["section"]]
                code = zone if row["section"] == "territoire" else row["code"]
                # A kind that a territory has not is none of it, and none is a figure.
                expected = section[code][row["indicateur"]] if code in section else 0.0
                self.assertEqual(row[f"valeur {zone}"], expected, (row, zone))
                lines += 1
            for zone in zones[1:]:
                first, other = row[f"valeur {zones[0]}"], row[f"valeur {zone}"]
                known = first is not None and other is not None
                self.assertEqual(row[f"ecart {zone}"], other - first if known else None)
        self.assertGreater(lines, 900)
        # Nothing of the first is left out.
        held = {(row["section"], row["code"], row["indicateur"]) for row in answer["lignes"]}
        for section in SECTIONS:
            for code, line in portraits[zones[0]][section].items():
                self.assertTrue(all((section, code, name) in held for name in line), (section, code))

    def test_a_table_and_a_page(self):
        path = "/portrait/ept:T10/compare?with=commune:94052"
        rows = list(csv.DictReader(io.StringIO(get(f"{path}&f=csv").text.lstrip("\ufeff"), newline=""), delimiter=";"))
        self.assertEqual(len(rows), len(ask(path)["lignes"]))
        self.assertIn("ecart commune:94052", rows[0])
        page = get(f"{path}&f=html").text
        self.assertIn("Chiffres clés, et écart au premier territoire", page)
        # The same classes on both maps: their bounds are told twice, alike.
        bounds = [re.findall(r"([\d,]+ à [\d,]+) \(", legend) for legend in page.split('class="legende-carte"')[1:]]
        self.assertEqual(len(bounds), 2)
        self.assertTrue(bounds[0] and bounds[0] == bounds[1], bounds)


if __name__ == "__main__":
    unittest.main()
