"""OGC API Features, Part 1: our own black-box suite, one test for each of those of ets-ogcapi-features10.

Written from the standard (17-069r4, annex A) and the list of the executable suite's methods; the classes are its
packages: ApiDefinition, LandingPage, Conformance, GeneralHttp, FeatureCollections, FeatureCollection, Features, BBox,
Limit, Time, ErrorConditions, Feature.
"""

import re
import sys
import unittest
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from client import BASE_URL, ask, get, require_service  # noqa: E402

setUpModule = require_service

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
GEOJSON = "application/geo+json"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CLASS = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
WITHIN = "2.44,48.81,2.50,48.85"


def collections():
    return ask("/collections")["collections"]


def links(document, rel):
    return [link for link in document["links"] if link["rel"] == rel]


def operation(path):
    return ask("/api")["paths"][path]["get"]


def parameter(collection, name):
    found = [each for each in operation(f"/collections/{collection}/items")["parameters"] if each["name"] == name]
    return found[0] if len(found) == 1 else None


class Suite(unittest.TestCase):
    collection = "service"

    def each(self):
        """Every collection in turn; a failure names the one under test."""
        for collection in collections():
            self.collection = collection["id"]
            yield self.collection

    def _formatMessage(self, msg, standard):
        return f"[{self.collection}] {super()._formatMessage(msg, standard)}"

    def valid_page(self, page):
        """Requirements 27 to 31: members of a page of features."""
        self.assertEqual(page["type"], "FeatureCollection")
        self.assertIsInstance(page["features"], list)
        self.assertEqual(page["numberReturned"], len(page["features"]))
        self.assertGreaterEqual(page["numberMatched"], page["numberReturned"])
        self.assertIsNotNone(datetime.fromisoformat(page["timeStamp"].replace("Z", "+00:00")).tzinfo)
        for rel in ("self", "alternate"):
            self.assertTrue(links(page, rel), rel)
        for link in page["links"]:
            self.assertTrue(link["href"] and link["rel"] and link["type"], link)


class ApiDefinition(Suite):
    def test_open_api_document_retrieval(self):
        desc = links(ask("/"), "service-desc")
        self.assertEqual([link["type"] for link in desc], [OPENAPI])
        answer = get(desc[0]["href"], accept=OPENAPI)
        self.assertEqual((answer.status, answer.headers["content-type"].replace(" ", "")), (200, OPENAPI))

    def test_api_definition_validation(self):
        document = ask("/api")
        self.assertRegex(document["openapi"], r"^3\.0\.\d+$")
        self.assertTrue(document["info"]["title"] and document["info"]["version"])
        for path, item in document["paths"].items():
            templates = set(re.findall(r"\{(\w+)\}", path))
            given = {p["name"] for p in item["get"]["parameters"] if p["in"] == "path"}
            self.assertEqual(templates, given, path)
            self.assertIn("200", item["get"]["responses"], path)


class LandingPage(Suite):
    def test_landing_page_retrieval(self):
        answer = get("/", accept="application/json")
        self.assertEqual((answer.status, answer.media_type), (200, "application/json"))

    def test_landing_page_validation(self):
        page = ask("/")
        for rel in ("service-desc", "service-doc", "conformance", "data", "self", "alternate"):
            self.assertTrue(links(page, rel), rel)
            self.assertTrue(all(link["type"] for link in links(page, rel)), rel)


class Conformance(Suite):
    def test_validate_conformance_operation_and_response(self):
        declared = ask("/conformance")["conformsTo"]
        for name in ("core", "oas30", "geojson", "html"):
            self.assertIn(CLASS + name, declared)
        self.assertEqual(len(declared), len(set(declared)))


class GeneralHttp(Suite):
    def test_http(self):
        for path in ("/", "/conformance", "/collections", "/api"):
            self.assertEqual(get(path).status, 200, path)


class FeatureCollections(Suite):
    def test_validate_feature_collections_metadata_operation(self):
        answer = get("/collections")
        self.assertEqual((answer.status, answer.media_type), (200, "application/json"))

    def test_validate_feature_collections_metadata_operation_response_links(self):
        for rel in ("self", "alternate"):
            for link in links(ask("/collections"), rel):
                self.assertEqual(get(link["href"]).media_type, link["type"].split(";")[0])
            self.assertTrue(links(ask("/collections"), rel))

    def test_validate_feature_collections_metadata_operation_response_items(self):
        for collection in collections():
            offered = {link["type"] for link in links(collection, "items")}
            self.assertEqual(offered, {GEOJSON, "text/html"}, collection["id"])

    def test_validate_feature_collections_metadata_operation_response_extent(self):
        for collection in collections():
            extent = collection["extent"]["spatial"]
            west, south, east, north = extent["bbox"][0]
            self.assertEqual(extent["crs"], CRS84)
            self.assertTrue(-180 <= west <= east <= 180 and -90 <= south <= north <= 90, collection["id"])

    def test_validate_feature_collections_metadata_operation_response_crs(self):
        for collection in collections():
            self.assertEqual(collection["crs"][0], CRS84, collection["id"])


class FeatureCollection(Suite):
    def test_feature_collection_metadata_operation(self):
        for collection in self.each():
            answer = get(f"/collections/{collection}")
            self.assertEqual((answer.status, answer.media_type), (200, "application/json"))

    def test_feature_collection_metadata_operation_response(self):
        for collection in collections():
            alone = ask(f"/collections/{collection['id']}")
            for member in ("id", "title", "description", "extent", "crs", "links", "itemType"):
                self.assertEqual(alone[member], collection[member], (collection["id"], member))


class Features(Suite):
    def test_validate_features_operation(self):
        for collection in self.each():
            answer = get(f"/collections/{collection}/items", accept=GEOJSON)
            self.assertEqual((answer.status, answer.media_type), (200, GEOJSON))

    def test_validate_features_operation_response_type_property_and_features(self):
        for collection in self.each():
            page = ask(f"/collections/{collection}/items")
            self.valid_page(page)
            for feature in page["features"]:
                self.assertEqual(feature["type"], "Feature")
                self.assertIn("geometry", feature)
                self.assertIsInstance(feature["properties"], dict)
                self.assertIsInstance(feature["id"], str)

    def test_validate_features_operation_response_links(self):
        for collection in self.each():
            page = ask(f"/collections/{collection}/items", limit=1)
            for rel, kind in (("self", GEOJSON), ("alternate", "text/html")):
                for link in links(page, rel):
                    answer = get(link["href"], accept=link["type"])
                    self.assertEqual((link["type"], answer.media_type), (kind, kind))

    def test_validate_features_operation_response_time_stamp(self):
        for collection in self.each():
            self.assertRegex(ask(f"/collections/{collection}/items", limit=1)["timeStamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_validate_features_operation_response_number_returned_along_the_next_links(self):
        for collection in self.each():
            page = ask(f"/collections/{collection}/items", limit=97)
            matched, seen, ids = page["numberMatched"], 0, set()
            while page:
                self.valid_page(page)
                self.assertEqual(page["numberMatched"], matched)
                seen += page["numberReturned"]
                ids |= {feature["id"] for feature in page["features"]}
                following = links(page, "next")
                page = ask(following[0]["href"]) if following else None
            self.assertEqual((seen, len(ids)), (matched, matched))

    def test_cross_check_with_the_previous_page(self):
        second = ask("/collections/structures/items", limit=10, offset=10)
        first = ask(links(second, "prev")[0]["href"])
        self.assertEqual(first["features"], ask("/collections/structures/items", limit=10)["features"])


class BBox(Suite):
    def test_bounding_box_parameter_definition(self):
        for collection in self.each():
            bbox = parameter(collection, "bbox")
            self.assertEqual((bbox["in"], bbox["required"], bbox["style"], bbox["explode"]), ("query", False, "form", False))
            schema = bbox["schema"]
            self.assertEqual((schema["type"], schema["items"]["type"]), ("array", "number"))
            self.assertEqual((schema["minItems"], schema["maxItems"]), (4, 6))

    def test_bounding_box_parameter_response(self):
        boxes = ["5.85,47.27,15.04,55.06", "-180,-90,180,90", WITHIN, "2.45000000000000018,48.7999,2.5,48.85", WITHIN.replace(",", "%2C")]
        for collection in self.each():
            for box in boxes:
                answer = get(f"/collections/{collection}/items?bbox={box}&limit=10")
                self.assertEqual(answer.status, 200, box)
                self.valid_page(answer.json())

    def test_bounding_box_across_the_antimeridian(self):
        for collection in self.each():
            self.assertEqual(get(f"/collections/{collection}/items?bbox=177,65,-177,70").status, 200)
        # 350 degrees of longitude, through the antimeridian, with France inside.
        there = ask("/collections/structures/items", bbox="-5,40,-10,60")["numberMatched"]
        self.assertEqual(there, ask("/collections/structures/items", limit=1)["numberMatched"])
        self.assertEqual(ask("/collections/structures/items", bbox="170,40,-170,60")["numberMatched"], 0)

    def test_bounding_box_near_the_poles(self):
        for box in ("-180,85,180,90", "-180,-90,180,-85", "0,89.9,0,90"):
            self.assertEqual(ask("/collections/structures/items", bbox=box)["numberMatched"], 0, box)

    def test_bounding_box_with_heights(self):
        flat = ask("/collections/structures/items", bbox=WITHIN)["numberMatched"]
        self.assertEqual(ask("/collections/structures/items", bbox="2.44,48.81,-10,2.50,48.85,900")["numberMatched"], flat)

    def test_only_features_that_intersect_the_box(self):
        west, south, east, north = map(float, WITHIN.split(","))
        features = ask("/collections/structures/items", bbox=WITHIN, limit=10_000)["features"]
        self.assertTrue(features)
        for feature in features:
            lon, lat = feature["geometry"]["coordinates"]
            self.assertTrue(west <= lon <= east and south <= lat <= north, feature["id"])
        for feature in ask("/collections/iris/items", bbox=WITHIN)["features"]:
            box = feature["bbox"]
            self.assertTrue(box[0] <= east and box[2] >= west and box[1] <= north and box[3] >= south, feature["id"])

    def test_invalid_boxes(self):
        for box in ("1,2,3", "1,2,3,4,5", "a,b,c,d", "2,49,3,48", "1,2,3,4,5,6,7", "inf,0,1,1"):
            self.assertEqual(get(f"/collections/structures/items?bbox={box}").status, 400, box)


class Limit(Suite):
    def test_limit_parameter_definition(self):
        for collection in self.each():
            limit = parameter(collection, "limit")
            self.assertEqual((limit["in"], limit["required"], limit["style"], limit["explode"]), ("query", False, "form", False))
            schema = limit["schema"]
            self.assertEqual(schema["type"], "integer")
            self.assertTrue(0 <= schema["minimum"] <= schema["default"] <= schema["maximum"])

    def test_limit_parameter_response(self):
        for collection in self.each():
            for limit in (1, 2, 5, 10):
                page = ask(f"/collections/{collection}/items", limit=limit)
                self.assertEqual(page["numberReturned"], min(limit, page["numberMatched"]))

    def test_limit_above_the_maximum_is_brought_back_to_it(self):
        self.assertEqual(get("/collections/structures/items?limit=100000000").status, 200)

    def test_limit_below_the_minimum_and_unlimited_are_refused(self):
        for limit in ("0", "-5", "unlimited", "1e3"):
            self.assertEqual(get(f"/collections/structures/items?limit={limit}").status, 400, limit)

    def test_page_size_where_qgis_reads_it(self):
        schema = ask("/api")["components"]["parameters"]["limit"]["schema"]
        self.assertGreaterEqual(schema["default"], 1000)
        self.assertEqual(schema["maximum"], 10_000)


class Time(Suite):
    def test_date_time_parameter_definition(self):
        for collection in self.each():
            moment = parameter(collection, "datetime")
            self.assertEqual((moment["in"], moment["required"], moment["style"], moment["explode"]), ("query", False, "form", False))
            self.assertEqual(moment["schema"]["type"], "string")

    def test_date_time_parameter_response(self):
        moments = ["2018-02-12", "2018-02-12T23:20:50Z", "2018-02-12T00:00:00Z/2018-03-18T12:31:12Z", "2018-02-12T00:00:00Z/..",
                   "../2018-03-18T12:31:12Z", "2018-02-12/", "/2018-03-18", "../.."]
        for collection in self.each():
            for moment in moments:
                answer = get(f"/collections/{collection}/items?datetime={moment}&limit=5")
                self.assertEqual(answer.status, 200, moment)
                self.valid_page(answer.json())

    def test_only_features_that_meet_the_interval(self):
        whole = ask("/collections/structures/items", limit=1)["numberMatched"]
        before = ask("/collections/structures/items", datetime="../2009-12-31")["numberMatched"]
        after = ask("/collections/structures/items", datetime="2010-01-01/..")["numberMatched"]
        self.assertTrue(before and after)
        undated = sum(not f["properties"]["date_creation"] for f in ask("/collections/structures/items", limit=10_000)["features"])
        self.assertEqual(before + after + undated, whole)

    def test_features_without_an_instant_are_not_selected_out(self):
        # 17-069r4, 7.15.4: a collection without a temporal property is not filtered.
        for collection in ("communes", "iris", "epts", "epcis", "departements", "regions"):
            whole = ask(f"/collections/{collection}/items", limit=1)["numberMatched"]
            self.assertEqual(ask(f"/collections/{collection}/items", datetime="1900-01-01/1900-12-31")["numberMatched"], whole, collection)

    def test_invalid_instants(self):
        for moment in ("hier", "2018-13-01", "2018-02-32", "2019-01-01/2018-01-01", "../../..", "2018", "2018-02-12/hier"):
            self.assertEqual(get(f"/collections/structures/items?datetime={moment}").status, 400, moment)


class ErrorConditions(Suite):
    def test_unknown_query_parameter(self):
        for collection in self.each():
            self.assertEqual(get(f"/collections/{collection}/items?xyz=1").status, 400)

    def test_invalid_query_parameter_value(self):
        for collection in self.each():
            self.assertEqual(get(f"/collections/{collection}/items?limit=beaucoup").status, 400)


class Feature(Suite):
    def test_feature_operation(self):
        for collection in self.each():
            identifier = ask(f"/collections/{collection}/items", limit=1)["features"][0]["id"]
            answer = get(f"/collections/{collection}/items/{identifier}", accept=GEOJSON)
            self.assertEqual((answer.status, answer.media_type), (200, GEOJSON))
            self.assertEqual(answer.json()["id"], identifier)
            self.assertEqual(answer.json()["type"], "Feature")

    def test_feature_operation_response_links(self):
        for collection in self.each():
            identifier = ask(f"/collections/{collection}/items", limit=1)["features"][0]["id"]
            feature = ask(f"/collections/{collection}/items/{identifier}")
            for rel in ("self", "alternate", "collection"):
                self.assertTrue(links(feature, rel), rel)
                for link in links(feature, rel):
                    self.assertTrue(link["type"])
                    self.assertEqual(get(link["href"]).status, 200)
            self.assertEqual(links(feature, "collection")[0]["href"], f"{BASE_URL}/collections/{collection}")

    def test_a_feature_is_not_in_another_collection(self):
        identifier = ask("/collections/structures/items", limit=1)["features"][0]["id"]
        self.assertEqual(get(f"/collections/structures_non_localisees/items/{identifier}").status, 404)


if __name__ == "__main__":
    unittest.main()
