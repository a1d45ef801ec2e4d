#!/usr/bin/env python3
"""Checks each fact of geodata/demonstration against the public reference data.

The reference data is never part of the project. Its folder comes from ESSAIM_SHARED, or is
`shared` beside the project; without it the script says SKIP and succeeds. Standard library only.
"""

import csv
import gzip
import math
import os
import sqlite3
import struct
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "geodata" / "demonstration"
SHARED = Path(os.environ.get("ESSAIM_SHARED", ROOT.parent / "shared"))
POPULATIONS = SHARED / "data/cog/donnees_communes.csv.gz"
COMMUNES = SHARED / "data/iris/communes-2020-idf.gpkg"
IRIS = SHARED / "data/iris/contours-iris-2020-idf.gpkg"
TERRITORY = SHARED / "reference/communes_pemb.csv"

CONTACT_M = 20.0  # the outlines touch only to about 13 m
POINT_CONTACT_M = 50.0
AREA_GAP_KM2 = 0.00501  # areas are written to 0.01 km²
LANDMARK_GAP_M = 250.0
GRID_M = 50.0
STEP_M = 5.0


def facts(name):
    with open(FACTS / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def point(row, prefix=""):
    return float(row[f"{prefix}x_l93"]), float(row[f"{prefix}y_l93"])


def geometry(blob):
    """Polygons of a GeoPackage blob (OGC 12-128, header then WKB), each a list of rings."""
    envelope = (0, 32, 48, 48, 64)[(blob[3] >> 1) & 7]
    return wkb(blob, 8 + envelope)[0]


def wkb(blob, at):
    order = "<" if blob[at] else ">"
    kind, count = struct.unpack_from(f"{order}II", blob, at + 1)
    at += 9
    parts = []
    if kind == 6:
        for _ in range(count):
            polygon, at = wkb(blob, at)
            parts += polygon
        return parts, at
    for _ in range(count):
        (size,) = struct.unpack_from(f"{order}I", blob, at)
        values = struct.unpack_from(f"{order}{2 * size}d", blob, at + 4)
        parts.append(list(zip(values[::2], values[1::2])))
        at += 4 + 16 * size
    return [parts], at


def layer(path, query):
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def segments(polygons):
    for rings in polygons:
        for ring in rings:
            yield from zip(ring, ring[1:])


def ring_area(ring):
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:]))) / 2


def area(polygons):
    return sum(ring_area(rings[0]) - sum(map(ring_area, rings[1:])) for rings in polygons)


def inside(p, polygons):
    crossings = 0
    for a, b in segments(polygons):
        if (a[1] > p[1]) != (b[1] > p[1]):
            crossings += p[0] < a[0] + (p[1] - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
    return crossings % 2 == 1


def distance(p, a, b):
    vx, vy = b[0] - a[0], b[1] - a[1]
    squared = vx * vx + vy * vy
    along = 0 if squared == 0 else ((p[0] - a[0]) * vx + (p[1] - a[1]) * vy) / squared
    along = max(0, min(1, along))
    return math.hypot(p[0] - a[0] - along * vx, p[1] - a[1] - along * vy)


def border_distance(p, polygons):
    return min(distance(p, a, b) for a, b in segments(polygons))


def along(a, b, step):
    pieces = max(1, int(math.dist(a, b) / step))
    for k in range(pieces):
        t = k / pieces
        yield (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t), math.dist(a, b) / pieces


def lambert93(lon, lat):
    """Lambert conformal conic with two parallels (IGN, NTG_71), RGF93 on the GRS80 ellipsoid."""
    e, a = 0.0818191910428158, 6378137.0

    def iso(phi):
        s = e * math.sin(phi)
        return math.log(math.tan(math.pi / 4 + phi / 2) * ((1 - s) / (1 + s)) ** (e / 2))

    def radius(phi):
        return a * math.cos(phi) / math.sqrt(1 - (e * math.sin(phi)) ** 2)

    phi0, phi1, phi2 = map(math.radians, (46.5, 44.0, 49.0))
    n = math.log(radius(phi2) / radius(phi1)) / (iso(phi1) - iso(phi2))
    c = radius(phi1) / n * math.exp(n * iso(phi1))
    r, angle = c * math.exp(-n * iso(math.radians(lat))), n * math.radians(lon - 3)
    y0 = 6_600_000 + c * math.exp(-n * iso(phi0))
    return 700_000 + r * math.sin(angle), y0 - r * math.cos(angle)


def contacts(shapes):
    """Length in metres along which each pair of communes runs within CONTACT_M."""
    grid = defaultdict(list)
    for code, polygons in shapes.items():
        for a, b in segments(polygons):
            cells = set()
            for p, _ in [*along(a, b, CONTACT_M), (b, 0)]:
                x, y = int(p[0] // GRID_M), int(p[1] // GRID_M)
                cells |= {(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
            for cell in cells:
                grid[cell].append((code, a, b))
    seen = defaultdict(float)
    for code, polygons in shapes.items():
        for a, b in segments(polygons):
            for p, weight in along(a, b, STEP_M):
                near = grid[int(p[0] // GRID_M), int(p[1] // GRID_M)]
                others = {o for o, c, d in near if o != code and distance(p, c, d) <= CONTACT_M}
                for other in others:
                    seen[code, other] += weight
    return {pair: max(seen[pair], seen[pair[::-1]]) for pair in seen if pair[0] < pair[1]}


class Report:
    def __init__(self):
        self.checks = 0
        self.failures = []

    def check(self, holds, what):
        self.checks += 1
        if not holds:
            self.failures.append(what)


def check_communes(report, communes, shapes, iris_counts):
    with gzip.open(POPULATIONS, "rt", encoding="utf-8") as file:
        population = {row["COM"]: row for row in csv.DictReader(file, delimiter=";")}
    with open(TERRITORY, encoding="utf-8", newline="") as file:
        territory = {row["code_commune"] for row in csv.DictReader(file)}
    towns = {row["code_commune"] for row in communes if row["couronne"] == "false"}
    report.check(towns == territory, "the towns are not those of the territory")
    report.check(sum(iris_counts[t] for t in towns) == 198, "198 IRIS in the 13 towns")
    for row in communes:
        code, name = row["code_commune"], row["nom_commune"]
        official = population.get(code, {})
        report.check(official.get("PMUN") == row["population_municipale_2023"], f"population of {name}")
        if not code.startswith("75"):
            report.check(official.get("Commune") == name, f"name of {name}")
        gap = abs(area(shapes[code]) / 1e6 - float(row["superficie_km2"]))
        report.check(gap <= AREA_GAP_KM2, f"area of {name}: {gap:.4f} km² off")
        report.check(inside(point(row, "mairie_"), shapes[code]), f"town hall of {name}")
        projected = lambert93(float(row["mairie_lon"]), float(row["mairie_lat"]))
        off = math.dist(projected, point(row, "mairie_"))
        report.check(off < 1.0, f"projection of the town hall of {name}: {off:.1f} m off")
        if code in towns:
            real = iris_counts[code]
            report.check(real == int(row["nombre_iris"]), f"{real} IRIS in {name}")


def check_anchors(report, communes, shapes):
    known = {row["code_commune"] for row in communes}
    for row in facts("ancres.csv"):
        code, name = row["code_commune"], row["nom_lieu"]
        if row["role"] == "exterieur":
            held = any(inside(point(row), shapes[c]) for c in known)
            report.check(code == "" and not held, f"{name} is not outside")
        else:
            report.check(code in known and inside(point(row), shapes[code]), f"{name} is not in {code}")


def check_adjacencies(report, communes, shapes):
    known = {row["code_commune"] for row in communes}
    towns = {row["code_commune"] for row in communes if row["couronne"] == "false"}
    measured = contacts(shapes)
    ring = {c for pair in measured for c in pair if towns & set(pair)} - towns
    report.check(ring == known - towns, f"ring: {sorted(ring ^ (known - towns))}")
    real = {pair: length for pair, length in measured.items() if known >= set(pair)}
    rows = {(r["code_commune_a"], r["code_commune_b"]): r for r in facts("adjacences.csv")}
    report.check(set(rows) == set(real), f"pairs: {sorted(set(rows) ^ set(real))}")
    for pair in set(rows) & set(real):
        row, length = rows[pair], real[pair]
        report.check(abs(float(row["longueur_contact_m"]) - length) <= 5.01, f"contact of {pair}")
        report.check((row["ponctuel"] == "true") == (length < POINT_CONTACT_M), f"point contact {pair}")


def check_landmarks(report, shapes):
    """The Marne bounds communes nearly everywhere; it crosses Joinville-le-Pont."""
    borders = {code: shape for code, shape in shapes.items() if code[:2] in ("93", "94")}
    for row in facts("reperes.csv"):
        place, name = point(row), row["nom_lieu"]
        if row["repere"] == "La Marne":
            on_border = any(border_distance(place, s) < CONTACT_M for s in borders.values())
            report.check(on_border or inside(place, shapes["94042"]), f"{name} is not on the Marne")
        else:
            wood = shapes["75112"]
            held = inside(place, wood) or border_distance(place, wood) < LANDMARK_GAP_M
            report.check(held, f"{name} is not by the wood")


def neighbourhood(every, codes):
    """Communes whose box meets that of the wanted ones, with a margin."""
    def box(polygons):
        points = [p for a, b in segments(polygons) for p in (a, b)]
        xs, ys = zip(*points)
        return min(xs), min(ys), max(xs), max(ys)

    boxes = {code: box(shape) for code, shape in every.items()}
    wanted = [boxes[c] for c in codes]
    left, bottom = min(b[0] for b in wanted) - GRID_M, min(b[1] for b in wanted) - GRID_M
    right, top = max(b[2] for b in wanted) + GRID_M, max(b[3] for b in wanted) + GRID_M
    return {
        code: every[code]
        for code, b in boxes.items()
        if b[0] < right and b[2] > left and b[1] < top and b[3] > bottom
    }


def main():
    absent = [path for path in (POPULATIONS, COMMUNES, IRIS, TERRITORY) if not path.exists()]
    if absent:
        print(f"SKIP: reference data absent ({absent[0].name}); set ESSAIM_SHARED to check the facts")
        return 0
    communes = facts("communes.csv")
    every = {code: geometry(blob) for code, blob in layer(COMMUNES, "SELECT code_insee, geom FROM communes")}
    iris = layer(IRIS, "SELECT code_insee, iris FROM contours_iris")
    iris_counts = Counter(code for code, _ in iris)
    shapes = neighbourhood(every, [row["code_commune"] for row in communes])
    report = Report()
    check_communes(report, communes, shapes, iris_counts)
    check_anchors(report, communes, shapes)
    check_adjacencies(report, communes, shapes)
    check_landmarks(report, shapes)
    report.check(not any(number.startswith("90") for _, number in iris), "a real IRIS is numbered 90xx")
    for failure in report.failures:
        print(f"FAIL: {failure}")
    print(f"{report.checks} facts checked, {len(report.failures)} wrong")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
