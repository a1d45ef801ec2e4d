"""Lambert-93 and plane geometry, written apart from the service so that both cannot share an error."""

import math

E, A = 0.0818191910428158, 6378137.0  # GRS80


def _isometric(phi):
    s = E * math.sin(phi)
    return math.log(math.tan(math.pi / 4 + phi / 2) * ((1 - s) / (1 + s)) ** (E / 2))


def _radius(phi):
    return A * math.cos(phi) / math.sqrt(1 - (E * math.sin(phi)) ** 2)


PHI0, PHI1, PHI2 = map(math.radians, (46.5, 44.0, 49.0))
N = math.log(_radius(PHI2) / _radius(PHI1)) / (_isometric(PHI1) - _isometric(PHI2))
C = _radius(PHI1) / N * math.exp(N * _isometric(PHI1))
Y0 = 6_600_000 + C * math.exp(-N * _isometric(PHI0))


def lambert93(lon, lat):
    """Lambert conformal conic with two parallels (IGN, NTG_71)."""
    reach, angle = C * math.exp(-N * _isometric(math.radians(lat))), N * math.radians(lon - 3)
    return 700_000 + reach * math.sin(angle), Y0 - reach * math.cos(angle)


def rings(geometry):
    """Rings of a GeoJSON MultiPolygon in CRS84, projected."""
    return [[lambert93(*corner[:2]) for corner in ring] for polygon in geometry["coordinates"] for ring in polygon]


def inside(p, outline):
    crossings = 0
    for ring in outline:
        for a, b in zip(ring, ring[1:]):
            if (a[1] > p[1]) != (b[1] > p[1]):
                crossings += p[0] < a[0] + (p[1] - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
    return crossings % 2 == 1


def border_distance(p, outline):
    return min(_to_segment(p, a, b) for ring in outline for a, b in zip(ring, ring[1:]))


def area(outline):
    """Shoelace, holes wound the other way."""
    return sum(a[0] * b[1] - b[0] * a[1] for ring in outline for a, b in zip(ring, ring[1:])) / 2


def _to_segment(p, a, b):
    vx, vy = b[0] - a[0], b[1] - a[1]
    squared = vx * vx + vy * vy
    along = 0 if squared == 0 else max(0, min(1, ((p[0] - a[0]) * vx + (p[1] - a[1]) * vy) / squared))
    return math.hypot(p[0] - a[0] - along * vx, p[1] - a[1] - along * vy)
