"""Vector tiles: every structure once a zoom, the filters of items, privacy, caching, and the documents that lead to them."""

import gzip
import json
import unittest

from context import ask, get, located, require_service, truth

import vector_tile  # beside the client, where context.py looks

setUpModule = require_service

TILE = "12/2075/1409"
WHOLE = (2.30, 48.74, 2.62, 48.92)


def tiles(z):
    west, south, east, north = WHOLE
    (left, top), (right, bottom) = vector_tile.tile_at(west, north, z), vector_tile.tile_at(east, south, z)
    return [(z, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]


def features(layers, at, query=""):
    """Features of a tile by layer; an empty tile has no content."""
    answer = get(f"/tiles/{layers}/{'/'.join(map(str, at))}.mvt{query}")
    if answer.status == 204:
        return {}
    assert answer.status == 200, (answer.status, at)
    assert len(answer.body) <= 500_000, len(answer.body)
    return vector_tile.read(answer.body)


def counted(z, query=""):
    return sum(each[1]["structures"] for at in tiles(z) for each in features("structures", at, query).get("structures", []))


class Structures(unittest.TestCase):
    def test_the_tiles_of_a_zoom_count_every_structure_once(self):
        for query in ("", "?famille=mutuelles", "?territoire=commune:94052&qualite_position=numero", "?couronne=true",
                      "?datetime=2015-01-01/..", "?secteur=Arts%20et%20spectacles&tranche_effectifs=01,02"):
            items = ask(f"/collections/structures/items{query or '?'}&limit=1")["numberMatched"]
            self.assertGreater(items, 0, query)
            for z in (8, 9, 11, 13, 15):
                self.assertEqual(counted(z, query), items, (query, z))

    def test_a_point_is_where_the_item_is(self):
        rows = {row["id"]: row for row in ask("/collections/structures/items?limit=10000&territoire=commune:94052")["features"]}
        seen = 0
        for at in tiles(13):
            for number, properties, kind, ((point,),) in features("structures", at, "?territoire=commune:94052").get("structures", []):
                row = rows[properties["siret"]]
                self.assertEqual((kind, number), (1, int(properties["siret"])))
                for name in ("famille", "secteur", "tranche_effectifs", "qualite_position"):
                    self.assertEqual(properties.get(name), row["properties"][name], name)
                lon, lat = vector_tile.lon_lat(at[1] + (point[0] + 0.5) / 4096, at[2] + (point[1] + 0.5) / 4096, at[0])
                expected = row["geometry"]["coordinates"]
                self.assertAlmostEqual(lon, expected[0], delta=360 / 2**13 / 4096)
                self.assertAlmostEqual(lat, expected[1], delta=360 / 2**13 / 4096)
                seen += 1
        self.assertEqual(seen, len(rows))

    def test_a_cell_says_how_many_of_each_family(self):
        families = {row["code"] for row in ask("/aggregates?par=famille")["lignes"]}
        groups = [each[1] for at in tiles(9) for each in features("structures", at).get("structures", []) if each[1]["structures"] > 1]
        self.assertGreater(len(groups), 3)
        for group in groups:
            self.assertEqual(sum(count for name, count in group.items() if name in families), group["structures"])
            self.assertNotIn("siret", group)

    def test_what_is_partially_diffusible_is_in_no_tile(self):
        masked = {row["siret"] for row in truth() if row["attendu"] == "masque"}
        self.assertGreater(len(masked), 10)
        drawn = {each[1].get("siret") for at in tiles(15) for each in features("structures", at, "?couronne=true").get("structures", [])}
        self.assertEqual(drawn, {row["id"] for row in located()})
        self.assertEqual(drawn & masked, set())


class Zones(unittest.TestCase):
    def test_zones_carry_the_figures_of_the_filter(self):
        for layer, zone in (("communes", "commune"), ("iris", "iris"), ("epts", "ept"), ("departements", "departement")):
            for query in ("", "famille=cooperatives"):
                rows = {row["properties"]["code"]: row["properties"] for row in ask(f"/density?zone={zone}&{query}")["features"]}
                drawn = {}
                for at in tiles(12):
                    for _, properties, kind, _ in features(layer, at, f"?{query}").get(layer, []):
                        self.assertEqual(kind, 3)
                        drawn[properties["code"]] = properties
                self.assertEqual(set(drawn), set(rows), (layer, query))
                for code, properties in drawn.items():
                    for name in ("structures", "population", "densite_km2", "pour_10000_habitants"):
                        # Unknown is absent, never zero.
                        self.assertEqual(properties.get(name), rows[code][name], (layer, code, name))

    def test_cells_are_those_of_the_density(self):
        drawn = {}
        for at in tiles(12):
            drawn |= {each[1]["code"]: each[1]["structures"] for each in features("densite", at).get("densite", [])}
        rows = {row["properties"]["code"]: row["properties"]["structures"] for row in ask("/density?zone=h3:9")["features"]}
        self.assertEqual(drawn, {code: count for code, count in rows.items() if count})

    def test_neighbours_leave_no_gap(self):
        """A comb of points over a tile inside the territory: each is in one commune, at any zoom."""
        for z in (10, 11, 12, 13):
            x, y = vector_tile.tile_at(2.49, 48.82, z)
            zones = features("communes", (z, x, y))["communes"]
            held = {vector_tile.lon_lat(x + px / 4096, y + py / 4096, z): inside(zones, (px, py))
                    for px in comb() for py in comb()}
            communes = [row["geometry"]["coordinates"] for row in ask("/collections/communes/items?limit=1000")["features"]]
            for (lon, lat), count in held.items():
                exact = sum(within([ring for polygon in polygons for ring in polygon], (lon, lat)) for polygons in communes)
                if count != exact:
                    # Only on the outer border, which is generalised, or on a border that the point touches.
                    near = sum(within([ring for polygon in polygons for ring in polygon], (lon + dx, lat + dy)) for polygons in communes
                               for dx, dy in ((2e-3, 0), (-2e-3, 0), (0, 2e-3), (0, -2e-3)))
                    self.assertLess(near, 4, (z, lon, lat, count, exact))

    def test_several_layers_are_in_one_tile(self):
        self.assertEqual(list(features("iris,structures,communes", (12, 2075, 1409))), ["structures", "communes", "iris"])


def comb():
    return [37.31 + 131.7 * rank for rank in range(31)]


def within(rings, point):
    inside = False
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1]):
            if (ay > point[1]) != (by > point[1]) and point[0] < (bx - ax) * (point[1] - ay) / (by - ay) + ax:
                inside = not inside
    return inside


def inside(zones, point):
    return sum(within(parts, point) for _, _, _, parts in zones)


class Caching(unittest.TestCase):
    def test_a_versioned_address_never_changes(self):
        url = ask("/tiles/structures")["tiles"][0]
        path = url[url.index("/tiles") :].format(z=12, x=2075, y=1409)
        answer = get(path)
        self.assertEqual(answer.headers["cache-control"], "public, max-age=31536000, immutable")
        dataset = ask("/")["metadata"]["version"]
        # The version of the rows alone is not enough: another build may draw them otherwise.
        for other in (path.split("?")[0], path.split("?")[0] + "?version=0", path.split("?")[0] + f"?version={dataset}"):
            self.assertEqual(get(other).headers["cache-control"], "no-cache")
            self.assertEqual(get(other).body, answer.body)
        again = get(path, **{"if-none-match": answer.headers["etag"]})
        self.assertEqual((again.status, again.body), (304, b""))
        self.assertIn("immutable", again.headers["cache-control"])

    def test_compressed_or_not_the_bytes_are_the_same(self):
        plain = get(f"/tiles/structures,iris/{TILE}.mvt", **{"accept-encoding": "identity"})
        packed = get(f"/tiles/structures,iris/{TILE}.mvt", **{"accept-encoding": "gzip"})
        self.assertEqual(packed.headers["content-encoding"], "gzip")
        self.assertEqual(gzip.decompress(packed.body), plain.body)
        self.assertIn("accept-encoding", packed.headers["vary"].lower())

    def test_an_empty_tile_has_no_content(self):
        for at in ("12/0/0", "0/0/0?famille=mutuelles&code_commune=94052&secteur=Aucun"):
            path, _, query = at.partition("?")
            answer = get(f"/tiles/structures/{path}.mvt?{query}")
            self.assertEqual((answer.status, answer.body), (204, b""), at)


class Documents(unittest.TestCase):
    def test_tilejson_names_its_layers_and_fields(self):
        document = ask("/tiles/structures,communes?famille=mutuelles")
        self.assertEqual(document["tilejson"], "3.0.0")
        self.assertEqual([layer["id"] for layer in document["vector_layers"]], ["structures", "communes"])
        self.assertIn("famille=mutuelles", document["tiles"][0])
        described = {layer["id"]: set(layer["fields"]) for layer in document["vector_layers"]}
        for at in tiles(12) + tiles(9):
            for name, rows in features("structures,communes", at).items():
                for _, properties, _, _ in rows:
                    self.assertLessEqual(set(properties), described[name])

    def test_ogc_tiles_are_the_same_bytes(self):
        plain = get(f"/tiles/iris/{TILE}.mvt").body
        z, x, y = TILE.split("/")
        for path in (f"/collections/iris/tiles/WebMercatorQuad/{z}/{y}/{x}", f"/tiles/WebMercatorQuad/{z}/{y}/{x}?collections=iris"):
            answer = get(path)
            self.assertEqual((answer.body, answer.media_type), (plain, "application/vnd.mapbox-vector-tile"), path)

    def test_ogc_documents_lead_from_one_to_the_next(self):
        landing = ask("/")
        links = {link["rel"]: link["href"] for link in landing["links"]}
        base = next(link["href"] for link in landing["links"] if link["rel"] == "conformance").removesuffix("/conformance")

        def follow(url):
            return ask(url.removeprefix(base))

        sets = follow(links["http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"])["tileMatrixSets"]
        self.assertEqual([each["id"] for each in sets], ["WebMercatorQuad"])
        matrices = follow(sets[0]["links"][0]["href"])["tileMatrices"]
        self.assertEqual([each["matrixWidth"] for each in matrices], [2**z for z in range(17)])
        for root in (links["http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"], f"{base}/collections/communes/tiles"):
            tileset = follow(next(link["href"] for link in follow(root)["tilesets"][0]["links"] if link["rel"] == "self"))
            item = next(link for link in tileset["links"] if link["rel"] == "item")
            self.assertTrue(item["templated"])
            limits = next(each for each in tileset["tileMatrixSetLimits"] if each["tileMatrix"] == "12")
            path = item["href"].removeprefix(base).replace("{tileMatrix}", "12")
            path = path.replace("{tileRow}", str(limits["minTileRow"] + 1)).replace("{tileCol}", str(limits["minTileCol"] + 1))
            self.assertEqual(get(path).status, 200, path)
        self.assertEqual(get("/collections/structures_non_localisees/tiles").status, 404)

    def test_styles_have_constant_paint_and_a_layer_a_class(self):
        for style in ask("/styles")["styles"]:
            document = ask(f"/styles/{style['id']}?famille=associations")
            self.assertEqual(document["version"], 8)
            self.assertIn("famille=associations", document["sources"]["essaim"]["tiles"][0])
            for layer in document["layers"]:
                paint = layer["paint"]
                self.assertTrue(all(not isinstance(value, (list, dict)) for value in paint.values()), layer["id"])
            names = [layer["id"] for layer in document["layers"]]
            self.assertEqual(len(names), len(set(names)))

    def test_refusals_say_what_to_write(self):
        for path, status, word in (
            ("/tiles/structure", 404, "structures, communes"),
            ("/tiles/structures/17/0/0.mvt", 404, "zoom de 0 à 16"),
            ("/tiles/structures/3/8/0.mvt", 404, "2^zoom"),
            ("/tiles/structures/a/0/0.mvt", 404, "zoom"),
            ("/tiles/communes/9/0/0.mvt?datetime=2020-01-01", 400, "structures"),
            ("/tiles/structures/9/0/0.mvt?foo=1", 400, "foo"),
            ("/tiles/structures?famille=coop", 400, "associations"),
            ("/tileMatrixSets/LAMB93", 404, "WebMercatorQuad"),
            ("/tiles/LAMB93/1/0/0", 404, "WebMercatorQuad"),
            ("/styles/rien", 404, "structures, communes"),
        ):
            answer = get(path)
            self.assertEqual(answer.status, status, path)
            self.assertIn(word, json.dumps(answer.json(), ensure_ascii=False), path)


if __name__ == "__main__":
    unittest.main()
