"""Times tiles of z8, z10 and z12, cold then warm: ours, and Martin's when two of its addresses are given (no cache, cache).

Cold is a tile that nobody has asked for: each request bears filters that admit everything, written in another order, so
that no answer is kept from the one before. Warm is the same tile again, by wrk.
"""

import itertools
import json
import math
import subprocess
import sys
import time
import urllib.request

OURS, *MARTIN = sys.argv[1:]
FAMILLES = ["associations", "cooperatives", "mutuelles", "fondations", "societes_commerciales_ess", "autres_opbnl"]
ORDERS = itertools.permutations(FAMILLES)
TIMES = 9
# The tile of Paris, the fullest of a national atlas, and one of the countryside. An atlas that does not hold them is
# measured at its middle.
PLACES = {"Paris": (2.35, 48.857), "Nevers": (3.16, 46.99)}
ASKED_MS = {8: 60.0, 10: 20.0, 12: 1.0}


def tile(lon, lat, z):
    side, angle = 2**z, math.radians(lat)
    return z, int((lon + 180) / 360 * side), int((1 - math.asinh(math.tan(angle)) / math.pi) / 2 * side)


def fetch(url):
    begun = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
        body = answer.read()
    return (time.perf_counter() - begun) * 1e3, len(body), answer.headers.get("ETag")


def ready(url):
    for _ in range(600):
        try:
            return fetch(url)
        except OSError:
            time.sleep(0.2)
    sys.exit(f"{url} ne répond pas")


def median(times):
    return sorted(times)[len(times) // 2]


def wrk(url):
    out = subprocess.run(["wrk", "-t2", "-c64", "-d5s", "-H", "Accept-Encoding: gzip", url], capture_output=True, text=True, check=True).stdout
    found = {line.split(":")[0].strip(): line.split()[1] for line in out.splitlines() if line.startswith(("Requests/sec", "Transfer/sec"))}
    return float(found["Requests/sec"]), found["Transfer/sec"]


def main():
    ready(f"{OURS}/readyz")
    described = json.load(urllib.request.urlopen(f"{OURS}/tiles/structures"))
    ready(f"{OURS}/tiles/structures/0/0/0.mvt")
    time.sleep(3)
    counts = json.load(urllib.request.urlopen(f"{OURS}/collections/structures"))
    print(f"{counts['itemCount']} points ; une à une à partir du zoom {described['structures_une_a_une']}")
    west, south, east, north = described["bounds"]
    places = {name: (lon, lat) for name, (lon, lat) in PLACES.items() if west < lon < east and south < lat < north}
    places = places or {"milieu": tuple(described["center"][:2])}
    if MARTIN:
        ready(MARTIN[0])
    # Everything cold first: a peer that still answers what wrk left it with is not to be timed.
    for name, place in places.items():
        for z in (8, 10, 12):
            at = "/".join(map(str, tile(*place, z)))
            cold = [fetch(f"{OURS}/tiles/structures/{at}.mvt?famille={','.join(next(ORDERS))}") for _ in range(TIMES)]
            ours = median([taken for taken, *_ in cold])
            line = f"à froid {name} z{z:<4}{ours:9.2f} ms {cold[0][1]:>9} octets"
            if MARTIN:
                taken = [fetch(f"{MARTIN[0]}/{at}") for _ in range(3 if z < 10 else TIMES)]
                theirs = median([each for each, *_ in taken])
                line += f"   Martin {theirs:9.2f} ms {taken[0][1]:>9} octets   rapport {theirs / ours:.1f}"
            print(line, "" if ours <= ASKED_MS[z] else f"  (demandé : {ASKED_MS[z]:.0f} ms)", flush=True)
    for name, place in places.items():
        for z in (12, 10):
            at = "/".join(map(str, tile(*place, z)))
            for who, url in (("nôtre", f"{OURS}/tiles/structures/{at}.mvt"), *(("Martin", f"{base}/{at}") for base in MARTIN[1:])):
                try:
                    size = fetch(url)[1]
                except OSError as refused:
                    print(f"à chaud {name} z{z:<4} {who:<7} ne répond pas : {refused}", flush=True)
                    continue
                print(f"à chaud {name} z{z:<4} {who:<7} {'{:.0f}/s {}'.format(*wrk(url)):>24} {size:>9} octets", flush=True)


main()
