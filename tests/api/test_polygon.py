"""Counts within a posted polygon, against the points that the collection serves."""

import json
import unittest

from context import get, located, require_service, ask

setUpModule = require_service

# A ragged quarter across several towns, with a hole.
OUTER = [[2.46, 48.81], [2.53, 48.80], [2.55, 48.85], [2.50, 48.86], [2.47, 48.84], [2.46, 48.81]]
HOLE = [[2.49, 48.82], [2.49, 48.83], [2.51, 48.83], [2.51, 48.82], [2.49, 48.82]]
POLYGON = {"type": "Polygon", "coordinates": [OUTER, HOLE]}


def post(body, query="", kind="application/geo+json"):
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return get(f"/aggregates{query}", method="POST", body=text, content_type=kind)


def holds(ring, lon, lat):
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def expected(**wanted):
    """By brute force on the degrees: sides of some kilometres bend by less than a metre in Lambert-93."""
    features = [f for f in located() if not f["properties"]["couronne"]]
    features = [f for f in features if all(f["properties"][name] == value for name, value in wanted.items())]
    points = [f["geometry"]["coordinates"] for f in features]
    return sum(holds(OUTER, *point) and not holds(HOLE, *point) for point in points)


class Polygon(unittest.TestCase):
    def test_the_structures_inside_are_counted(self):
        answer = post(POLYGON, "?par=famille").json()
        self.assertGreater(expected(), 50)
        self.assertEqual(answer["total"]["structures"], expected())
        for row in answer["lignes"]:
            self.assertEqual(row["structures"], expected(famille=row["code"]), row["code"])

    def test_filters_apply_and_only_zones_met_are_listed(self):
        answer = post(POLYGON, "?par=commune&famille=associations").json()
        self.assertEqual(answer["total"]["structures"], expected(famille="associations"))
        self.assertTrue(all(row["structures"] > 0 for row in answer["lignes"]))
        self.assertTrue(all(row["densite_km2"] is None for row in answer["lignes"]), "a part is not the zone")

    def test_what_cannot_be_told_in_or_out_is_counted_by_commune(self):
        exclus = post(POLYGON, "?par=famille").json()["exclus"]
        rows = ask("/aggregates", par="commune", code_commune=",".join(exclus["communes"]))["total"]
        self.assertEqual(exclus["masquees"], rows["masquees"])
        self.assertEqual(exclus["sans_point"], rows["non_localisees"])
        self.assertEqual(exclus["total"], exclus["masquees"] + exclus["sans_point"])

    def test_a_feature_is_read_as_its_geometry(self):
        feature = {"type": "Feature", "properties": {}, "geometry": POLYGON}
        self.assertEqual(post(feature, "?par=famille").json(), post(POLYGON, "?par=famille").json())

    def test_refusals(self):
        bow = {"type": "Polygon", "coordinates": [[[2.4, 48.8], [2.5, 48.9], [2.5, 48.8], [2.4, 48.9], [2.4, 48.8]]]}
        many = [[2.4 + i * 1e-6, 48.8] for i in range(10_001)] + [[2.5, 48.9], [2.4, 48.8]]
        for body, kind, status in (("", "application/json", 400), ("{}", "application/json", 400),
                                   (bow, "application/geo+json", 400), (POLYGON, "text/plain", 415),
                                   ({"type": "Polygon", "coordinates": [many]}, "application/json", 400),
                                   ("[" * 2_000_000, "application/json", 413), (b"\xff\xfe", "application/json", 400)):
            answer = post(body, kind=kind)
            self.assertEqual(answer.status, status, str(body)[:40])
            self.assertEqual(answer.media_type, "application/problem+json")


if __name__ == "__main__":
    unittest.main()
