#!/usr/bin/env python3
"""Measures the web view: tiles on one core, and a million outlines in a browser.

    make bench-view

Takes the sample region's run, and for the million a run of 60 × 60 km whose outlines are drawn by lot.
Writes view.md and view.json beside this file.
"""

import datetime
import http.client
import json
import math
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Tests/Judges"))
from browser import Browser  # noqa: E402
from engine import machine  # noqa: E402

COUNT = 1_000_000
SIDE_M = 60_000


class Server:
    """A `mapwright view` of a run, on one core."""

    def __init__(self, program, run, *more, core="0"):
        self.process = subprocess.Popen(
            ["taskset", "-c", core, program, "view", str(run), "--port", "0", *more],
            stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().split(" is shown at ")[1].strip()
        self.host = self.address.split("/")[2]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)

    def memory(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(text.split("VmRSS:")[1].split()[0]) / 1000

    def processor_seconds(self):
        words = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / 100


def tile(longitude, latitude, z):
    n = 1 << z
    x = (longitude + 180) / 360 * n
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * n
    return x, y


def tiles(bounds, z):
    """The tiles of a level that meet bounds."""
    west, north = tile(bounds[0], bounds[3], z)
    east, south = tile(bounds[2], bounds[1], z)
    return [(z, x, y) for y in range(int(north), int(south) + 1) for x in range(int(west), int(east) + 1)]


def measure_tiles(program, run):
    """Median milliseconds of tiles, without a cache, one after the other on one connection."""
    rows = []
    with Server(program, run, "--cache-mb", "0") as server:
        connection = http.client.HTTPConnection(server.host)

        def get(path):
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, (path, answer.status, body[:200])
            return body

        description = json.loads(get("/run.json"))
        native = description["nativeLevel"]
        for layer in [layer["id"] for layer in description["layers"]] + ["footprints"]:
            if layer == "probability_contact":
                continue
            ending = "bin" if layer == "footprints" else "png"
            for z, what in [(native - 3, "overviews"), (native, "full size")]:
                paths = [f"/{layer}/{z}/{x}/{y}.{ending}" for z, x, y in tiles(description["bounds"], z)]
                for path in paths[:3]:
                    get(path)
                times, before = [], server.processor_seconds()
                for _ in range(max(1, 60 // len(paths))):
                    for path in paths:
                        start = time.perf_counter()
                        size = len(get(path))
                        times.append((time.perf_counter() - start) * 1000)
                spent = (server.processor_seconds() - before) * 1000 / len(times)
                rows.append({"layer": layer, "from": what, "tiles": len(times), "bytes": size,
                             "median_ms": round(statistics.median(times), 1),
                             "p95_ms": round(sorted(times)[int(len(times) * .95)], 1),
                             "cpu_ms": round(spent, 1)})
    return rows


def make_million(sample, folder):
    """A run's folder as large as a town of a million houses; nothing of it was mapped."""
    import geopandas
    import numpy
    import shapely

    run = folder / "million"
    shutil.copytree(sample, run, ignore=shutil.ignore_patterns("view-cache", "5-footprints"))
    (run / "5-footprints").mkdir()
    plan_file = run / "1-tiling/plan.json"
    plan = json.loads(plan_file.read_text())
    window, transform = plan["window"], plan["scenes"]["grid"]["transform"]
    west = transform["originX"] + window["x"] * transform["columnX"]
    north = transform["originY"] + window["y"] * transform["rowY"]
    window["width"] = window["height"] = int(SIDE_M / transform["columnX"])
    plan_file.write_text(json.dumps(plan))
    lot = numpy.random.default_rng(7)
    x = west + lot.uniform(20, SIDE_M - 20, COUNT)
    y = north - lot.uniform(20, SIDE_M - 20, COUNT)
    wide, tall, turn = lot.uniform(3, 9, COUNT), lot.uniform(3, 7, COUNT), lot.uniform(0, 3.2, COUNT)
    corners = numpy.empty((COUNT, 5, 2))
    for place, (a, b) in enumerate([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]):
        corners[:, place, 0] = x + a * wide * numpy.cos(turn) - b * tall * numpy.sin(turn)
        corners[:, place, 1] = y + a * wide * numpy.sin(turn) + b * tall * numpy.cos(turn)
    frame = geopandas.GeoDataFrame(
        {"id": [f"{n:x}" for n in range(COUNT)], "class": "building",
         "confidence": lot.uniform(.5, 1, COUNT).round(2), "area_in_meters": (4 * wide * tall).round(2)},
        geometry=shapely.polygons(corners), crs="EPSG:32736")
    frame.to_file(run / f"5-footprints/{plan['name']}_footprints.fgb", driver="FlatGeobuf",
                  engine="pyogrio")
    return run


def measure_million(program, run):
    """First paint, and the longest frame while the map is dragged and zoomed, in Chromium."""
    with Server(program, run, "--cache-mb", "0", core="0,1") as server:
        start = time.monotonic()
        connection = http.client.HTTPConnection(server.host, timeout=120)
        connection.request("GET", "/footprints/0/0/0.bin")
        connection.getresponse().read()
        ready = time.monotonic() - start
        found = {"index_s": round(ready, 2), "memory_mb": round(server.memory())}
        with Browser(1200, 800) as page:
            page.call("Page.addScriptToEvaluateOnNewDocument", source=FRAMES)
            start = time.monotonic()
            page.open(server.address)
            page.until("window.firstPaint > 0", 60)
            found["first_paint_ms"] = round(page.value("window.firstPaint"))
            page.until("isQuiet()", 60)
            found["all_tiles_ms"] = round(page.value("performance.now()"))
            for name, level in [("overview", None), ("middle", 13), ("corners", 17)]:
                if level:
                    page.value(f"View.map.setView(View.bounds.getCenter(), {level}, {{animate: false}}); null")
                page.until("isQuiet()", 60)
                page.value("worst = 0")
                for start, end in [((900, 600), (500, 200)), ((500, 200), (900, 600)),
                                   ((600, 400), (1100, 400)), ((1000, 700), (500, 300))]:
                    page.drag(start, end, 30)
                page.until("isQuiet()", 60)
                found[f"pan_{name}_worst_frame_ms"] = round(page.value("worst"))
            page.value("worst = 0")
            for value in range(0, 100, 5):
                page.value(f"setSure({value})")
            page.value("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
            found["slider_worst_frame_ms"] = round(page.value("worst"))
    return found


FRAMES = """
var worst = 0, last = performance.now();
window.firstPaint = 0;
requestAnimationFrame(function frame(now) {
  worst = Math.max(worst, now - last);
  last = now;
  if (!window.firstPaint && typeof View !== "undefined") {
    const layer = View.layers.find((layer) => layer.kind === "outlines");
    const tiles = layer ? Object.values(layer.tiles._tiles || {}) : [];
    if (tiles.some((tile) => tile.el.numbers && tile.el.numbers.length > 1)) window.firstPaint = now;
  }
  requestAnimationFrame(frame);
});
function isQuiet() {
  return View.layers.length > 0
    && View.layers.filter((layer) => layer.isOn).every((layer) => !layer.tiles.isLoading());
}
"""


def main():
    program = sys.argv[1]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mapwright-bench-"))
    try:
        sample = folder / "buildings"
        subprocess.run([program, "map", str(HERE.parent / "pipelines/buildings.yaml"), "--quiet",
                        "--out", str(sample)], check=True, stdout=subprocess.DEVNULL)
        rows = measure_tiles(program, sample)
        million = measure_million(program, make_million(sample, folder))
    finally:
        shutil.rmtree(folder)
    lines = ["# The web view, measured", "", f"`make bench-view` on {datetime.date.today()}; {machine()}.", "", "Tiles of the sample region, drawn anew "
             "each time, one after the other on one core.", "",
             "| layer | from | tiles | median ms | 95 % ms | CPU ms | bytes |", "|---|---|---|---|---|---|---|"]
    lines += [f"| {r['layer']} | {r['from']} | {r['tiles']} | {r['median_ms']} | {r['p95_ms']} | "
              f"{r['cpu_ms']} | {r['bytes']} |" for r in rows]
    lines += ["", "A million outlines over 60 × 60 km, in headless Chromium on the same two cores:", "",
              "| what | measured |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in million.items()]
    (HERE / "view.md").write_text("\n".join(lines) + "\n")
    (HERE / "view.json").write_text(json.dumps({"tiles": rows, "million": million}, indent=1) + "\n")
    print("\n".join(lines))


main()
