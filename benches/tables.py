"""DuckDB's group-by on the rows of tables.sh. Called by it: columns, and what Essaim measured (JSON)."""

import json
import sys
import time

import duckdb

RUNS = 5


def main():
    columns, ours = sys.argv[1], json.loads(sys.argv[2])
    link = duckdb.connect()
    # Enumerations: its fastest form for texts that repeat.
    link.execute("CREATE TABLE brut AS SELECT * FROM read_csv(?, delim = ';', all_varchar = true)", [columns])
    for name in ["commune", "famille", "secteur", "tranche"]:
        link.execute(f"CREATE TYPE t_{name} AS ENUM (SELECT DISTINCT coalesce({name}, '') FROM brut)")
    link.execute("CREATE TABLE s AS SELECT commune::t_commune AS commune, famille::t_famille AS famille,"
                 " secteur::t_secteur AS secteur, coalesce(tranche, '')::t_tranche AS tranche FROM brut")
    peers = {}
    for table in ["brut", "s"]:
        query = f"CREATE OR REPLACE TEMP TABLE r AS SELECT commune, famille, secteur, tranche, count(*) AS n FROM {table} GROUP BY ALL"
        best = float("inf")
        for _ in range(RUNS):
            start = time.perf_counter()
            link.execute(query)
            best = min(best, time.perf_counter() - start)
        groups = link.execute("SELECT count(*) FROM r").fetchone()[0]
        peers[table] = (best * 1e3, groups)
    if peers["s"][1] != ours["groupes"]:
        sys.exit(f"groupes différents : {ours['groupes']} et {peers['s'][1]}")
    for name, value in ours.items():
        print(f"{name} : {value:.1f}" if isinstance(value, float) else f"{name} : {value}")
    print(f"duckdb {duckdb.__version__} énumérations : {peers['s'][0]:.1f} ms ; textes : {peers['brut'][0]:.1f} ms")
    print(f"rapport (duckdb énumérations / comptage) : {peers['s'][0] / ours['comptage_ms']:.2f}")


main()
