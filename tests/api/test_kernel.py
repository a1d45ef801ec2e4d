"""The kernel surface: nested contours, cells that sum to the structures, refusals that name the mend."""

import math
import unittest

from context import ask, get, require_service

setUpModule = require_service

KERNEL = "/density/kernel"
# Metres of one degree near 48.84° N (WGS 84 ellipsoid, to a thousandth).
DEGREE = (111_412.84 * math.cos(math.radians(48.84)) - 93.5 * math.cos(3 * math.radians(48.84)), 111_201.0)


def area(ring):
    """Shoelace, m²."""
    pairs = zip(ring, ring[1:])
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2 * DEGREE[0] * DEGREE[1]


def areas(feature):
    return sum(area(polygon[0]) - sum(map(area, polygon[1:])) for polygon in feature["geometry"]["coordinates"])


class Kernel(unittest.TestCase):
    def test_contours_are_nested_and_say_their_unit(self):
        answer = ask(KERNEL, rayon=600, maille=100, classes=5)
        self.assertEqual(answer["metadata"]["unite"], "structures par km²")
        self.assertEqual((answer["noyau"], answer["rayon"], answer["maille"]), ("quartique", 600, 100))
        steps = [feature["properties"] for feature in answer["features"]]
        self.assertEqual(len(steps), 5)
        self.assertEqual([step["densite_max"] for step in steps[:-1]], [step["densite_min"] for step in steps[1:]])
        self.assertEqual(steps[-1]["densite_max"], answer["maximum"])
        sizes = [areas(feature) for feature in answer["features"]]
        self.assertEqual(sizes, sorted(sizes, reverse=True))

    def test_the_surface_sums_to_the_structures(self):
        for kernel in ("quartique", "epanechnikov"):
            answer = ask(KERNEL, rayon=800, maille=200, format="grid", noyau=kernel, code_commune="94052")
            # Everything within one bandwidth of the commune weighs: the sum lies between the two counts.
            total = sum(feature["properties"]["densite_km2"] * 0.04 for feature in answer["features"])
            inside = ask("/aggregates", par="commune", code_commune="94052")["total"]["au_numero"]
            self.assertLess(total, answer["structures"] + 1)
            self.assertGreater(total, inside * 0.98)

    def test_the_box_asked_for_bounds_the_cells(self):
        west, south, east, north = 2.44, 48.83, 2.48, 48.85
        answer = ask(KERNEL, bbox=f"{west},{south},{east},{north}", format="grid", maille=100)
        self.assertGreater(len(answer["features"]), 100)
        # A cell that touches the side reaches past it by less than its own side (100 m; 0.002° is more).
        for feature in answer["features"]:
            for lon, lat in feature["geometry"]["coordinates"][0][0]:
                self.assertTrue(west - 0.002 < lon < east + 0.002 and south - 0.002 < lat < north + 0.002, (lon, lat))

    def test_what_is_left_out_is_told(self):
        answer = ask(KERNEL)
        whole = ask("/aggregates", par="commune")["total"]
        self.assertEqual(answer["exclus"]["masquees"], whole["masquees"])
        self.assertEqual(answer["exclus"]["a_la_voie"], whole["a_la_voie"])
        self.assertEqual(answer["exclus"]["sans_point"], whole["non_localisees"])

    def test_refusals_name_the_parameter_and_the_mend(self):
        for query, name in (("rayon=10", "rayon"), ("rayon=500&maille=0", "maille"), ("rayon=500&maille=900", "maille"),
                            ("maille=2", "maille"), ("noyau=gauss", "noyau"), ("format=png", "format"),
                            # A point, a segment, and more cells above zero than an answer holds.
                            ("bbox=0,0,0,0", "bbox"), ("bbox=2.4,48.8,2.6,48.8", "bbox"), ("bbox=2.4,48.8,2.4,48.9", "bbox"),
                            ("bbox=170,48,-170,49", "bbox"), ("rayon=1000&maille=30&format=grid", "maille")):
            answer = get(f"{KERNEL}?{query}")
            self.assertEqual(answer.status, 400, query)
            self.assertEqual(answer.json()["parameter"], name, query)


if __name__ == "__main__":
    unittest.main()
