"""Every count agrees with every other, with the rows themselves and with the planted truth."""

import unittest
from collections import Counter

from context import KINDS, TOTAL, TOWNS, ZONES, ask, items, located, require_service, truth, unlocated

setUpModule = require_service


def total(**query):
    return ask("/aggregates", **query)["total"]["structures"]


class Figures(unittest.TestCase):
    def test_located_unlocated_and_masked_make_1145(self):
        shown = ask("/collections/structures/items", limit=1)["numberMatched"]
        unshown = ask("/collections/structures_non_localisees/items", limit=1)["numberMatched"]
        masked = ask("/aggregates")["total"]["masquees"]
        self.assertTrue(shown and unshown and masked)
        self.assertEqual(shown + unshown + masked, TOTAL)

    def test_a_territory_has_the_same_total_under_each_of_its_names(self):
        names = ["ept:T10", "ept:t10", "ept:200057941", ",".join(TOWNS), "commune:" + ",".join(reversed(TOWNS)), "departement:94"]
        self.assertEqual({name: total(territoire=name) for name in names}, dict.fromkeys(names, TOTAL))
        self.assertEqual(total(), TOTAL)
        self.assertEqual(total(code_commune=",".join(TOWNS)), TOTAL)

    def test_the_value_of_a_zone_is_the_rate_asked(self):
        fields = {"none": "structures", "km2": "densite_km2", "10000hab": "pour_10000_habitants"}
        units = set()
        for per, field in fields.items():
            for zone in ("commune", "iris", "grid:1km"):
                answer = ask("/density", zone=zone, per=per)
                self.assertTrue(answer["features"])
                for feature in answer["features"]:
                    row = feature["properties"]
                    self.assertEqual(row["valeur"], row[field], (per, zone, row["code"]))
            units.add(answer["metadata"]["unite"])
        self.assertEqual(len(units), 3)

    def test_rows_of_each_dimension_and_what_they_leave_out_make_the_total(self):
        for par in (*ZONES, *KINDS):
            with self.subTest(par=par):
                table = ask("/aggregates", par=par, territoire="ept:T10")
                self.assertEqual(table["total"]["structures"], TOTAL)
                in_rows = sum(row["structures"] for row in table["lignes"])
                self.assertEqual(in_rows + sum(table["laissees_de_cote"].values()), TOTAL)
                codes = [row["code"] for row in table["lignes"]]
                self.assertEqual(len(codes), len(set(codes)))

    def test_communes_leave_nothing_out(self):
        table = ask("/aggregates", par="commune")
        self.assertEqual([row["code"] for row in table["lignes"]], TOWNS)
        self.assertEqual(set(table["laissees_de_cote"].values()), {0})

    def test_iris_leave_out_exactly_the_structures_without_a_point(self):
        table = ask("/aggregates", par="iris")
        self.assertEqual(len(table["lignes"]), 198)
        aside = table["laissees_de_cote"]
        self.assertEqual(aside["non_localisees"], table["total"]["non_localisees"])
        self.assertEqual(aside["masquees"], table["total"]["masquees"])

    def test_parts_of_each_row_make_its_structures(self):
        for par in (*ZONES, *KINDS):
            for row in ask("/aggregates", par=par)["lignes"]:
                parts = row["au_numero"] + row["a_la_voie"] + row["non_localisees"] + row["masquees"]
                self.assertEqual(parts, row["structures"], (par, row["code"]))

    def test_each_commune_counts_its_own_rows(self):
        shown = Counter(f["properties"]["code_commune"] for f in items("structures", limit=10_000))
        unshown = Counter(f["properties"]["code_commune"] for f in items("structures_non_localisees", limit=10_000))
        for row in ask("/aggregates", par="commune")["lignes"]:
            self.assertEqual(row["au_numero"] + row["a_la_voie"], shown[row["code"]], row["code"])
            self.assertEqual(row["non_localisees"], unshown[row["code"]], row["code"])

    def test_each_commune_has_what_was_planted_in_it(self):
        kept, masked = Counter(), Counter()
        for row in truth():
            if row["territoire"] == "pemb" and row["attendu"] in ("retenu", "masque"):
                kept[row["code_commune"]] += 1
                masked[row["code_commune"]] += row["attendu"] == "masque"
        for row in ask("/aggregates", par="commune")["lignes"]:
            self.assertEqual((row["structures"], row["masquees"]), (kept[row["code"]], masked[row["code"]]), row["code"])

    def test_each_iris_has_what_was_planted_in_it(self):
        planted = Counter(r["code_iris_attendu"] for r in truth() if r["attendu"] == "retenu" and r["territoire"] == "pemb")
        for row in ask("/aggregates", par="iris")["lignes"]:
            self.assertEqual(row["structures"], planted[row["code"]], row["code"])

    def test_families_filtered_one_by_one_are_the_rows_by_family(self):
        rows = {row["code"]: row["structures"] for row in ask("/aggregates", par="famille")["lignes"]}
        self.assertGreaterEqual(len(rows), 4)
        for famille, count in rows.items():
            self.assertEqual(total(famille=famille), count, famille)
        two = list(rows)[:2]
        self.assertEqual(total(famille=",".join(two)), sum(rows[famille] for famille in two))

    def test_every_shared_filter_selects_its_row(self):
        for par, name in (("secteur", "secteur"), ("tranche", "tranche_effectifs"), ("qualite_position", "qualite_position"), ("iris", "code_iris")):
            rows = [row for row in ask("/aggregates", par=par)["lignes"] if row["structures"]]
            for row in rows[:3] + rows[-1:]:
                asked = {name: row["code"] or "inconnue"}
                self.assertEqual(total(**asked), row["structures"], (par, row["code"]))

    def test_jobs_are_ordered_intervals_whose_bounds_add_up(self):
        table = ask("/aggregates", par="commune")
        for row in [*table["lignes"], table["total"]]:
            jobs = row["emplois"]
            self.assertLessEqual(jobs["bas"], jobs["central"])
            self.assertLessEqual(jobs["central"], jobs["haut"])
            self.assertEqual(jobs["etablissements_estimes"] + jobs["sans_tranche"], row["structures"])
        for bound in ("bas", "haut"):
            self.assertEqual(sum(row["emplois"][bound] for row in table["lignes"]), table["total"]["emplois"][bound])

    def test_rates_are_the_counts_over_population_and_area(self):
        for row in ask("/aggregates", par="commune")["lignes"]:
            self.assertAlmostEqual(row["densite_km2"], row["structures"] / row["superficie_km2"], 6)
            self.assertAlmostEqual(row["pour_10000_habitants"], row["structures"] / row["population"] * 10_000, 6)

    def test_density_tells_the_same_counts_as_aggregates(self):
        for zone in ZONES:
            drawn = {f["id"]: f["properties"]["structures"] for f in ask("/density", zone=zone)["features"]}
            told = {row["code"]: row["structures"] for row in ask("/aggregates", par=zone)["lignes"]}
            self.assertEqual(drawn, told, zone)

    def test_a_box_keeps_the_located_structures_that_are_in_it(self):
        west, south, east, north = box = (2.44, 48.81, 2.50, 48.85)
        def held(feature):
            lon, lat = feature["geometry"]["coordinates"]
            return west <= lon <= east and south <= lat <= north and not feature["properties"]["couronne"]
        brute = {f["id"] for f in located() if held(f)}
        text = ",".join(map(str, box))
        self.assertTrue(0 < len(brute) < len(located()))
        self.assertEqual({f["id"] for f in items("structures", bbox=text, limit=10_000)}, brute)
        self.assertEqual(total(bbox=text), len(brute))

    def test_the_portrait_tells_the_same_total_and_communes(self):
        portrait = ask("/portrait/ept:T10")
        self.assertEqual(portrait["total"]["structures"], TOTAL)
        self.assertEqual(portrait["communes_membres"], TOWNS)
        self.assertEqual(ask("/portrait/commune:94052")["total"]["structures"], total(territoire="commune:94052"))

    def test_the_ring_is_in_no_figure_unless_asked(self):
        ring = [f for f in located() + unlocated() if f["properties"]["couronne"]]
        self.assertTrue(ring)
        masked = sum(r["territoire"] == "couronne" and r["attendu"] == "masque" for r in truth())
        self.assertEqual(total(couronne="true"), TOTAL + len(ring) + masked)
        for collection in ("structures", "structures_non_localisees", "communes", "iris"):
            for feature in items(collection, limit=10_000):
                self.assertIs(feature["properties"]["couronne"], False, feature["id"])

    def test_the_demonstration_scores_itself_without_a_miss(self):
        score = ask("/demo/verite")
        self.assertEqual(score["plantes"], len(truth()))
        self.assertEqual((score["trouves"], score["manques"]), (len(truth()), 0))


if __name__ == "__main__":
    unittest.main()
