"""Every route: forms, validators, compression, CORS, provenance; and every refusal as a problem that names its cause."""

import csv
import gzip
import io
import json
import re
import unittest
from pathlib import Path

from context import COLLECTIONS, ROOT, ask, get, require_service

setUpModule = require_service

NEAR = "lon=2.4836&lat=48.8369"
# path, media type of its machine form, has a page for readers, carries figures
ROUTES = [
    ("/", "application/json", True, True),
    ("/conformance", "application/json", False, False),
    ("/api", "application/vnd.oai.openapi+json", True, False),
    ("/collections", "application/json", True, True),
    *((f"/collections/{c}", "application/json", True, True) for c in COLLECTIONS),
    *((f"/collections/{c}/items?limit=2", "application/geo+json", True, True) for c in COLLECTIONS),
    ("/collections/communes/items/94052", "application/geo+json", True, True),
    ("/density", "application/geo+json", True, True),
    ("/density/kernel", "application/geo+json", True, True),
    ("/density?zone=grid:1km", "application/geo+json", True, True),
    ("/aggregates", "application/json", True, True),
    ("/aggregates?par=famille&territoire=ept:T10", "application/json", True, True),
    (f"/proximity/nearest?{NEAR}", "application/geo+json", True, True),
    (f"/proximity/within?{NEAR}&rayon=500", "application/geo+json", True, True),
    ("/portrait/ept:T10", "application/json", True, True),
    ("/portrait/ept:T10/compare?with=commune:94052", "application/json", True, True),
    ("/perimetre", "application/json", True, True),
    ("/reconciliation", "application/json", True, True),
    ("/demo/verite", "application/json", True, True),
    ("/recherche?q=nogent", "application/json", True, True),
    ("/tiles", "application/json", True, True),
    ("/tiles/structures", "application/json", True, True),
    ("/tiles/WebMercatorQuad", "application/json", True, True),
    ("/tileMatrixSets", "application/json", True, False),
    ("/tileMatrixSets/WebMercatorQuad", "application/json", True, False),
    *((f"/collections/{c}/tiles", "application/json", True, True) for c in COLLECTIONS if c != "structures_non_localisees"),
    *((f"/collections/{c}/tiles/WebMercatorQuad", "application/json", True, True) for c in COLLECTIONS if c != "structures_non_localisees"),
    ("/styles", "application/json", True, False),
    ("/styles/communes", "application/json", False, True),
    ("/landmarks", "application/geo+json", False, False),
]
ITEMS = "/collections/structures/items"
# path, name of the parameter that the problem must give
REFUSED = [
    (f"{ITEMS}?foo=1", "foo"),
    ("/recherche", "q"),
    ("/recherche?q=%20-%20", "q"),
    ("/recherche?q=nogent&limit=0", "limit"),
    ("/styles/communes?classes=dix", "classes"),
    ("/styles/communes?per=habitant", "per"),
    ("/styles/densite?per=10000hab", "per"),
    (f"{ITEMS}?limit=0", "limit"),
    (f"{ITEMS}?limit=-1", "limit"),
    (f"{ITEMS}?limit=1.5", "limit"),
    (f"{ITEMS}?limit=unlimited", "limit"),
    (f"{ITEMS}?offset=-1", "offset"),
    (f"{ITEMS}?offset=x", "offset"),
    (f"{ITEMS}?bbox=1,2,3", "bbox"),
    (f"{ITEMS}?bbox=2,49,3,48", "bbox"),
    (f"{ITEMS}?bbox=2,48,3,91", "bbox"),
    (f"{ITEMS}?bbox=nan,48,3,49", "bbox"),
    (f"{ITEMS}?datetime=hier", "datetime"),
    (f"{ITEMS}?datetime=2020-12-31/2020-01-01", "datetime"),
    (f"{ITEMS}?f=csvx", "f"),
    (f"{ITEMS}?famille=coop", "famille"),
    (f"{ITEMS}?tranche_effectifs=99", "tranche_effectifs"),
    (f"{ITEMS}?qualite_position=exacte", "qualite_position"),
    (f"{ITEMS}?couronne=oui", "couronne"),
    (f"{ITEMS}?code_commune=9405", "code_commune"),
    (f"{ITEMS}?code_iris=94052", "code_iris"),
    (f"{ITEMS}?territoire=region:99", "territoire"),
    (f"{ITEMS}?territoire=commune:75056", "territoire"),
    ("/collections/epts/items?famille=associations", "famille"),
    ("/collections?limit=1", "limit"),
    ("/density?zone=famille", "zone"),
    ("/density?par=commune", "par"),
    ("/density?per=habitant", "per"),
    ("/density/kernel?noyau=gauss", "noyau"),
    ("/aggregates?par=canton", "par"),
    ("/reconciliation?accord=annuaire", "accord"),
    ("/portrait/ept:T10/compare", "with"),
    ("/portrait/ept:T10/compare?with=", "with"),
    ("/portrait/ept:T10/compare?with=ept:T11", "with"),
    ("/portrait/ept:T10/compare?with=ept:200057941", "with"),
    ("/portrait/ept:T10/compare?with=region:99", "with"),
    ("/perimetre?territoire=ept:T10", "territoire"),
    ("/aggregates?zone=canton", "zone"),
    (f"/proximity/nearest?{NEAR}&k=0", "k"),
    (f"/proximity/nearest?{NEAR}&rayon=5", "rayon"),
    ("/proximity/nearest?lat=48", "lon"),
    ("/proximity/nearest?lon=2", "lat"),
    ("/proximity/nearest?lon=181&lat=48", "lon"),
    ("/proximity/nearest?lon=2&lat=-90.5", "lat"),
    (f"/proximity/within?{NEAR}", "rayon"),
    (f"/proximity/within?{NEAR}&rayon=-1", "rayon"),
    (f"/proximity/within?{NEAR}&rayon=1e9", "rayon"),
    (f"/proximity/within?{NEAR}&rayon=nan", "rayon"),
    ("/portrait/ept:T10?classes=jenk", "classes"),
    ("/portrait/ept:T10?lang=de", "lang"),
    ("/portrait/ept:T10?calage=-1", "calage"),
    ("/portrait/ept:T10/compare?with=commune:94052&lang=de", "lang"),
    ("/aggregates?par=commune,ept", "par"),
    ("/aggregates?par=famille,famille", "par"),
    ("/aggregates?par=famille,h3:8", "par"),
    ("/aggregates?par=famille,", "par"),
    ("/?foo=1", "foo"),
    ("/conformance?foo=1", "foo"),
]
ABSENT = ["/rien", "/collections/rien", "/collections/rien/items", f"{ITEMS}/123", "/portrait/ept:T99", "/portrait/zone:1", "/portrait/nogent",
          "/assets/rien.js"]
# Words that only our insides use.
INSIDES = re.compile(r"(?i)\bselect\b|\binsert\b|sqlx|sqlite|postgres|panicked|\.rs\b|/(?:home|root|tmp|src)/|backtrace|stack")


class Routes(unittest.TestCase):
    def test_every_documented_path_is_tried_here(self):
        tried = {re.sub(r"\?.*", "", path) for path, *_ in ROUTES}
        tried |= {re.sub(r"(items)/.*", r"\1/{id}", path) for path in tried} | {"/portrait/{zone}", "/portrait/{zone}/compare"}
        tried |= {f"/collections/{c}/items/{{id}}" for c in COLLECTIONS}  # test_features: one item of each
        tried |= {re.sub("structures$|communes$", name, path) for path in ("/tiles/structures", "/styles/communes")
                  for name in ("{layers}", "{style}")}
        # test_tiles: the tiles themselves
        tried |= {"/tiles/{layers}/{z}/{x}/{y}.mvt"}
        tried |= {f"{root}/tiles/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
                  for root in ("", *(f"/collections/{c}" for c in COLLECTIONS))}
        self.assertLessEqual(set(ask("/api")["paths"]), tried)

    def test_every_route_answers_json_to_clients(self):
        for path, kind, *_ in ROUTES:
            for headers in ({}, {"accept": "*/*"}, {"accept": kind}):
                answer = get(path, **headers)
                self.assertEqual((answer.status, answer.media_type), (200, kind), (path, headers))
                self.assertTrue(answer.json(), path)

    def test_every_route_answers_a_page_to_readers(self):
        browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        for path, _, page, figures in ROUTES:
            if page:
                answer = get(path, accept=browser)
                self.assertEqual((answer.status, answer.media_type), (200, "text/html"), path)
                self.assertRegex(answer.text, r'<html[^>]*\blang="fr"', path)
                self.assertRegex(answer.text, r"<title>[^<]+</title>", path)
                self.assertIn("Content-Security-Policy".lower(), answer.headers, path)
                if figures:
                    self.assertRegex(answer.text, r"(?i)fictive", f"{path} must say that the demonstration is fictive")

    def test_every_figure_carries_what_it_rests_on(self):
        version = get("/readyz").text.strip()
        for path, _, _, figures in ROUTES:
            if figures:
                metadata = ask(path).get("metadata")
                self.assertIsNotNone(metadata, f"{path} carries no « metadata »")
                self.assertEqual(metadata["version"], version, path)
                self.assertEqual(metadata["perimetre"]["nom"], "cress-employeurs")
                self.assertTrue(metadata["perimetre"]["version"])
                self.assertEqual(metadata["regle_employeur"]["nom"], "bande-ou-caractere")
                for source in metadata["sources"]:
                    self.assertTrue(source["producteur"] and source["titre"] and source["millesime"], source)
                self.assertEqual(set(metadata["atlas"]), {"localisees", "non_localisees", "masquees"})
                self.assertEqual(sum(metadata["atlas"].values()), 1145)
                self.assertIs(metadata["fictif"], True)
                self.assertIn("fictives", metadata["avertissement"])
                self.assertTrue(metadata["licence"] and metadata["attribution"])

    def test_the_file_of_a_list_is_the_whole_list_under_its_filters(self):
        for collection in ("structures", "structures_non_localisees", "communes"):
            query = "" if collection == "communes" else "&territoire=commune:94052&famille=associations"
            file = get(f"/collections/{collection}/items?f=csv&limit=1{query}")
            self.assertTrue(file.text.startswith("\ufeff"), collection)
            self.assertIn(f"{collection}", file.headers["content-disposition"])
            rows = list(csv.DictReader(io.StringIO(file.text.lstrip("\ufeff"), newline=""), delimiter=";"))
            features = ask(f"/collections/{collection}/items?limit=10000{query}")["features"]
            code = "code_commune" if collection == "communes" else "siret"
            self.assertEqual([row[code] for row in rows], [feature["id"] for feature in features])
            self.assertEqual(rows[0]["nom"], features[0]["properties"]["nom"])
            self.assertEqual(rows[0]["code_commune"], features[0]["properties"]["code_commune"], "codes are text")

    def test_a_list_leaves_out_what_passes_its_own_filters(self):
        for query in ("famille=mutuelles", "territoire=commune:94052", "secteur=Sports%20et%20loisirs&tranche_effectifs=01"):
            total = ask(f"/aggregates?{query}")["total"]
            aside = ask(f"{ITEMS}?{query}&limit=1")["laissees_de_cote"]
            self.assertEqual(aside, {"non_localisees": total["non_localisees"], "masquees": total["masquees"]}, query)
            aside = ask(f"/collections/structures_non_localisees/items?{query}&limit=1")["laissees_de_cote"]
            located = total["au_numero"] + total["a_la_voie"]
            self.assertEqual(aside, {"localisees": located, "masquees": total["masquees"]}, query)

    def test_a_list_says_what_it_leaves_out(self):
        for path in (f"{ITEMS}?limit=1", "/collections/structures_non_localisees/items?limit=1", "/aggregates", "/density"):
            self.assertIn("masquees", ask(path)["laissees_de_cote"], path)
        for path in (f"/proximity/nearest?{NEAR}", f"/proximity/within?{NEAR}&rayon=500"):
            self.assertEqual(set(ask(path)["exclus"]), {"a_la_voie", "sans_point", "masquees", "total", "communes"}, path)

    def test_the_process_lives_and_is_ready_with_a_version(self):
        self.assertEqual((get("/healthz").status, get("/healthz").text), (200, "ok\n"))
        self.assertEqual(get("/readyz").status, 200)
        self.assertRegex(get("/readyz").text, r"^[0-9a-f]{16}\n$")

    def test_validators_answer_304_and_hold_the_version(self):
        version = get("/readyz").text.strip()
        for path, *_ in ROUTES:
            first = get(path)
            tag = first.headers.get("etag", "")
            self.assertIn(version, tag, path)
            again = get(path, if_none_match=tag)
            self.assertEqual((again.status, again.body), (304, b""), path)
            self.assertEqual(again.headers["etag"], tag)
            self.assertEqual(get(path, if_none_match='W/"autre"').status, 200)

    def test_two_representations_have_two_validators(self):
        tags = {get("/", accept=kind).headers["etag"] for kind in ("application/json", "text/html")}
        tags |= {get(f"{ITEMS}?limit={n}").headers["etag"] for n in (1, 2)}
        self.assertEqual(len(tags), 4)
        for path in ("/", f"{ITEMS}?limit=1"):
            self.assertIn("accept", get(path).headers["vary"].lower(), path)

    def test_the_same_request_has_the_same_bytes_but_for_its_instant(self):
        for path, *_ in ROUTES:
            texts = {re.sub(r'"timeStamp":"[^"]*"', "", get(path).text) for _ in range(3)}
            self.assertEqual(len(texts), 1, path)

    def test_bodies_leave_compressed_when_asked(self):
        for path in (f"{ITEMS}?limit=1000", "/collections", "/density"):
            plain, packed = get(path), get(path, accept_encoding="gzip")
            self.assertEqual(packed.headers.get("content-encoding"), "gzip", path)
            self.assertNotIn("content-encoding", plain.headers)
            clean = [re.sub(rb'"timeStamp":"[^"]*"', b"", body) for body in (gzip.decompress(packed.body), plain.body)]
            self.assertEqual(*clean, path)
            self.assertLess(len(packed.body) * 2, len(plain.body))

    def test_any_site_may_read(self):
        for path in ("/", ITEMS, "/aggregates", "/rien", f"{ITEMS}?foo=1"):
            self.assertEqual(get(path, origin="https://carte.example").headers.get("access-control-allow-origin"), "*", path)
        preflight = get("/aggregates", "OPTIONS", origin="https://carte.example", access_control_request_method="GET")
        self.assertEqual((preflight.status, preflight.headers["access-control-allow-origin"]), (200, "*"))
        self.assertIn("GET", preflight.headers["access-control-allow-methods"])

    def test_head_is_get_without_its_body(self):
        for path in ("/", "/api", "/collections", f"{ITEMS}?limit=1", "/aggregates", "/healthz", "/portrait/ept:T10"):
            head, full = get(path, "HEAD"), get(path)
            self.assertEqual((head.status, head.body), (200, b""), path)
            self.assertEqual(head.headers.get("etag"), full.headers.get("etag"), path)
            self.assertEqual(head.headers.get("content-type"), full.headers.get("content-type"), path)

    def test_a_trailing_slash_changes_nothing(self):
        self.assertEqual(get("/collections/").status, 200)


class Problems(unittest.TestCase):
    def problem(self, answer, status):
        self.assertEqual((answer.status, answer.media_type), (status, "application/problem+json"), answer.asked)
        body = answer.json()
        self.assertEqual(body["status"], status)
        self.assertTrue(body["title"] and body["detail"])
        self.assertIn((body["type"], status, body["title"]), self.catalogue, answer.asked)
        self.assertNotRegex(answer.text, INSIDES)
        return body

    @classmethod
    def setUpClass(cls):
        published = json.loads((Path(ROOT) / "api-spec/problems.json").read_text(encoding="utf-8"))
        cls.catalogue = {(each["type"], each["status"], each["title"]) for each in published}

    def test_each_bad_parameter_is_refused_by_its_name(self):
        for path, name in REFUSED:
            with self.subTest(path=path):
                body = self.problem(get(path), 400)
                self.assertEqual(body.get("parameter"), name)
                self.assertIn(name, body["detail"])

    def test_what_is_not_there_is_404_with_where_to_look(self):
        for path in ABSENT:
            self.assertRegex(self.problem(get(path), 404)["detail"], r"introuvable : \S", path)

    def test_writing_is_405_and_says_what_is_allowed(self):
        for path in ("/", "/collections", ITEMS, "/density", "/proximity/within", "/healthz"):
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                answer = get(path, method)
                self.problem(answer, 405)
                self.assertIn("GET", answer.headers.get("allow", ""), (method, path))

    def test_an_unknown_form_is_406(self):
        for path in ("/", "/collections", ITEMS, "/aggregates", "/density", "/api"):
            self.problem(get(path, accept="image/png"), 406)

    def test_hostile_values_are_refused_and_nothing_of_ours_is_told(self):
        for value in ("%27%3B%20DROP%20TABLE%20structures%3B--", "%00", "%FF", "..%2F..%2Fetc%2Fpasswd", "%3Cscript%3E", "9" * 4000):
            for path in (f"{ITEMS}?famille={value}", f"{ITEMS}?territoire={value}", f"/portrait/{value}", f"{ITEMS}/{value}", f"/{value}"):
                answer = get(path)
                self.assertIn(answer.status, (400, 404), path[:80])
                self.assertNotRegex(re.sub(r"« .*? »", "", answer.text), INSIDES, path[:80])
        self.assertEqual(get("/healthz").status, 200)

    def test_a_refused_value_comes_back_as_json_text_only(self):
        answer = get(f"{ITEMS}?famille=%3Cscript%3E%22", accept="text/html,*/*;q=0.1")
        self.problem(answer, 400)
        self.assertEqual(answer.json()["parameter"], "famille")


if __name__ == "__main__":
    unittest.main()
