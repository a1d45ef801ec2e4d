"""Spatial queries beside their peers. Called by spatial.sh: program, GeoParquet of the IRIS, working folder."""

import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
from duckdb_extensions import import_extension
from scipy.spatial import cKDTree

POINTS = 2_500_000
QUERIES = 20_000
SEED = 20260101
K = 10


def fixtures(parquet: Path, folder: Path):
    """IRIS as a list of (code, WKB), and points clustered as people are: an IRIS holds about 2,000 inhabitants."""
    link = duckdb.connect()
    import_extension("spatial", con=link)
    link.execute("LOAD spatial")
    rows = link.execute(
        "SELECT CODE_IRIS, ST_AsWKB(geometry)::BLOB, ST_X(ST_Centroid(geometry)), ST_Y(ST_Centroid(geometry)), ST_Area(geometry)"
        " FROM read_parquet(?) ORDER BY CODE_IRIS", [str(parquet)]).fetchall()
    with open(folder / "zones.bin", "wb") as out:
        for code, wkb, *_ in rows:
            out.write(struct.pack("<I", len(wkb)) + code.encode().ljust(9)[:9] + bytes(wkb))
    centres = np.array([row[2:4] for row in rows])
    spread = np.sqrt(np.array([row[4] for row in rows])) / 3
    random = np.random.default_rng(SEED)
    zone = random.integers(len(rows), size=POINTS)
    points = centres[zone] + random.normal(size=(POINTS, 2)) * spread[zone, None]
    queries = points[random.integers(POINTS, size=QUERIES)] + random.normal(size=(QUERIES, 2)) * 50
    points.astype("<f8").tofile(folder / "points.bin")
    queries.astype("<f8").tofile(folder / "queries.bin")
    return link, points, queries


def density_radius(tree: cKDTree, queries) -> float:
    """Radius in metres that holds about 490 points on average."""
    low, high = 10.0, 20_000.0
    for _ in range(12):
        middle = (low + high) / 2
        found = tree.query_ball_point(queries[:2000], middle, return_length=True).mean()
        low, high = (middle, high) if found < 490 else (low, middle)
    return round(high)


def timed(work, runs=3):
    """Best of some runs, in seconds, and the last result."""
    best, result = float("inf"), None
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return best, result


def duckdb_join(link, folder: Path, points):
    """Point in polygon by DuckDB spatial, both tables loaded."""
    link.execute("SET threads = 2")
    link.register("points_view", {"x": points[:, 0].copy(), "y": points[:, 1].copy()})
    link.execute("CREATE OR REPLACE TABLE points AS SELECT ST_Point(x, y) AS geom FROM points_view")
    return timed(lambda: link.execute(
        "SELECT count(*) FROM points JOIN zones ON ST_Intersects(zones.geom, points.geom)").fetchone()[0], runs=2)


def postgis(folder: Path, points, queries, radius: float):
    """Nearest and count by PostGIS; the join of 2.5 million points takes it most of a minute and is not repeated."""
    given = os.environ.get("ESSAIM_TEST_POSTGIS")
    cluster = tempfile.mkdtemp(prefix="essaim-postgis.")
    started = subprocess.run(["sh", "tests/postgis/start.sh", cluster], stdout=subprocess.PIPE, text=True, check=False) if not given else None
    if started and started.returncode:
        print("SKIP: PostGIS absent (tests/postgis/start.sh)")
        return {}
    url = given or started.stdout.strip()
    try:
        return ask_postgis(url, folder, points, (queries, radius))
    finally:
        if not given:
            subprocess.run(["sh", "tests/postgis/stop.sh", cluster], check=False)


def ask_postgis(url: str, folder: Path, points, asked):
    queries, radius = asked

    def psql(sql, **kwargs):
        return subprocess.run(["psql", url, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql], check=True, text=True, capture_output=True, **kwargs).stdout
    psql("CREATE EXTENSION IF NOT EXISTS postgis; DROP TABLE IF EXISTS bench_points; CREATE TABLE bench_points (x float8, y float8)")
    csv = folder / "points.csv"
    np.savetxt(csv, points, delimiter=",", fmt="%.3f")
    with open(csv, encoding="ascii") as rows:
        psql("COPY bench_points FROM STDIN CSV", stdin=rows)
    psql("CREATE TABLE bench_geom AS SELECT ST_SetSRID(ST_Point(x, y), 2154) AS geom FROM bench_points;"
         "CREATE INDEX ON bench_geom USING gist (geom); ANALYZE bench_geom")
    some = queries[:1000]
    values = ",".join(f"(ST_SetSRID(ST_Point({x:.3f}, {y:.3f}), 2154))" for x, y in some)
    near = f"SELECT count(*) FROM (VALUES {values}) q(at), LATERAL (SELECT 1 FROM bench_geom ORDER BY geom <-> at LIMIT {K}) n"
    count = f"SELECT count(*) FROM (VALUES {values}) q(at), LATERAL (SELECT 1 FROM bench_geom WHERE ST_DWithin(geom, at, {radius})) n"
    result = {"nearest": timed(lambda: psql(near), 2)[0] / len(some) * 1e6, "count": timed(lambda: psql(count), 2)[0] / len(some) * 1e6}
    psql("DROP TABLE bench_points, bench_geom")
    return result


def line(name: str, ours: float, peers: dict, unit: str):
    told = ", ".join(f"{peer} {value:.3g} {unit} (×{value / ours:.1f})" for peer, value in peers.items())
    print(f"{name:<58} Essaim {ours:.3g} {unit} | {told}")


def main():
    program, parquet, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    link, points, queries = fixtures(parquet, folder)
    built, tree = timed(lambda: cKDTree(points), runs=1)
    radius = density_radius(tree, queries)
    ours = json.loads(subprocess.run([program, str(folder), str(radius), str(K)], check=True, capture_output=True, text=True).stdout)
    print(f"Essaim : index des zones {ours['zones_build_s']:.2f} s, index des points {ours['points_build_s']:.2f} s (cKDTree {built:.2f} s), "
          f"{ours['inside']} points dans une zone, {ours['boundary']} en limite ou recouvrement")
    link.execute("CREATE TABLE zones AS SELECT geometry AS geom FROM read_parquet(?)", [str(parquet)])
    join, pairs = duckdb_join(link, folder, points)
    held = ours["inside"] + ours["boundary"]
    assert held <= pairs <= held * 1.02, f"DuckDB finds {pairs} pairs, Essaim {held} points held"
    line(f"point dans polygone, {POINTS} points, 48 592 IRIS, 2 fils", ours["locate_s"], {"DuckDB": join}, "s")
    near, (distances, _) = timed(lambda: tree.query(queries, K, workers=1))
    assert abs(distances.sum() - ours["nearest_sum"]) < 1e-6 * distances.sum(), "nearest disagree with cKDTree"
    count, lengths = timed(lambda: tree.query_ball_point(queries, radius, return_length=True, workers=1))
    assert abs(int(lengths.sum()) - ours["count_sum"]) <= 5, "counts disagree with cKDTree"
    gis = postgis(folder, points, queries, radius)
    peers = {"cKDTree": near / QUERIES * 1e6} | ({"PostGIS": gis["nearest"]} if gis else {})
    line(f"{K} plus proches parmi {POINTS}, un fil", ours["nearest_us"], peers, "µs")
    peers = {"cKDTree": count / QUERIES * 1e6} | ({"PostGIS": gis["count"]} if gis else {})
    line(f"compte à moins de {radius:.0f} m ({lengths.mean():.0f} trouvés), un fil", ours["count_us"], peers, "µs")
    print(f"avec filtre : {K} plus proches {ours['nearest_filtered_us']:.2f} µs, compte {ours['count_filtered_us']:.2f} µs")


if __name__ == "__main__":
    main()
