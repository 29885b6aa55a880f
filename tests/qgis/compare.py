#!/usr/bin/env python3
"""Whether QGIS draws the shipped styles as MapLibre GL JS does: each from its address
(`?profile=qgis`), from its layer definition (`.qlr`) and from the images that the server draws, as the
guide for members tells it, in the real QGIS, without a screen.

It fails where QGIS could not convert something that the style did not say itself that it had
dropped, where a rule lost its filter, and where a picture is another. Pictures are compared coarsely:
labels stand elsewhere in QGIS, lines are smoothed otherwise. Writes target/images/qgis-*.png, each
style from its layer definition at three zooms, by day above and by night below, to be looked at
beside the browser's target/images/style-*.png (`make screenshots`). Arguments name some of the styles.

Run by `make test-qgis`, with the Python that Debian's python3-qgis is for.
"""

import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.request

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (  # noqa: E402
    Qgis, QgsApplication, QgsCoordinateReferenceSystem, QgsLayerDefinition, QgsMapRendererParallelJob,
    QgsMapSettings, QgsMapBoxGlStyleConversionContext, QgsMapBoxGlStyleConverter, QgsProject, QgsReadWriteContext,
    QgsRasterLayer, QgsRectangle, QgsVectorTileLayer)
from qgis.PyQt.QtCore import QByteArray, QSize, Qt  # noqa: E402
from qgis.PyQt.QtGui import QColor, QFontDatabase, QImage, QPainter  # noqa: E402
from qgis.PyQt.QtXml import QDomDocument  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMAGES = ROOT / "target/images"
WIDTH, HEIGHT, GAP = 480, 360, 4
# Each style's views, zoom/latitude/longitude: those of viewer/tests/styles.mjs.
STYLES = json.loads((ROOT / "viewer/tests/styles.json").read_text())
NIGHT = "-sombre"
# The mean difference of pictures of 24x18 pixels, of 255.
MOST = 10.0
EARTH = 20037508.342789244


class Server:
    def __enter__(self):
        binary = os.environ.get("TUILERIE", ROOT / "target/debug/tuilerie")
        self.process = subprocess.Popen([binary, "demo", "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if found := re.search(r"listening on (http://\S+)", line):
                self.address = found[1]
                break
        else:
            raise SystemExit("the server ended at once")
        # What it says must not fill the pipe.
        subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL)
        while True:
            try:
                self.get("/health/ready")
                return self
            except OSError:
                pass

    def get(self, path: str) -> bytes:
        return urllib.request.urlopen(self.address + path).read()

    def __exit__(self, *_):
        self.process.kill()


def extent(place: str) -> QgsRectangle:
    """What a map of this size shows around a place, in metres of Web Mercator."""
    zoom, latitude, longitude = map(float, place.split("/"))
    x = longitude / 180 * EARTH
    y = math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)) / math.pi * EARTH
    metre = 2 * EARTH / (512 * 2**zoom)
    return QgsRectangle(x - WIDTH / 2 * metre, y - HEIGHT / 2 * metre, x + WIDTH / 2 * metre, y + HEIGHT / 2 * metre)


def draw(layers, place: str, ground: QColor) -> QImage:
    settings = QgsMapSettings()
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setLayers(layers)
    settings.setOutputSize(QSize(WIDTH, HEIGHT))
    settings.setOutputDpi(96)
    settings.setExtent(extent(place))
    settings.setBackgroundColor(ground)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def ground(style: dict) -> QColor:
    written = next(layer["paint"]["background-color"] for layer in style["layers"] if layer["type"] == "background")
    parts = re.findall(r"\d+", written)[:3] if written.startswith("rgb") else None
    return QColor(*map(int, parts)) if parts else QColor(written)


def sheet(rows: list[list[QImage]]) -> QImage:
    whole = QImage(len(rows[0]) * (WIDTH + GAP) - GAP, len(rows) * (HEIGHT + GAP) - GAP, QImage.Format_RGB32)
    whole.fill(Qt.white)
    painter = QPainter(whole)
    for row, pictures in enumerate(rows):
        for column, picture in enumerate(pictures):
            painter.drawImage(column * (WIDTH + GAP), row * (HEIGHT + GAP), picture)
    painter.end()
    return whole


def from_address(server: Server, id: str, style: dict) -> tuple[QgsVectorTileLayer, list[str]]:
    """As QGIS itself does with the address of a style: sprites first, then the layers."""
    context = QgsMapBoxGlStyleConversionContext()
    sprite = QImage.fromData(QByteArray(urllib.request.urlopen(style["sprite"] + "@2x.png").read()))
    context.setSprites(sprite, json.loads(urllib.request.urlopen(style["sprite"] + "@2x.json").read()))
    converter = QgsMapBoxGlStyleConverter()
    if converter.convert(style, context) != QgsMapBoxGlStyleConverter.Success:
        raise SystemExit(f"{id}: {converter.errorMessage()}")
    (source,) = style["sources"].values()
    address = source["tiles"][0].replace("{", "%7B").replace("}", "%7D")
    layer = QgsVectorTileLayer(f"type=xyz&url={address}&zmin={source['minzoom']}&zmax={source['maxzoom']}", id)
    layer.setRenderer(converter.renderer())
    layer.setLabeling(converter.labeling())
    lost = [warning for warning in converter.warnings() if "font" not in warning.lower()]
    filtered = {written["id"] for written in style["layers"] if "filter" in written}
    rules = list(converter.renderer().styles()) + (list(converter.labeling().styles()) if converter.labeling() else [])
    lost += [f"{rule.styleName()} has no filter" for rule in rules
             if rule.styleName() in filtered and not rule.filterExpression()]
    return layer, lost


def from_definition(server: Server, id: str) -> tuple[list, list[str]]:
    document = QDomDocument()
    document.setContent(QByteArray(server.get(f"/styles/{id}.qlr")))
    layers = QgsLayerDefinition.loadLayerDefinitionLayers(document, QgsReadWriteContext())
    QgsProject.instance().addMapLayers(layers, False)
    wrong = [] if layers and all(layer.isValid() for layer in layers) else ["the layer definition gives no layer"]
    for layer in layers:
        for rule in layer.renderer().styles():
            if rule.symbol() is None:
                wrong.append(f"{rule.styleName()} has no symbol")
    return layers, wrong


def from_images(server: Server, id: str) -> tuple[QgsRasterLayer, list[str]]:
    """As a connection of XYZ tiles of high resolution."""
    address = f"{server.address}/styles/{id}/256/%7Bz%7D/%7Bx%7D/%7By%7D@2x.png"
    layer = QgsRasterLayer(f"type=xyz&url={address}&zmin=0&zmax=22&tilePixelRatio=2", id, "wms")
    return layer, [] if layer.isValid() else ["its images are no layer"]


def difference(one: QImage, other: QImage) -> float:
    def coarse(image):
        small = image.scaled(24, 18, Qt.IgnoreAspectRatio, Qt.SmoothTransformation)
        return [channel for y in range(18) for x in range(24) for channel in QColor(small.pixel(x, y)).getRgb()[:3]]
    pairs = list(zip(coarse(one), coarse(other)))
    return sum(abs(a - b) for a, b in pairs) / len(pairs)


def compare(server: Server, id: str, places: list[str], folder: str) -> tuple[list[QImage], list[str]]:
    """Prints a row of the table. The pictures from the layer definition, and what is wrong."""
    style = json.loads(server.get(f"/styles/{id}?profile=qgis"))
    layer, lost = from_address(server, id, style)
    layers, wrong = from_definition(server, id)
    images, invalid = from_images(server, id)
    pictures, differences = [], {"address": [], "definition": [], "images": []}
    for place in places:
        web = QImage(f"{folder}/{id}@{place.split('/')[0]}.png")
        differences["address"].append(difference(web, draw([layer], place, ground(style))))
        pictures.append(draw(layers, place, ground(style)))
        differences["definition"].append(difference(web, pictures[-1]))
        differences["images"].append(difference(web, draw([images], place, ground(style))))
    omissions = style["metadata"]["tuilerie:omitted"]
    omitted = sorted({f"{omission['layer']} {omission.get('property', '')}".strip() for omission in omissions})
    figures = [" ".join(f"{by:.1f}" for by in all) for all in differences.values()]
    print(f"| {id} | {len(style['layers'])} | {' | '.join(figures)} | {', '.join(omitted)} |", flush=True)
    wrong = [f"{id}: {what}" for what in lost + wrong + invalid]
    for of, all in differences.items():
        wrong += [f"{id} at {place}: the picture of its {of} is another ({by:.1f} of 255)"
                  for place, by in zip(places, all) if by > MOST]
    return pictures, wrong


def main():
    wanted = sys.argv[1:] or list(STYLES)
    application = QgsApplication([], False)
    application.initQgis()
    for font in (ROOT / "viewer/dist/fonts").rglob("*.[ot]tf"):
        QFontDatabase.addApplicationFont(str(font))
    print(f"QGIS {Qgis.QGIS_VERSION}; mean differences from MapLibre GL JS's pictures at three zooms, of 255\n")
    print("| style | layers | address | .qlr | images | dropped, as it says itself |\n|---|--:|--:|--:|--:|---|")
    failures = []
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        views = [f"{id}{time}@{place}" for id in wanted for time in ("", NIGHT) for place in STYLES[id]]
        subprocess.run(["node", ROOT / "viewer/tests/views.mjs", server.address, folder, str(WIDTH), str(HEIGHT), *views],
                       check=True)
        for id in wanted:
            rows = []
            for time in ("", NIGHT):
                pictures, wrong = compare(server, id + time, STYLES[id], folder)
                rows.append(pictures)
                failures += wrong
            IMAGES.mkdir(parents=True, exist_ok=True)
            sheet(rows).save(str(IMAGES / f"qgis-{id}.png"))
    print("\n".join(["", *failures]))
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
