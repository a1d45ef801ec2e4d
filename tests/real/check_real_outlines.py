#!/usr/bin/env python3
"""Builds the fictive atlas on the true outlines of the IRIS and counts it again with other engines.

    ESSAIM_BIN=… [ESSAIM_SHARED=…] python3 tests/real/check_real_outlines.py

Selection: the SQL of tests/facts. IRIS: OGR (GEOS) over the official outlines and the points of the CSV files.
Then the same outlines in every published form, and zipped Sirene files, must give the same counts by IRIS.
"""

import csv
import gzip
import os
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/facts"))
import count_perimeters as sql  # noqa: E402

IRIS = Path(os.environ.get("ESSAIM_SHARED", ROOT.parent / "shared")) / "data/iris"
GPKG, COMMUNES = IRIS / "contours-iris-2020-idf.gpkg", IRIS / "communes-2020-idf.gpkg"
SHAPEFILE, PARQUET = IRIS / "CONTOURS-IRIS_2020_D094.shp.zip", IRIS / "contours-iris-2020-france.parquet"
COG = IRIS.parent / "cog"
GEOLOC = "GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.csv"
STOCK, UNITS = "StockEtablissement_utf8.csv", "StockUniteLegale_utf8.csv"
# Reach of the nearest IRIS for a point that no outline holds, metres.
REACH_M = 25.0
# GeoJSON is in degrees: a point on an edge may fall on either side once projected back, metres.
EDGE_M = 0.01
RESULTS = []


def check(label, ok):
    RESULTS.append(bool(ok))
    print(f"{'ok' if ok else 'ÉCHEC'}  {label}", flush=True)


def ingest(atlas, sources, iris, *more, suffix="", territory="ept:T10"):
    run = subprocess.run([
        os.environ["ESSAIM_BIN"], "ingest", "--atlas", atlas, "--territoire", territory, "--fictif",
        "--etablissements", sources / (STOCK + suffix), "--unites-legales", sources / (UNITS + suffix),
        "--geolocalisation", sources / (GEOLOC + suffix), "--iris", iris, *more,
    ], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if run.returncode:
        print(run.stderr)
    return run.returncode == 0


def by_iris(atlas):
    with sqlite3.connect(f"file:{atlas}?mode=ro", uri=True) as base:
        return dict(base.execute("SELECT coalesce(code_iris, ''), count(*) FROM structures GROUP BY 1"))


def check_cascade(path):
    steps = defaultdict(lambda: defaultdict(int))
    for row in sql.rows(path):
        steps[row["etape"]][row["nature"]] += int(row["lignes"])
    kept = None
    wrong = []
    for name, step in steps.items():
        if step["entree"] - step["sortie"] != step["gardee"] or kept not in (None, step["entree"]):
            wrong.append(name)
        kept = step["gardee"]
    split = steps["position"]["dont"] == steps["position"]["gardee"]
    check(f"cascade : {len(steps)} étapes, {wrong or 'toutes justes'}", len(steps) > 5 and not wrong and split)
    return steps["position"]["gardee"]


def check_layers(atlas):
    run = subprocess.run(["ogrinfo", "-ro", "-so", "-al", atlas], capture_output=True, text=True)
    counts = dict(zip((line[12:] for line in run.stdout.splitlines() if line.startswith("Layer name: ")),
                      (int(line[15:]) for line in run.stdout.splitlines() if line.startswith("Feature Count: "))))
    print("    " + ", ".join(f"{name} {n}" for name, n in counts.items()))
    clean = run.returncode == 0 and "ERROR" not in run.stderr and "Warning" not in run.stderr
    check(f"ogrinfo ouvre les {len(counts)} couches", clean and counts.get("structures", 0) > 0)


def source_points(sources):
    """Point of each establishment in each source, Lambert-93 metres."""
    points = {"geolocalisation": {}, "stock": {}}
    for row in sql.rows(sources / GEOLOC, ";"):
        points["geolocalisation"][row["siret"]] = (row["x"], row["y"])
    for row in sql.rows(sources / STOCK):
        points["stock"][row["siret"]] = (row["coordonneeLambertAbscisseEtablissement"],
                                         row["coordonneeLambertOrdonneeEtablissement"])
    return points


def iris_of(layer, x, y, commune):
    """Smallest code among the outlines that hold the point; else the nearest of its commune within reach.

    None for a point further in another commune: the structure counts in the commune of the directory.
    """
    from osgeo import ogr
    point = ogr.CreateGeometryFromWkt(f"POINT ({x} {y})")
    layer.SetSpatialFilterRect(x - REACH_M, y - REACH_M, x + REACH_M, y + REACH_M)
    near = [(f["code_iris"], f["code_insee"], f.GetGeometryRef().Distance(point)) for f in layer]
    holding = [(code, town) for code, town, distance in near if distance == 0]
    if holding:
        code, town = min(holding)
        if town == commune:
            return code
    return min(((d, code) for code, town, d in near if town == commune and d <= REACH_M), default=(0, None))[1]


def check_selection(atlas, sources, total):
    base = sql.load(sources)
    expected, found = sql.count(base, "cress-employeurs", "bande-ou-caractere"), sql.of_atlas(atlas)
    check(f"communes × familles : {len(expected)} cases, {len(set(expected) ^ set(found))} différentes, "
          f"{sum(n for *_, n in expected)} structures", expected == found and total == sum(n for *_, n in expected))


def check_points(atlas, sources):
    from osgeo import ogr
    ogr.UseExceptions()
    outlines = ogr.Open(str(GPKG))
    layer, points = outlines.GetLayer(0), source_points(sources)
    base = sqlite3.connect(f"file:{atlas}?mode=ro", uri=True)
    differences, counted = [], 0
    for siret, source, commune, iris in base.execute(
            "SELECT siret, source_position, code_commune, code_iris FROM structures ORDER BY siret"):
        x, y = (float(v) for v in points["geolocalisation" if source == "insee_geolocalisation" else "stock"][siret])
        counted += 1
        expected = iris_of(layer, x, y, commune)
        if expected != iris:
            differences.append(f"{siret} ({x}, {y}) {source} : OGR {expected}, essaim {iris}")
    for line in differences[:10]:
        print("    " + line)
    check(f"IRIS par OGR : {counted} structures, {len(differences)} différences", counted and not differences)


def subset(folder, driver, name):
    path = folder / name
    subprocess.run(["ogr2ogr", "-f", driver, path, GPKG, "-where", "substr(code_insee, 1, 2) IN ('75', '77', '93', '94')",
                    *(("-lco", "RFC7946=YES", "-lco", "COORDINATE_PRECISION=9") if driver == "GeoJSON" else ())],
                   check=True)
    return path


def moved_off_edges(atlas, other):
    """Structures whose IRIS differ, and of these those that are not on an edge of their IRIS."""
    from osgeo import ogr
    outlines = ogr.Open(str(GPKG))
    layer = outlines.GetLayer(0)
    points = {}
    structures = ogr.Open(str(atlas))
    for f in structures.GetLayerByName("structures"):
        points[f["siret"]] = (f["code_iris"], f.GetGeometryRef().Clone())
    with sqlite3.connect(f"file:{other}?mode=ro", uri=True) as base:
        moved = [s for s, iris in base.execute("SELECT siret, code_iris FROM structures") if points[s][0] != iris]
    off = []
    for siret in moved:
        iris, point = points[siret]
        layer.SetAttributeFilter(f"code_iris = '{iris}'")
        edges = [f.GetGeometryRef().Boundary().Distance(point) for f in layer]
        if not edges or min(edges) > EDGE_M:
            off.append((siret, iris, edges))
    return moved, off


def check_forms(folder, sources, reference):
    forms = {
        "Shapefile zippé": SHAPEFILE, "GeoParquet": PARQUET,
        "FlatGeobuf": subset(folder, "FlatGeobuf", "iris.fgb"),
        "GeoJSON": subset(folder, "GeoJSON", "iris.geojson"),
    }
    for rank, (label, path) in enumerate(forms.items()):
        atlas = folder / f"forme{rank}.gpkg"
        found = by_iris(atlas) if ingest(atlas, sources, path) else {}
        different = {k for k in reference.keys() | found.keys() if reference.get(k) != found.get(k)}
        moved, off = moved_off_edges(folder / "atlas.gpkg", atlas) if found and label == "GeoJSON" else ([], [])
        check(f"{label} : {len(found)} IRIS, {sum(found.values())} structures, {len(different)} IRIS différents, "
              f"{len(moved)} structures sur une limite, {off or 'aucune'} ailleurs",
              found and sum(found.values()) == sum(reference.values()) and not off and (moved or not different))


def check_zipped(folder, sources, reference):
    for name in (STOCK, UNITS, GEOLOC):
        with zipfile.ZipFile(sources / (name + ".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(sources / name, name)
    atlas = folder / "zip.gpkg"
    found = by_iris(atlas) if ingest(atlas, sources, GPKG, "--communes", COMMUNES, suffix=".zip") else {}
    check(f"Sirene zippé : {len(found)} IRIS, {sum(found.values())} structures", found == reference)


def tables(name):
    """Rows of a table of the COG, compressed."""
    with gzip.open(COG / name, "rt", encoding="utf-8-sig", newline="") as text:
        yield from csv.DictReader(text, delimiter=";" if name.startswith("donnees") else ",")


def check_region(folder, sources):
    """The region, from outlines of 2020 brought to the communes of 2026, against the tables themselves."""
    atlas = folder / "region.gpkg"
    more = ["--epts", COG / "ept.xlsx", "--epcis", COG / "epcicom.xlsx", "--cog", COG / "communes.csv.gz",
            "--mouvements", COG / "mouvements-communes.csv.gz", "--population-communes",
            COG / "donnees_communes.csv.gz", "--millesime", "population_communes=2023"]
    if not ingest(atlas, sources, GPKG, *more, territory="region:11"):
        check("ingestion de la région", False)
        return
    communes = [row for row in tables("communes.csv.gz") if row["TYPECOM"] == "COM" and row["REG"] == "11"]
    parts = [row for row in tables("communes.csv.gz") if row["TYPECOM"] == "ARM" and row["COMPARENT"] == "75056"]
    expected = {row["COM"] for row in communes + parts} - {"75056"}
    base = sqlite3.connect(f"file:{atlas}?mode=ro", uri=True)
    held = {code for code, in base.execute("SELECT code FROM communes")}
    check(f"communes de la région au COG : {len(expected)}, {len(held ^ expected)} différentes", held == expected)
    departments = Counter(row["DEP"] for row in communes)
    departments["75"] = len(parts)
    found = dict(base.execute("SELECT code, communes_officielles FROM departements"))
    entire = dict(base.execute("SELECT code, length(communes) - length(replace(communes, ',', '')) + 1 FROM departements"))
    check(f"départements entiers : {found}", found == entire == dict(departments))
    people = {row["COM"]: float(row["PMUN"]) for row in tables("donnees_communes.csv.gz") if row["COM"] in expected}
    total, = base.execute("SELECT sum(population) FROM communes").fetchone()
    check(f"population de la région : {total:.0f}", total == sum(people.values()) and len(people) == len(expected))
    (metropole, number), = base.execute("SELECT communes, communes_officielles FROM epcis WHERE code = '200054781'")
    epts = {code for row, in base.execute("SELECT communes FROM epts") for code in row.split(",")}
    paris = {row["COM"] for row in parts}
    check(f"Métropole du Grand Paris : {number} communes, celles des EPT et Paris",
          set(metropole.split(",")) == epts | paris and number == len(epts | paris))


def main():
    if absent := [path for path in (GPKG, COMMUNES, SHAPEFILE, PARQUET) if not path.exists()]:
        print(f"SKIP: true outlines absent ({absent[0].name}); set ESSAIM_SHARED")
        return
    try:
        import osgeo  # noqa: F401
    except ImportError:
        print("SKIP: GDAL for Python absent (python3-gdal)")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources, atlas, cascade = folder / "sources", folder / "atlas.gpkg", folder / "cascade.csv"
        subprocess.run([os.environ["ESSAIM_BIN"], "synth", "--iris", GPKG, "--communes", COMMUNES, "--dir", sources],
                       check=True, stderr=subprocess.DEVNULL)
        if not ingest(atlas, sources, GPKG, "--communes", COMMUNES, "--cascade", cascade):
            check("ingestion sur les contours vrais", False)
        else:
            reference = by_iris(atlas)
            total = check_cascade(cascade)
            check_layers(atlas)
            check_selection(atlas, sources, total)
            check_points(atlas, sources)
            check_forms(folder, sources, reference)
            check_region(folder, sources)
            check_zipped(folder, sources, reference)
    print(f"{sum(RESULTS)} passed, {len(RESULTS) - sum(RESULTS)} failed")
    sys.exit(0 if all(RESULTS) else 1)


if __name__ == "__main__":
    main()
