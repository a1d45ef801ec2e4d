#!/usr/bin/env python3
"""Draws our vector tiles in QGIS with our styles, and reads them with GDAL: every class and family keeps its colour.

check_tiles.py BASE_URL, with Debian's Python, where qgis.core and osgeo live. Says SKIP for a client that is absent.
"""

import math
import os
import sys
import tempfile
import urllib.parse
import urllib.request

from check_service import BASE, Report, ask, matched

TILE = (2.47, 48.835)  # in the middle of the demonstration
ZOOM = 13  # of the view drawn, as QGIS chooses it
FAMILIES = ("associations", "cooperatives", "mutuelles", "fondations", "societes_commerciales_ess", "autres_opbnl")


def tile_at(lon, lat, z):
    side, angle = 2**z, math.radians(lat)
    return int((lon + 180) / 360 * side), int((1 - math.asinh(math.tan(angle)) / math.pi) / 2 * side)


def check_qgis(report):
    try:
        from qgis.core import QgsApplication
    except ImportError:
        report.skip("QGIS (python3-qgis) absent")
        return
    application = QgsApplication([], False)
    application.initQgis()
    try:
        for style in ask("/styles")["styles"]:
            check_style(report, style["id"])
    finally:
        application.exitQgis()


def check_style(report, style):
    from qgis.core import QgsVectorTileLayer

    document = ask(f"/styles/{style}")
    source = document["sources"]["essaim"]
    query = {
        "type": "xyz", "url": urllib.parse.quote(source["tiles"][0], safe=":/{}"), "zmin": source["minzoom"], "zmax": source["maxzoom"],
        "styleUrl": urllib.parse.quote(f"{BASE}/styles/{style}", safe=":/"),
    }
    layer = QgsVectorTileLayer("&".join(f"{name}={value}" for name, value in query.items()), style)
    report.check(f"QGIS, style {style}, valide", layer.isValid(), True)
    _, loaded = layer.loadDefaultStyle()
    report.check(f"QGIS, style {style}, lu", loaded, True)
    names = [each.styleName() for each in layer.renderer().styles()]
    # QGIS names the background itself.
    report.check(f"QGIS, style {style}, couches", names[1:], [each["id"] for each in document["layers"][1:]])
    wanted = [each for each in document["layers"][1:] if each.get("minzoom", 0) <= ZOOM < each.get("maxzoom", 99)]
    drawn = colours(layer)
    for each in wanted:
        # Only what this view holds can be seen: at this zoom points are drawn one by one.
        colour = each["paint"].get("fill-color") or (each["paint"].get("circle-color") if "-numero" in each["id"] else None)
        family = each["id"].removesuffix("-numero")
        if colour is None or (family in FAMILIES and matched("structures", f"&famille={family}&qualite_position=numero") < 5):
            continue
        opacity = each["paint"].get("fill-opacity", 1)
        report.check(f"QGIS, style {style}, {each['id']} dessinée en {colour}", near(drawn, colour, opacity), True)


def colours(layer):
    """Colours of the demonstration's territory drawn on white, and how many pixels have each."""
    from collections import Counter

    from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsMapRendererParallelJob, QgsMapSettings
    from qgis.core import QgsProject, QgsRectangle
    from qgis.PyQt.QtCore import QSize
    from qgis.PyQt.QtGui import QColor

    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(1200, 900))
    settings.setBackgroundColor(QColor("white"))
    mercator = QgsCoordinateReferenceSystem("EPSG:3857")
    settings.setDestinationCrs(mercator)
    to_mercator = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), mercator, QgsProject.instance())
    settings.setExtent(to_mercator.transformBoundingBox(QgsRectangle(2.39, 48.78, 2.58, 48.88)))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    if out := os.environ.get("ESSAIM_IMAGES"):
        image.save(os.path.join(out, f"qgis-tuiles-{layer.name()}.png"))
    return Counter(image.pixel(x, y) & 0xFFFFFF for x in range(image.width()) for y in range(image.height()))


def near(drawn, colour, opacity):
    """The colour, mixed with the white of the paper or with the grey under it, on at least a few pixels."""
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    mixed = [round(part * opacity + 255 * (1 - opacity)) for part in wanted]

    def close(pixel):
        return all(abs((pixel >> shift & 255) - part) <= 4 for shift, part in zip((16, 8, 0), mixed))

    return sum(count for pixel, count in drawn.items() if close(pixel)) >= 8


def check_gdal(report):
    try:
        from osgeo import gdal, ogr
    except ImportError:
        report.skip("GDAL (python3-gdal) absent")
        return
    gdal.UseExceptions()
    z = 11
    x, y = tile_at(*TILE, z)
    with urllib.request.urlopen(f"{BASE}/tiles/structures,communes,iris/{z}/{x}/{y}.mvt") as answer:
        body = answer.read()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tuile.mvt")
        with open(path, "wb") as file:
            file.write(body)
        source = gdal.OpenEx(path, gdal.OF_VECTOR, allowed_drivers=["MVT"], open_options=[f"X={x}", f"Y={y}", f"Z={z}"])
        layers = {source.GetLayer(i).GetName(): source.GetLayer(i) for i in range(source.GetLayerCount())}
        report.check("GDAL, couches de la tuile", sorted(layers), ["communes", "iris", "structures"])
        for name, layer in layers.items():
            fields = {layer.GetLayerDefn().GetFieldDefn(i).GetName(): layer.GetLayerDefn().GetFieldDefn(i).GetType()
                      for i in range(layer.GetLayerDefn().GetFieldCount())}
            report.check(f"GDAL, {name}, effectifs entiers", fields.get("structures"), ogr.OFTInteger)
            code = "siret" if name == "structures" else "code"
            report.check(f"GDAL, {name}, codes en texte", fields.get(code), ogr.OFTString)
            rows = [(row.GetGeometryRef().Clone(), row.GetField(code)) for row in layer]
            report.check(f"GDAL, {name}, des objets", len(rows) > 3, True)
            if name != "structures":
                # Snapping to the grid may make a ring touch itself: still a polygon that every renderer fills.
                report.check(f"GDAL, {name}, aires", all(geometry.GetArea() > 0 for geometry, _ in rows), True)


def main():
    if not BASE:
        print("usage : check_tiles.py BASE_URL")
        return 2
    report = Report()
    check_qgis(report)
    check_gdal(report)
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
