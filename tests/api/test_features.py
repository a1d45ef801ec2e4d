"""Rows as QGIS and GDAL need them: whole, typed, ordered, with absolute links."""

import unittest

from context import BASE_URL, COLLECTIONS, Real, ask, get, items, pages, require_service

from plane import area, rings

setUpModule = require_service

JSON_TYPES = {"string": str, "integer": int, "number": Real, "boolean": bool}


def links_of(value):
    """Every link object of a document, wherever it is."""
    if isinstance(value, dict):
        if isinstance(value.get("href"), str):
            yield value
        value = value.values()
    elif not isinstance(value, list):
        return
    for inner in value:
        yield from links_of(inner)


class Features(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schemas = ask("/api")["components"]["schemas"]

    def test_every_feature_has_every_property_with_its_type_in_its_order(self):
        for collection in COLLECTIONS:
            schema = self.schemas[collection]["properties"]
            features = items(collection, limit=10_000)
            self.assertTrue(features, collection)
            for feature in features:
                self.assertEqual(list(feature["properties"]), list(schema), feature["id"])
                for name, value in feature["properties"].items():
                    if value is None:
                        self.assertTrue(schema[name]["nullable"], (collection, name))
                    else:
                        self.assertIs(type(value), JSON_TYPES[schema[name]["type"]], (feature["id"], name, value))

    def test_the_first_page_shows_the_type_of_each_column(self):
        # QGIS guesses a column from the first ten features: nothing but nulls makes it a text.
        for collection in COLLECTIONS:
            schema = self.schemas[collection]["properties"]
            first = ask(f"/collections/{collection}/items", limit=10)["features"]
            for name, kind in schema.items():
                if kind["type"] != "string":
                    self.assertTrue(any(f["properties"][name] is not None for f in first), (collection, name))

    def test_codes_are_texts_with_their_leading_zeros(self):
        for feature in items("structures", limit=10_000):
            self.assertEqual((len(feature["id"]), feature["id"][:3]), (14, "000"))
            self.assertEqual(feature["id"], feature["properties"]["siret"])
            self.assertTrue(feature["properties"]["siret"].startswith(feature["properties"]["siren"]))

    def test_identifiers_are_unique_texts_in_a_stable_order(self):
        for collection in COLLECTIONS:
            ids = [feature["id"] for feature in items(collection, limit=10_000)]
            self.assertEqual(ids, sorted(set(ids)), collection)

    def test_geometries_are_of_one_type_by_collection(self):
        for collection in COLLECTIONS:
            types = {f["geometry"] and f["geometry"]["type"] for f in items(collection, limit=10_000)}
            expected = {"structures": {"Point"}, "structures_non_localisees": {None}}
            self.assertEqual(types, expected.get(collection, {"MultiPolygon"}), collection)

    def test_outlines_are_wound_as_rfc_7946_asks_and_as_large_as_said(self):
        for collection in ("communes", "iris"):
            for feature in items(collection):
                for polygon in feature["geometry"]["coordinates"]:
                    outer = rings({"coordinates": [[polygon[0]]]})
                    self.assertGreater(area(outer), 0, feature["id"])
                    self.assertEqual(polygon[0][0], polygon[0][-1])
                drawn = area(rings(feature["geometry"])) / 1e6
                said = feature["properties"]["superficie_km2"]
                self.assertAlmostEqual(drawn / said, 1, delta=0.002, msg=feature["id"])

    def test_a_zone_carries_its_counts(self):
        for collection, zone in (("communes", "commune"), ("iris", "iris"), ("epts", "ept"), ("epcis", "epci"),
                                 ("departements", "departement"), ("regions", "region")):
            rows = {row["code"]: row for row in ask("/aggregates", par=zone)["lignes"]}
            features = items(collection, couronne="false") if collection in ("communes", "iris") else items(collection)
            self.assertEqual({feature["id"] for feature in features}, set(rows), collection)
            for feature in features:
                row, said = rows[feature["id"]], feature["properties"]
                for name in ("structures", "au_numero", "a_la_voie", "non_localisees", "masquees", "densite_km2",
                             "pour_10000_habitants"):
                    self.assertEqual(said[name], row[name], (collection, feature["id"], name))
                self.assertEqual((said["emplois_bas"], said["emplois_haut"], said["emplois_sans_tranche"]),
                                 tuple(row["emplois"][name] for name in ("bas", "haut", "sans_tranche")))
        # The ring is in no figure: unknown there, never zero.
        ring = [row for row in items("communes", couronne="true") if row["properties"]["couronne"]]
        self.assertTrue(ring)
        self.assertEqual({feature["properties"]["structures"] for feature in ring}, {None})

    def test_pages_of_any_size_give_every_row_once(self):
        whole = [f["id"] for f in items("structures", limit=10_000)]
        for limit in (7, 100, len(whole) - 1, len(whole)):
            self.assertEqual([f["id"] for f in items("structures", limit=limit)], whole, limit)
        last = list(pages("structures", limit=100))[-1]
        self.assertFalse([link for link in last["links"] if link["rel"] == "next"])

    def test_next_links_are_absolute_and_keep_the_filters(self):
        page = ask("/collections/structures/items", limit=5, famille="associations", bbox="2.4,48.8,2.5,48.9")
        following = next(link["href"] for link in page["links"] if link["rel"] == "next")
        self.assertTrue(following.startswith(f"{BASE_URL}/collections/structures/items?"), following)
        after = ask(following)
        self.assertEqual(after["numberMatched"], page["numberMatched"])
        self.assertFalse({f["id"] for f in after["features"]} & {f["id"] for f in page["features"]})
        self.assertEqual({f["properties"]["famille"] for f in after["features"]}, {"associations"})

    def test_every_link_is_absolute_and_answers(self):
        seen = set()
        for path in ("/", "/collections", "/collections/structures/items?limit=1", "/conformance", "/collections/communes/items/94052"):
            for link in links_of(ask(path)):
                self.assertTrue(link["href"].startswith(("http://", "https://")), link)
                self.assertTrue(link.get("rel") and link.get("type"), link)
                if link["href"].startswith(BASE_URL):
                    seen.add((link["href"], link["type"]))
        self.assertGreater(len(seen), 12)
        for href, kind in seen:
            answer = get(href)
            self.assertEqual((answer.status, answer.media_type), (200, kind.split(";")[0]), href)

    def test_one_item_is_the_one_of_its_page(self):
        for collection in COLLECTIONS:
            feature = ask(f"/collections/{collection}/items", limit=1)["features"][0]
            alone = ask(f"/collections/{collection}/items/{feature['id']}")
            for member in ("id", "geometry", "properties"):
                self.assertEqual(alone[member], feature[member], collection)

    def test_the_declared_count_is_the_one_matched(self):
        for collection in ask("/collections")["collections"]:
            matched = ask(f"/collections/{collection['id']}/items", limit=1)["numberMatched"]
            self.assertEqual(collection["itemCount"], matched, collection["id"])

    def test_the_extent_holds_every_feature(self):
        for collection in ask("/collections")["collections"]:
            west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
            for feature in items(collection["id"], limit=10_000):
                box = feature.get("bbox") or (feature["geometry"] and feature["geometry"]["coordinates"] * 2)
                if box:
                    self.assertTrue(west <= box[0] and south <= box[1] and box[2] <= east and box[3] <= north, feature["id"])

    def test_a_date_interval_keeps_the_creations_that_are_in_it(self):
        whole = items("structures", limit=10_000)
        for text, low, high in (("2015-01-01/2019-12-31", "2015-01-01", "2019-12-31"), ("../1990-01-01", "", "1990-01-01"),
                                ("2023-01-01/..", "2023-01-01", "9999")):
            brute = {f["id"] for f in whole if f["properties"]["date_creation"] and low <= f["properties"]["date_creation"] <= high}
            self.assertTrue(brute, text)
            self.assertEqual({f["id"] for f in items("structures", datetime=text, limit=10_000)}, brute, text)

    def test_every_structure_says_that_it_is_fictive(self):
        for collection in ("structures", "structures_non_localisees"):
            for feature in items(collection, limit=10_000):
                self.assertIs(feature["properties"]["fictif"], True)
                self.assertIn("(FICTIF)", feature["properties"]["nom"].upper())


if __name__ == "__main__":
    unittest.main()
