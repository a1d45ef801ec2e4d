#!/usr/bin/env python3
"""Opens a GeoPackage of Essaim with GDAL and QGIS, as its readers do.

    python3 tests/qgis/check_geopackage.py FILE

Uses osgeo (its validate_gpkg sample too) and qgis.core, without a screen. What is absent is skipped
aloud. Prints "N passed, N failed"; the exit code is 1 when a check fails.
"""

import os
import sys
from collections import Counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ZONES = ["communes", "iris", "epts", "epcis", "departements", "regions", "couronne_communes", "couronne_iris"]
TABLES = ["structures_non_localisees", "masques", "economie_reference", "essaim_manifest", "agregats", "cascade", "sources",
          "couronne_structures_non_localisees"]
CODES = ["siret", "siren", "code_commune", "code_postal", "code_iris", "categorie_juridique", "tranche_effectifs"]
FAMILIES = {
    "associations": ("#0072b2", "Circle"),
    "cooperatives": ("#d55e00", "Square"),
    "mutuelles": ("#007a5e", "Diamond"),
    "fondations": ("#882255", "Triangle"),
    "societes_commerciales_ess": ("#5d5d00", "Pentagon"),
}

passed = failed = 0


def check(what, holds, seen=""):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"FAIL: {what}{f' : {seen}' if seen != '' else ''}")


def check_gdal(path):
    try:
        from osgeo import ogr
    except ImportError:
        print("SKIP: osgeo absent (paquet python3-gdal)")
        return
    ogr.UseExceptions()
    try:
        from osgeo_utils.samples import validate_gpkg

        complaints = list(validate_gpkg.check(path, abort_at_first_error=False, extra_checks=True))
        check("validate_gpkg", not complaints, complaints[:5])
    except ImportError:
        print("SKIP: osgeo_utils.samples.validate_gpkg absent")
    source = ogr.Open(path)
    names = [source.GetLayer(rank).GetName() for rank in range(source.GetLayerCount())]
    for name in ["structures", *ZONES, *TABLES]:
        check(f"layer {name}", name in names, names)
    structures = source.GetLayerByName("structures")
    check("points", structures.GetGeomType() == ogr.wkbPoint)
    check("legal system", structures.GetSpatialRef().GetAuthorityCode(None) in {"2154", "5490", "2972", "2975", "4471"})
    check("R-tree used", structures.TestCapability(ogr.OLCFastSpatialFilter))
    definition = structures.GetLayerDefn()
    for code in CODES:
        rank = definition.GetFieldIndex(code)
        check(f"{code} is text", rank >= 0 and definition.GetFieldDefn(rank).GetType() == ogr.OFTString)
    check("date_creation is a date", definition.GetFieldDefn(definition.GetFieldIndex("date_creation")).GetType() == ogr.OFTDate)
    widths = {"siret": 14, "siren": 9, "code_commune": 5}
    for feature in structures:
        bad = {name: feature[name] for name, width in widths.items() if len(feature[name]) != width}
        if bad or feature.GetGeometryRef() is None or feature.GetFID() != int(feature["siret"]):
            check("codes keep their zeros and every row its point", False, bad or feature.GetFID())
            break
    else:
        check("codes keep their zeros and every row its point", True)
    check_window(structures)
    for name in ZONES:
        layer = source.GetLayerByName(name)
        check(f"{name} are multipolygons", layer.GetGeomType() == ogr.wkbMultiPolygon)
        check(f"{name} are multipolygons, all", all(row.GetGeometryRef().GetGeometryType() == ogr.wkbMultiPolygon for row in layer))
    check_derived(source)
    check("the packed form is no layer", not [name for name in names if "instantane" in name], names)


def check_derived(source):
    """The counts by zone are those of the rows; the waterfall chains; every source has its digest."""
    rows = lambda name: list(source.GetLayerByName(name))  # noqa: E731
    expected = Counter(row["code_commune"] for name in ("structures", "structures_non_localisees") for row in rows(name))
    for cell in rows("masques"):
        if not cell["couronne"]:
            expected[cell["code_commune"]] += cell["effectif"]
    counts = rows("agregats")
    communes = {row["code"]: row["structures"] for row in counts if row["niveau"] == "commune"}
    check("counts by commune", {code: count for code, count in communes.items() if count} == dict(expected), communes)
    check("a row for every commune", len(communes) == source.GetLayerByName("communes").GetFeatureCount())
    for level in ("ept", "epci", "departement", "region"):
        found = sum(row["structures"] for row in counts if row["niveau"] == level)
        check(f"counts by {level} sum to the total", found == sum(expected.values()), found)
    iris = Counter(row["code_iris"] for row in rows("structures") if row["code_iris"])
    found = {row["code"]: row["structures"] for row in counts if row["niveau"] == "iris" and row["structures"]}
    check("counts by IRIS", found == dict(iris))
    check("jobs are an interval", all(
        row["emplois_haut"] is None or row["emplois_bas"] <= row["emplois_central"] <= row["emplois_haut"] for row in counts))
    stages = {}
    for row in rows("cascade"):
        stages.setdefault(row["etape"], Counter())[row["nature"]] += row["lignes"]
    entered = [stage["entree"] for stage in stages.values()]
    kept = [stage["gardee"] for stage in stages.values()]
    adds_up = all(stage["entree"] - stage["sortie"] == stage["gardee"] for stage in stages.values())
    check("the waterfall chains", adds_up and entered[1:] == kept[:-1], stages)
    files = rows("sources")
    check("sources", {row["role"] for row in files} >= {"stock_etablissement", "iris", "communes"})
    check("every source has its digest", all(len(row["sha256"]) == 64 and row["lignes"] > 0 for row in files))


def check_window(layer):
    """The R-tree and a scan give the same rows in the middle of the extent."""
    layer.ResetReading()
    xmin, xmax, ymin, ymax = layer.GetExtent()
    window = (xmin + (xmax - xmin) / 4, ymin + (ymax - ymin) / 4, xmax - (xmax - xmin) / 4, ymax - (ymax - ymin) / 4)
    points = [(row.GetFID(), row.GetGeometryRef().GetPoint_2D()) for row in layer]
    scanned = {fid for fid, (x, y) in points if window[0] <= x <= window[2] and window[1] <= y <= window[3]}
    layer.SetSpatialFilterRect(*window)
    found = {row.GetFID() for row in layer}
    layer.SetSpatialFilter(None)
    check("R-tree and scan agree", found == scanned, f"{len(found)} / {len(scanned)}")


def check_qgis(path):
    try:
        from qgis.core import QgsApplication
    except ImportError:
        print("SKIP: qgis.core absent (paquet python3-qgis)")
        return
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    try:
        check_structures(path)
        check_zones(path)
    finally:
        application.exitQgis()


def check_structures(path):
    from qgis.core import QgsExpressionContext, QgsExpressionContextUtils, QgsSymbolLayer, QgsVectorLayer

    layer = QgsVectorLayer(f"{path}|layername=structures", "structures", "ogr")
    check("QGIS opens structures", layer.isValid())
    renderer = layer.renderer()
    check("default style is categorised", renderer.type() == "categorizedSymbol", renderer.type())
    if renderer.type() != "categorizedSymbol":
        return
    check("categorised by famille", renderer.classAttribute() == "famille", renderer.classAttribute())
    categories = {category.value(): category for category in renderer.categories()}
    looks = set()
    for family, (colour, shape) in FAMILIES.items():
        category = categories.get(family)
        check(f"category {family}", category is not None)
        if category is None:
            continue
        marker = category.symbol().symbolLayer(0)
        name = marker.encodeShape(marker.shape()).capitalize()
        check(f"{family} is {colour}", category.symbol().color().name() == colour, category.symbol().color().name())
        check(f"{family} is a {shape}", name == shape, name)
        check(f"{family} has a French label", category.label() not in ("", family), category.label())
        looks.add(name)
    check("a shape for each family", len(looks) == len(FAMILIES), looks)
    marker = categories["associations"].symbol().symbolLayer(0)
    fill = marker.dataDefinedProperties().property(QgsSymbolLayer.PropertyFillColor)
    check("fill depends on the quality", fill.isActive())
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    qualities = {}
    for feature in layer.getFeatures():
        context.setFeature(feature)
        value, _ = fill.value(context)
        qualities.setdefault(feature["qualite_position"], set()).add(str(value))
    for quality, fills in qualities.items():
        hollow = fills == {"255,255,255,0"}
        check(f"{quality} is {'hollow' if quality == 'voie' else 'full'}", hollow == (quality == "voie"), fills)
    for name, alias in {"siret": "SIRET", "tranche_libelle": "Tranche d’effectifs", "nom": "Nom"}.items():
        seen = layer.attributeAlias(layer.fields().indexOf(name))
        check(f"alias of {name}", seen == alias, seen)
    undrawn = [f["siret"] for f in layer.getFeatures() if f["famille"] not in categories]
    check("every structure is drawn", not undrawn, undrawn[:3])


def check_zones(path):
    from qgis.core import QgsVectorLayer

    for name in ZONES:
        layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
        check(f"QGIS opens {name}", layer.isValid())
        if not layer.isValid():
            continue
        symbol = layer.renderer().symbol().symbolLayer(0)
        check(f"{name} drawn by their outline", layer.renderer().type() == "singleSymbol" and int(symbol.brushStyle()) == 0)
        check(f"{name} are labelled", layer.labelsEnabled() and layer.labeling() is not None)
        if layer.labeling() is not None:
            label = layer.labeling().settings().fieldName
            obstacle = layer.labeling().settings().obstacleSettings().isObstacle()
            check(f"{name} let the labels of the others be", not obstacle)
            check(f"label of {name} is a column", layer.fields().indexOf(label) >= 0, label)
    for name in TABLES:
        layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
        check(f"QGIS opens {name} as a table", layer.isValid() and not layer.isSpatial())


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    path = sys.argv[1]
    with open(path, "rb") as file:
        head = file.read(100)
    check("application_id", head[68:72] == b"GPKG", head[68:72])
    check("version 1.3", int.from_bytes(head[60:64], "big") == 10300)
    check("not in WAL mode", head[18:20] == b"\x01\x01")
    check_gdal(path)
    check_qgis(path)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
