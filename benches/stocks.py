#!/usr/bin/env python3
"""Stocks of any size for measures: the rows of a synthetic territory, again and again under other numbers.

    stocks.py SOURCES OUT --establishments N [--elsewhere PERCENT]

The files keep their official headers and forms. Three copies in ten are a second establishment of the unit before
them, so that units are seven tenths of establishments. A share of the copies moves to communes elsewhere in France.
"""

import argparse
import csv
import io
import pathlib

ESTABLISHMENTS = "StockEtablissement_utf8.csv"
UNITS = "StockUniteLegale_utf8.csv"
POINTS = "GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.csv"


def luhn_table(first_doubled: bool) -> list[int]:
    """Luhn sums of four digits, by their value; the last digit is doubled or not."""
    doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]

    def total(value: int) -> int:
        digits = [value // 10**rank % 10 for rank in range(4)]
        return sum(doubled[d] if (rank % 2 == 0) == first_doubled else d for rank, d in enumerate(digits))

    return [total(value) for value in range(10_000)]


DOUBLED, PLAIN = luhn_table(True), luhn_table(False)


def siren(number: int) -> str:
    high, low = divmod(number, 10_000)
    check = -(DOUBLED[high] + DOUBLED[low]) % 10
    return f"{high:04}{low:04}{check}"


def nic(unit: str, rank: int) -> str:
    """Five digits that make SIREN + NIC pass Luhn: the SIREN stands at odd ranks, the four digits of the NIC too."""
    number, last = int(unit[:8]), int(unit[8])
    high, low = divmod(number, 10_000)
    doubled = last * 2 - 9 if last > 4 else last * 2
    check = -(PLAIN[high] + PLAIN[low] + doubled + DOUBLED[rank]) % 10
    return f"{rank:04}{check}"


def line(fields: list[str], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerow(fields)
    return text.getvalue()


def read(path: pathlib.Path, delimiter: str = ",") -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter=delimiter)
    return header, rows


def templates(sources: pathlib.Path) -> tuple[dict, list]:
    """Headers, and for each establishment the ends of its rows, here and elsewhere."""
    headers: dict[str, str] = {}
    header, units = read(sources / UNITS)
    headers[UNITS] = line(header)
    unit_of = {row[0]: line(row[1:]) for row in units}
    header, points = read(sources / POINTS, ";")
    headers[POINTS] = line(header, ";")
    point_of = {row[0]: line(row[1:], ";") for row in points}
    header, rows = read(sources / ESTABLISHMENTS)
    headers[ESTABLISHMENTS] = line(header)
    commune = header.index("codeCommuneEtablissement")
    found = []
    for rank, row in enumerate(rows):
        if row[0] not in unit_of:
            continue
        moved = list(row)
        moved[commune] = f"{1 + rank % 19:02}{1 + rank % 400:03}"
        found.append((line(row[3:]), line(moved[3:]), unit_of[row[0]], point_of.get(row[2])))
    return headers, found


def write(arguments: argparse.Namespace) -> None:
    headers, rows = templates(arguments.sources)
    arguments.out.mkdir(parents=True, exist_ok=True)
    files = {name: (arguments.out / name).open("w", encoding="utf-8") for name in headers}
    for name, header in headers.items():
        files[name].write(header)
    establishments, units, points = files[ESTABLISHMENTS], files[UNITS], files[POINTS]
    number, written, copy = 10_000_000, 0, 0
    while written < arguments.establishments:
        second = copy % 10 in (2, 5, 8)
        number = number - len(rows) if second else number
        for rank, (here, elsewhere, unit, point) in enumerate(rows[: arguments.establishments - written]):
            text = siren(number)
            end = nic(text, 2 if second else 1)
            number += 1
            # 37 has no common factor with 100: the share holds in every copy.
            moved = (rank * 37 + copy) % 100 < arguments.elsewhere
            establishments.write(f"{text},{end},{text}{end},{elsewhere if moved else here}")
            if not second:
                units.write(f"{text},{unit}")
            if point is not None:
                points.write(f"{text}{end};{point}")
            written += 1
        copy += 1
    for file in files.values():
        file.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--establishments", type=int, required=True)
    parser.add_argument("--elsewhere", type=int, default=0, help="percent of the rows moved out of the territory")
    write(parser.parse_args())
