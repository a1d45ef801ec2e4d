"""Nearest and within, against brute force over every row with our own Lambert-93."""

import functools
import math
import unittest

from context import ask, items, located, require_service, unlocated

from plane import border_distance, inside, lambert93, rings

setUpModule = require_service

PRECISE = ("numero", "interpolee")
# Coordinates are served to 1e-7 degree, distances to a decimetre.
SLACK = 0.06
NOGENT = (2.4836, 48.8369)
BORDER = (2.4150, 48.8440)  # Saint-Mandé, by Paris
PLACES = (NOGENT, BORDER, (2.4728, 48.8214), (2.55, 48.80), (2.40, 48.83))


def point(feature):
    return lambert93(*feature["geometry"]["coordinates"])


def by_distance(lon, lat):
    """Every precisely located structure, ring included, with its distance."""
    centre = lambert93(lon, lat)
    precise = [f for f in located() if f["properties"]["qualite_position"] in PRECISE]
    return sorted((math.dist(centre, point(f)), f["id"]) for f in precise)


def near(lon, lat, **query):
    return ask("/proximity/within", lon=lon, lat=lat, **query)


@functools.cache
def communes():
    return {f["id"]: rings(f["geometry"]) for f in items("communes", couronne="true")}


class Proximity(unittest.TestCase):
    def test_within_finds_what_brute_force_finds(self):
        for place in PLACES:
            for rayon in (0, 150, 500, 1234.5, 5000):
                with self.subTest(place=place, rayon=rayon):
                    found = {f["id"] for f in near(*place, rayon=rayon)["features"]}
                    brute = by_distance(*place)
                    self.assertLessEqual({i for d, i in brute if d <= rayon - SLACK}, found)
                    self.assertLessEqual(found, {i for d, i in brute if d <= rayon + SLACK})
        self.assertTrue(near(*NOGENT, rayon=500)["features"], "the example must find something")

    def test_within_a_zone_holds_the_zone_and_its_surroundings(self):
        outline = communes()["94052"]
        precise = [f for f in located() if f["properties"]["qualite_position"] in PRECISE]
        for rayon in (0, 300, 2000):
            with self.subTest(rayon=rayon):
                answer = ask("/proximity/within", territoire="commune:94052", rayon=rayon)
                found = {f["id"]: f["properties"]["distance_m"] for f in answer["features"]}
                self.assertTrue(found)
                for feature in precise:
                    here = point(feature)
                    distance = 0 if inside(here, outline) else border_distance(here, outline)
                    if abs(distance - rayon) > SLACK:
                        self.assertEqual(feature["id"] in found, distance <= rayon, (feature["id"], distance))
                    if feature["id"] in found:
                        self.assertAlmostEqual(found[feature["id"]], distance, delta=SLACK + 0.05)
                self.assertEqual(answer["search"]["territoire"], "commune:94052")
                self.assertEqual(answer["search"]["geometry"]["type"], "MultiPolygon")
                self.assertIn("94052", answer["exclus"]["communes"])

    def test_nearest_finds_what_brute_force_finds(self):
        for place in PLACES:
            for k in (1, 10, 137):
                with self.subTest(place=place, k=k):
                    found = ask("/proximity/nearest", lon=place[0], lat=place[1], k=k)["features"]
                    brute = by_distance(*place)
                    self.assertEqual(len(found), k)
                    for feature, (distance, _) in zip(found, brute):
                        self.assertAlmostEqual(feature["properties"]["distance_m"], distance, delta=SLACK + 0.05)
                    reach = brute[k - 1][0]
                    self.assertLessEqual({i for d, i in brute if d < reach - SLACK}, {f["id"] for f in found})

    def test_nearest_with_a_filter_finds_what_brute_force_finds(self):
        cooperatives = {f["id"] for f in located() if f["properties"]["famille"] == "cooperatives"}
        found = ask("/proximity/nearest", lon=NOGENT[0], lat=NOGENT[1], k=7, famille="cooperatives")["features"]
        brute = [i for _, i in by_distance(*NOGENT) if i in cooperatives]
        self.assertEqual([f["id"] for f in found], brute[:7])

    def test_answers_are_by_distance_then_siret(self):
        features = near(*NOGENT, rayon=3000)["features"]
        keys = [(f["properties"]["distance_m"], f["id"]) for f in features]
        # Equal decimetres may hide different distances: only exact places must follow the SIRET.
        self.assertEqual([key[0] for key in keys], sorted(key[0] for key in keys))
        places = {}
        for feature in features:
            places.setdefault(tuple(feature["geometry"]["coordinates"]), []).append(feature["id"])
        shared = [ids for ids in places.values() if len(ids) > 1]
        self.assertTrue(shared, "the demonstration plants shared addresses")
        for ids in shared:
            self.assertEqual(ids, sorted(ids))

    def test_a_structure_on_its_street_only_is_in_no_distance_and_is_reported(self):
        streets = [f for f in located() if f["properties"]["qualite_position"] == "voie"]
        self.assertTrue(streets)
        for feature in streets[:5]:
            answer = near(*feature["geometry"]["coordinates"], rayon=20)
            self.assertNotIn(feature["id"], [f["id"] for f in answer["features"]])
            self.assertGreaterEqual(answer["exclus"]["a_la_voie"], 1)

    def test_what_is_excluded_is_counted_in_the_communes_touched(self):
        masked = {r["code"]: r["masquees"] for r in ask("/aggregates", par="commune", couronne="true")["lignes"]}
        for place in PLACES:
            for rayon in (80, 900):
                with self.subTest(place=place, rayon=rayon):
                    aside = near(*place, rayon=rayon)["exclus"]
                    centre = lambert93(*place)
                    touched = {c for c, o in communes().items() if inside(centre, o) or border_distance(centre, o) <= rayon}
                    self.assertEqual(set(aside["communes"]), touched)
                    here = [f["properties"] for f in located() + unlocated() if f["properties"]["code_commune"] in touched]
                    streets = [p for p in here if p["source_position"] and p["qualite_position"] not in PRECISE]
                    self.assertEqual(aside["a_la_voie"], len(streets))
                    self.assertEqual(aside["sans_point"], sum(not p["source_position"] for p in here))
                    self.assertEqual(aside["masquees"], sum(masked[code] for code in touched))
                    self.assertEqual(aside["total"], aside["a_la_voie"] + aside["sans_point"] + aside["masquees"])

    def test_the_ring_is_seen_by_proximity_and_marked(self):
        found = near(*BORDER, rayon=800)["features"]
        sides = {f["properties"]["couronne"] for f in found}
        self.assertEqual(sides, {True, False})
        only = near(*BORDER, rayon=800, couronne="false")["features"]
        self.assertEqual([f["id"] for f in only], [f["id"] for f in found if not f["properties"]["couronne"]])

    def test_the_search_shape_is_a_foreign_member_and_a_true_circle(self):
        answer = near(*NOGENT, rayon=500)
        self.assertEqual((answer["search"]["lon"], answer["search"]["lat"], answer["search"]["rayon"]), (*NOGENT, 500))
        centre = lambert93(*NOGENT)
        for corner in rings(answer["search"]["geometry"])[0]:
            self.assertAlmostEqual(math.dist(centre, corner), 500, delta=SLACK)
        self.assertTrue(all(f["geometry"]["type"] == "Point" for f in answer["features"]))

    def test_a_neighbour_has_every_property_of_a_structure_and_its_distance(self):
        expected = {*located()[0]["properties"], "distance_m"}
        for feature in near(*NOGENT, rayon=500)["features"]:
            self.assertEqual(set(feature["properties"]), expected)

    def test_each_structure_of_a_town_is_in_the_iris_that_holds_its_point(self):
        outlines = {f["id"]: rings(f["geometry"]) for f in items("iris", territoire="commune:94052")}
        self.assertEqual(len(outlines), 11)
        for feature in items("structures", territoire="commune:94052", limit=1000):
            code, place = feature["properties"]["code_iris"], point(feature)
            holding = {i for i, outline in outlines.items() if inside(place, outline) or border_distance(place, outline) < SLACK}
            self.assertIn(code, holding, feature["id"])


if __name__ == "__main__":
    unittest.main()
