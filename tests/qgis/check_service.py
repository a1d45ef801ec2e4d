#!/usr/bin/env python3
"""Opens each collection of a running service as QGIS and GDAL do, and compares what they hold with what is served.

check_service.py BASE_URL, with Debian's Python, where qgis.core and osgeo live. Says SKIP for a client that is absent.
"""

import json
import os
import sys
import urllib.request

BASE = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else os.environ.get("BASE_URL", "")
COLLECTIONS = ("structures", "structures_non_localisees", "communes", "iris", "epts", "epcis", "departements", "regions")
# Geometry type of each client; a table has none.
QGIS_GEOMETRY = {"structures": "Point", "structures_non_localisees": "NoGeometry"}
# Type of a column as QGIS names it, from the JSON Schema of /api.
QGIS_TYPES = {"string": "QString", "integer": "int", "number": "double", "boolean": "bool", "date": "QDate"}
BOX = (2.44, 48.81, 2.50, 48.85)
KEYS = ("siret", "code_iris", "code_commune", "siren", "code_departement", "code_region")
CODES = {"siret", "siren", "code_commune", "code_iris", "code_postal", "code_ape", "categorie_juridique", "tranche_effectifs",
         "code_departement", "code_region", "siren_ept", "siren_epci"}


class Report:
    def __init__(self):
        self.passed, self.failures, self.skipped = 0, [], 0

    def check(self, what, found, expected):
        if found == expected:
            self.passed += 1
        else:
            self.failures.append(f"{what} : {found!r} au lieu de {expected!r}")
            print(f"FAIL {self.failures[-1]}")

    def skip(self, why):
        self.skipped += 1
        print(f"SKIP {why}")

    def close(self):
        print(f"{self.passed} passed, {len(self.failures)} failed" + (f", {self.skipped} skipped" if self.skipped else ""))
        return 1 if self.failures else 0


def ask(path):
    with urllib.request.urlopen(urllib.request.Request(f"{BASE}{path}", headers={"Accept": "application/json"})) as answer:
        return json.load(answer)


def matched(collection, query=""):
    return ask(f"/collections/{collection}/items?limit=1{query}")["numberMatched"]


def columns(schemas, collection):
    properties = schemas[collection]["properties"]
    return {name: QGIS_TYPES[schema.get("format", schema["type"])] for name, schema in properties.items()}


def check_qgis(report):
    try:
        from qgis.core import QgsApplication, QgsProviderRegistry
    except ImportError:
        report.skip("QGIS (python3-qgis, qgis-providers) absent")
        return
    application = QgsApplication([], False)
    application.initQgis()
    try:
        if "oapif" not in [name.lower() for name in QgsProviderRegistry.instance().providerList()]:
            report.skip("fournisseur OAPIF de QGIS (qgis-providers) absent")
            return
        schemas = ask("/api")["components"]["schemas"]
        for collection in COLLECTIONS:
            # A layer must not outlive the application: it is local to its check.
            check_layer(report, collection, columns(schemas, collection))
    finally:
        application.exitQgis()


def check_layer(report, collection, expected_columns):
    from qgis.core import QgsFeatureRequest, QgsRectangle, QgsVectorLayer, QgsWkbTypes

    layer = QgsVectorLayer(f"url='{BASE}/' typename='{collection}'", collection, "OAPIF")
    what, expected = f"QGIS, {collection}", matched(collection)
    report.check(f"{what}, valide", layer.isValid(), True)
    if not layer.isValid():
        return
    geometry = QgsWkbTypes.displayString(layer.wkbType())
    report.check(f"{what}, géométrie", geometry, QGIS_GEOMETRY.get(collection, "MultiPolygon"))
    types = {field.name(): type_name(field) for field in layer.fields() if field.name() != "id"}
    report.check(f"{what}, colonnes", list(types), list(expected_columns))
    report.check(f"{what}, types", types, expected_columns)
    report.check(f"{what}, codes en texte", {types[name] for name in CODES & set(types)} - {"QString"}, set())
    features = list(layer.getFeatures())
    key = next(name for name in KEYS if name in types)
    report.check(f"{what}, lignes lues", len(features), expected)
    report.check(f"{what}, lignes comptées", layer.featureCount(), expected)
    report.check(f"{what}, identifiants distincts", len({feature[key] for feature in features}), expected)
    metadata = layer.dataProvider().layerMetadata()
    report.check(f"{what}, titre et liens dans les métadonnées", bool(metadata.title() and metadata.links()), True)
    if collection == "structures_non_localisees":
        return
    # QGIS 3.22 names CRS84 EPSG:4326, longitude first all the same.
    report.check(f"{what}, système", layer.crs().authid() in ("OGC:CRS84", "EPSG:4326"), True)
    report.check(f"{what}, emprise en Île-de-France", QgsRectangle(2, 48, 3, 49).contains(layer.extent()), True)
    inside = sum(1 for _ in layer.getFeatures(QgsFeatureRequest().setFilterRect(QgsRectangle(*BOX))))
    report.check(f"{what}, dans un rectangle", inside, matched(collection, f"&bbox={','.join(map(str, BOX))}"))


def type_name(field):
    from qgis.PyQt.QtCore import QVariant

    return {QVariant.String: "QString", QVariant.Int: "int", QVariant.LongLong: "int", QVariant.Double: "double",
            QVariant.Bool: "bool", QVariant.Date: "QDate", QVariant.DateTime: "QDateTime"}.get(field.type(), str(field.type()))


def check_gdal(report):
    try:
        from osgeo import gdal, ogr
    except ImportError:
        report.skip("GDAL (python3-gdal) absent")
        return
    gdal.UseExceptions()
    if ogr.GetDriverByName("OAPIF") is None:
        report.skip("pilote OAPIF de GDAL absent")
        return
    source = gdal.OpenEx(f"OAPIF:{BASE}", gdal.OF_VECTOR, open_options=["PAGE_SIZE=1000"])
    report.check("GDAL, couches", sorted(source.GetLayer(i).GetName() for i in range(source.GetLayerCount())), sorted(COLLECTIONS))
    for collection in COLLECTIONS:
        layer = source.GetLayerByName(collection)
        what, expected = f"GDAL, {collection}", matched(collection)
        rows = [feature for feature in layer]
        report.check(f"{what}, lignes lues", len(rows), expected)
        report.check(f"{what}, lignes comptées", layer.GetFeatureCount(), expected)
        ids = {row.GetField("id") for row in rows}
        report.check(f"{what}, identifiants distincts", len(ids), expected)
        definition = layer.GetLayerDefn()
        texts = {definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())
                 if definition.GetFieldDefn(i).GetType() == ogr.OFTString}
        names = {definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())}
        report.check(f"{what}, codes en texte", (CODES & names) - texts, set())
        located = sum(row.GetGeometryRef() is not None for row in rows)
        report.check(f"{what}, géométries", located, 0 if collection == "structures_non_localisees" else expected)
    layer = source.GetLayerByName("structures")
    layer.SetAttributeFilter("famille = 'cooperatives'")
    report.check("GDAL, filtre d’attribut", layer.GetFeatureCount(), matched("structures", "&famille=cooperatives"))


def main():
    if not BASE:
        print("usage : check_service.py BASE_URL")
        return 2
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    report = Report()
    check_gdal(report)
    check_qgis(report)
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
