#!/usr/bin/env python3
"""Counts the ESS of the demonstration in SQL, over its official-form files, and compares with the program.

    ESSAIM_BIN=… DEMO_DIR=… python3 tests/facts/count_perimeters.py

Every perimeter under every employer rule against the waterfall of `essaim ingest --cascade`; then, for the atlas
of the demonstration, the counts by commune and family against its own tables. Shares no code with the program:
csv and sqlite3 of the standard library, the reference tables, and the rules written again below.
"""

import csv
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "geodata/nomenclatures"
FOUR = ("associations", "cooperatives", "mutuelles", "fondations")
# Families, whether activities are excluded, categories that the perimeter leaves out of the table's families.
PERIMETERS = {
    "cress-employeurs": (FOUR, True, ()),
    "insee-elargi": ((*FOUR, "autres_opbnl"), True, ()),
    "loi-2014": ((*FOUR, "societes_commerciales_ess"), False, ("9210",)),
}
RULES = {
    "bande": "bande",
    "caractere": "caractere",
    "bande-ou-caractere": "(bande OR caractere)",
}
SELECTION = """
SELECT e.commune, c.famille, count(*)
FROM etablissements e JOIN unites u USING (siren) JOIN categories c ON c.code = u.categorie
WHERE e.etat = 'A' AND e.commune IN (SELECT commune FROM territoire)
  AND (c.dans_ess IN ('oui', 'famille5') OR (c.dans_ess = 'conditionnel' AND u.mention = 'O'))
  AND c.famille IN ({families}) AND c.code NOT IN ({out})
  AND ({keep_all} OR e.ape NOT IN (SELECT code FROM exclues)) AND {rule}
GROUP BY e.commune, c.famille ORDER BY 1, 2
"""


def rows(path, delimiter=","):
    with open(path, encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def load(sources):
    base = sqlite3.connect(":memory:")
    base.executescript("""
        CREATE TABLE etablissements (siren, commune, etat, ape, bande, caractere);
        CREATE TABLE unites (siren PRIMARY KEY, categorie, mention);
        CREATE TABLE categories (code PRIMARY KEY, famille, dans_ess);
        CREATE TABLE exclues (code PRIMARY KEY);
        CREATE TABLE territoire (commune PRIMARY KEY);
    """)
    no_band = ("", "NN", "00", "[ND]")
    base.executemany("INSERT INTO etablissements VALUES (?, ?, ?, ?, ?, ?)", (
        (r["siren"], r["codeCommuneEtablissement"], r["etatAdministratifEtablissement"],
         r["activitePrincipaleEtablissement"], r["trancheEffectifsEtablissement"] not in no_band,
         r["caractereEmployeurEtablissement"] == "O")
        for r in rows(sources / "StockEtablissement_utf8.csv")))
    base.executemany("INSERT INTO unites VALUES (?, ?, ?)", (
        (r["siren"], r["categorieJuridiqueUniteLegale"].zfill(4), r["economieSocialeSolidaireUniteLegale"])
        for r in rows(sources / "StockUniteLegale_utf8.csv")))
    base.executemany("INSERT INTO categories VALUES (?, ?, ?)", (
        (r["code"].zfill(4), r["famille"], r["dans_ess"]) for r in rows(TABLES / "categories_juridiques_ess.csv")))
    excluded = {r[c] for r in rows(TABLES / "ape_exclues_ess.csv") if r["decision"] == "exclue"
                for c in ("code_naf_rev2", "code_naf2025")}
    base.executemany("INSERT INTO exclues VALUES (?)", ((code,) for code in excluded))
    towns = {r["code_commune"] for r in rows(ROOT / "geodata/demonstration/communes.csv")
             if r.get("couronne", "") in ("", "non", "false", "0")}
    base.executemany("INSERT INTO territoire VALUES (?)", ((town,) for town in towns))
    return base


def count(base, perimeter, rule):
    families, exclude, out = PERIMETERS[perimeter]
    sql = SELECTION.format(
        families=", ".join(f"'{family}'" for family in families), out=", ".join(f"'{code}'" for code in out) or "''",
        keep_all=int(not exclude), rule=RULES[rule])
    return base.execute(sql).fetchall()


def of_program(program, sources, perimeter, rule):
    with tempfile.TemporaryDirectory() as folder:
        cascade = Path(folder) / "cascade.csv"
        subprocess.run([
            program, "ingest", "--atlas", Path(folder) / "atlas.gpkg", "--territoire", "ept:T10", "--fictif",
            "--etablissements", sources / "StockEtablissement_utf8.csv",
            "--unites-legales", sources / "StockUniteLegale_utf8.csv",
            "--geolocalisation", sources / "GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.csv",
            "--iris", sources / "iris.gpkg", "--communes", sources / "communes.gpkg",
            "--perimetre", perimeter, "--employeur", rule, "--cascade", cascade,
        ], check=True, stderr=subprocess.DEVNULL)
        return next(int(r["lignes"]) for r in rows(cascade) if (r["etape"], r["nature"]) == ("position", "gardee"))


def of_atlas(path):
    base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    return base.execute("""
        SELECT code_commune, famille, sum(n) FROM (
          SELECT code_commune, famille, 1 AS n FROM structures
          UNION ALL SELECT code_commune, famille, 1 FROM structures_non_localisees
          UNION ALL SELECT code_commune, famille, effectif FROM masques WHERE NOT couronne)
        GROUP BY 1, 2 ORDER BY 1, 2""").fetchall()


def main():
    demo, program = Path(os.environ["DEMO_DIR"]), os.environ["ESSAIM_BIN"]
    sources = demo / "sources"
    base = load(sources)
    failures = 0
    for perimeter in PERIMETERS:
        for rule in RULES:
            expected = sum(n for _, _, n in count(base, perimeter, rule))
            found = of_program(program, sources, perimeter, rule)
            failures += expected != found
            print(f"{perimeter:<18} {rule:<20} SQL {expected:>5}  essaim {found:>5}  {'=' if expected == found else '≠'}")
    expected, found = count(base, "cress-employeurs", "bande-ou-caractere"), of_atlas(demo / "pemb-demo.gpkg")
    failures += expected != found
    print(f"communes × familles : {len(expected)} cases, {'identiques' if expected == found else 'différentes'}")
    total = len(PERIMETERS) * len(RULES) + 1
    print(f"{total - failures} passed, {failures} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
