"""The perimeter explained and the agreement of the sources, each count checked against the rows or the waterfall."""

import csv
import io
import unittest
from collections import Counter

from context import TOTAL, ask, get, located, require_service, unlocated

setUpModule = require_service


class Perimetre(unittest.TestCase):
    def test_each_rule_has_its_count(self):
        answer = ask("/perimetre")
        self.assertEqual((answer["nom"], answer["metadata"]["perimetre"]["nom"]), ("cress-employeurs", "cress-employeurs"))
        rows = {(row["groupe"], row["code"]): row["etablissements"] for row in answer["lignes"]}
        stages = {stage["etape"]: stage for stage in ask("/portrait/ept:T10", f="json")["cascade"]}
        for name, stage in stages.items():
            for line in stage["lignes"]:
                if line["nature"] == "sortie":
                    self.assertEqual(rows[(f"ecartes_{name}", line["code"])], line["lignes"])
        self.assertEqual(sum(n for (group, _), n in rows.items() if group == "gardes_par_regle"), TOTAL)
        self.assertEqual(rows[("retenus_selon_regle_employeur", "bande-ou-caractere")], TOTAL)

    def test_a_page_and_a_table(self):
        self.assertIn("cress-employeurs", get("/perimetre", accept="text/html").text)
        table = get("/perimetre?f=csv")
        self.assertEqual(table.media_type, "text/csv")
        rows = list(csv.DictReader(io.StringIO(table.text.lstrip("\ufeff"), newline=""), delimiter=";"))
        self.assertEqual(len(rows), len(ask("/perimetre")["lignes"]))
        self.assertEqual({row["perimetre"].split()[0] for row in rows}, {"cress-employeurs"})


class Reconciliation(unittest.TestCase):
    def test_counts_are_those_of_the_rows(self):
        rows = [f["properties"] for f in located() + unlocated() if not f["properties"]["couronne"]]
        expected = Counter(row["accord_sources"] for row in rows)
        answer = ask("/reconciliation")
        self.assertEqual({row["accord"]: row["structures"] for row in answer["lignes"] if row["structures"]}, dict(expected))
        self.assertEqual(answer["structures"] + answer["laissees_de_cote"]["masquees"], TOTAL)
        for row in answer["lignes"]:
            self.assertEqual(sum(row["familles"].values()), row["structures"], row)

    def test_each_agreement_is_downloadable(self):
        rows = {f["id"]: f["properties"]["accord_sources"] for f in located() + unlocated() if not f["properties"]["couronne"]}
        for accord in ("forme", "forme+mention"):
            table = get(f"/reconciliation?accord={accord.replace('+', '%2B')}&f=csv").text
            found = {row["siret"] for row in csv.DictReader(io.StringIO(table.lstrip("\ufeff"), newline=""), delimiter=";")}
            self.assertEqual(found, {siret for siret, said in rows.items() if said == accord})
        one = ask("/reconciliation", accord="forme", code_commune="94052")
        self.assertEqual({row["code_commune"] for row in one["lignes"]}, {"94052"})
        self.assertEqual(one["numberReturned"], one["structures"])


if __name__ == "__main__":
    unittest.main()
