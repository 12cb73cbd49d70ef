"""Looks at the web view's pages in a headless Chromium, as a person would.

    view.py check    PROGRAM GOLDENS [--record]   sees that everything is there, in its colours
    view.py pictures PROGRAM FOLDER               draws the pictures of the README

PROGRAM is a mapwright with the web view. Everything is of the drawn sample region.
"""

import io
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

import numpy
from PIL import Image

from browser import Browser

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUIET = """View.layers.length > 0 && View.layers.filter((layer) => layer.isOn)
  .every((layer) => !layer.tiles.isLoading())"""
problems = []


def expect(is_so, words):
    print(("ok   " if is_so else "FAIL ") + words)
    if not is_so:
        problems.append(words)


class Server:
    def __init__(self, program, run):
        self.process = subprocess.Popen([program, "view", str(run), "--port", "0"],
                                        stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().split(" is shown at ")[1].strip()
        self.root = self.address.split("/?")[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)

    def get(self, path):
        with urllib.request.urlopen(self.root + path) as answer:
            return json.load(answer)


def map_sample(program, folder, pipeline="buildings", *more):
    subprocess.run([program, "map", str(ROOT / f"pipelines/{pipeline}.yaml"), "--quiet", "--out",
                    str(folder), *more], check=True, stdout=subprocess.DEVNULL)


def pixels(page):
    picture = page.call("Page.captureScreenshot", format="png")
    import base64
    return numpy.asarray(Image.open(io.BytesIO(base64.b64decode(picture["data"]))).convert("RGB")).astype(int)


def show(page, layers, place=None, more=""):
    """Shows some layers alone, opaque, at a place (longitude, latitude, level)."""
    page.value("View.layers.forEach((layer) => { switchLayer(layer, %s.includes(layer.id));"
               "layer.tiles.setOpacity(1); })" % json.dumps(layers))
    if place:
        page.value(f"View.map.setView([{place[1]}, {place[0]}], {place[2]}, {{animate: false}}); null")
    if more:
        page.value(more)
    settle(page)


def settle(page):
    page.until(QUIET, 60)
    page.value("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 120)))")


def point(page, longitude, latitude):
    place = page.value("(() => { const p = View.map.latLngToContainerPoint("
                       f"[{latitude}, {longitude}]); return [p.x, p.y]; }})()")
    return int(place[0]), int(place[1])


def read_pixels(files, places, radius=2):
    """What Debian's GDAL reads around places: for each, the bands' windows; None where nothing is."""
    script = """
import json, sys
from osgeo import gdal, osr
gdal.UseExceptions()
files, places, radius = json.load(sys.stdin)
found = [None] * len(places)
for file in files:
    data = gdal.Open(file)
    way = osr.SpatialReference(); way.ImportFromEPSG(4326)
    way.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    there = data.GetSpatialRef(); there.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    carry = osr.CoordinateTransformation(way, there)
    inverse = gdal.InvGeoTransform(data.GetGeoTransform())
    for number, (x, y) in enumerate(places):
        gx, gy, _ = carry.TransformPoint(x, y)
        column, row = (int(v) for v in gdal.ApplyGeoTransform(inverse, gx, gy))
        side = 2 * radius + 1
        if found[number] or not (radius <= column < data.RasterXSize - radius
                                 and radius <= row < data.RasterYSize - radius):
            continue
        found[number] = [data.GetRasterBand(band + 1).ReadAsArray(
            column - radius, row - radius, side, side).tolist() for band in range(min(3, data.RasterCount))]
json.dump(found, sys.stdout)
"""
    ended = subprocess.run(["/usr/bin/python3", "-c", script], text=True, capture_output=True, check=True,
                           input=json.dumps([[str(f) for f in files], places, radius]))
    return json.loads(ended.stdout)


def check_colors(page, run, bounds, level):
    west, south, east, north = bounds
    lot = random.Random(7)
    places = [(lot.uniform(west, east), lot.uniform(south, north)) for _ in range(400)]
    scenes = read_pixels(sorted((ROOT / "sample-data/scenes").glob("*.tif")), places)
    classes = read_pixels([run / "4-mosaicking/buildings_class.tif"], places)
    # Places where nothing changes within two pixels: there a colour is known.
    calm = [(place, numpy.array(window).mean((1, 2)), classes[number][0][2][2])
            for number, (place, window) in enumerate(zip(places, scenes))
            if window and classes[number] and numpy.array(window).std((1, 2)).max() < 5
            and numpy.array(classes[number]).std() == 0 and numpy.array(window).min() > 0]
    buildings = [entry for entry in calm if entry[2] == 1][:6]
    chosen = buildings + [entry for entry in calm if entry[2] == 0][:6]
    expect(len(buildings) >= 3 and len(chosen) >= 8, f"there are calm places: {len(chosen)}")
    wrong = []
    for (x, y), color, value in chosen:
        show(page, ["imagery"], (x, y, level + 1))
        column, row = point(page, x, y)
        seen = pixels(page)[row, column]
        if abs(seen - color).max() > 14:
            wrong.append(f"imagery at {x:.6f} {y:.6f}: {seen} for {color}")
        show(page, ["class"], None)
        seen = pixels(page)[row, column]
        wanted = [228, 87, 46] if value == 1 else ground(page)
        if abs(seen - numpy.array(wanted)).max() > 3:
            wrong.append(f"class at {x:.6f} {y:.6f}: {seen} for {wanted}")
    expect(not wrong, f"imagery and classes have their colours in {len(chosen)} places {wrong}")


def ground(page):
    text = page.value("getComputedStyle(document.getElementById('map')).backgroundColor")
    return [int(float(v)) for v in text[text.index("(") + 1:-1].split(",")[:3]]


def outlines(run):
    import geopandas
    frame = geopandas.read_file(run / "5-footprints/buildings_footprints.fgb", engine="pyogrio")
    inside = frame.geometry.buffer(-1.5)
    frame["inner"] = inside.representative_point().to_crs(4326)
    return frame[~inside.is_empty]


def check_outlines(page, run, level):
    frame = outlines(run).sort_values("confidence")
    low, high = frame.iloc[len(frame) // 10], frame.iloc[-1]
    base = numpy.array(ground(page))
    tinted = base + (numpy.array([228, 87, 46]) - base) * 0.25
    for name, row in [("an unsure outline", low), ("a sure outline", high)]:
        x, y = row.inner.x, row.inner.y
        show(page, ["footprints"], (x, y, level + 1), "setSure(0)")
        column, line = point(page, x, y)
        seen = pixels(page)[line, column]
        expect(abs(seen - tinted).max() <= 3, f"{name} has its colour: {seen} for {tinted}")
        step = int(row.confidence * 20) * 5
        for value, wanted, words in [(step, tinted, "leaves"), (step + 5, base, "takes away")]:
            page.value(f"setSure({value})")
            settle(page)
            seen = pixels(page)[line, column]
            expect(abs(seen - wanted).max() <= 3, f"the slider {words} {name} at {value}: {seen}")
    page.value("setSure(0)")
    x, y = high.inner.x, high.inner.y
    column, line = point(page, x, y)
    page.click(column, line)
    page.until("document.querySelector('.leaflet-popup-content')")
    text = page.value("document.querySelector('.leaflet-popup-content').innerText")
    expect(high["id"] in text and "confidence" in text, "a click tells an outline's attributes")
    settle(page)
    page.value("View.map.closePopup(); null")


def check_swipe(page, run, level):
    frame = outlines(run)
    row = frame.iloc[frame.geometry.area.argmax()]
    x, y = row.inner.x, row.inner.y
    show(page, ["class"], (x, y, level))
    column, line = point(page, x, y)
    page.key("s")
    settle(page)
    at = page.value("View.swipeAt")
    expect(at == 0.5, f"a key begins to swipe: {at}")
    width = page.value("innerWidth")
    divider = width * 0.5
    page.drag((divider, 100), (column + 40, 100))
    settle(page)
    left = pixels(page)[line, column]
    page.drag((column + 40, 100), (column - 40, 100))
    settle(page)
    right = pixels(page)[line, column]
    expect(abs(left - numpy.array(ground(page))).max() <= 3, f"left of the divider is no result: {left}")
    expect(abs(right - numpy.array([228, 87, 46])).max() <= 3, f"right of it is the result: {right}")
    page.value("remember()")
    kept = page.value("[location.hash, View.swipeAt, View.layers.map((layer) => layer.isOn).join()]")
    page.call("Page.reload")
    time.sleep(0.5)
    page.until("typeof View !== 'undefined' && View.layers.length > 0 && View.states.length > 0")
    settle(page)
    again = page.value("[location.hash, View.swipeAt, View.layers.map((layer) => layer.isOn).join()]")
    expect(abs(kept[1] - again[1]) < 0.01 and kept[2] == again[2], "the link restores the view")
    page.key("s")


def check_pages(program, folder, goldens, is_recording):
    run = folder / "buildings"
    map_sample(program, run)
    with Server(program, run) as server:
        description = server.get("/run.json")
        with Browser(1280, 800) as page:
            page.open(server.address)
            page.until("typeof View !== 'undefined' && View.layers.length > 0 && View.states.length > 0")
            settle(page)
            compare(page, goldens / "map.png", is_recording)
            check_colors(page, run, description["bounds"], description["nativeLevel"])
            check_outlines(page, run, description["nativeLevel"])
            check_swipe(page, run, description["nativeLevel"])
            page.open(server.root + "/progress")
            page.until("document.querySelectorAll('.stage').length === 4")
            compare(page, goldens / "progress.png", is_recording)
            page.open(server.root + "/report.html")
            page.until("document.title.includes('buildings')")
            expect(page.complaints == [], f"no console says anything: {page.complaints[:3]}")
            strangers = [r for r in page.requests if not r.startswith((server.root, "data:"))]
            expect(not strangers, f"nothing is asked of others: {strangers[:3]}")
        with Browser(390, 844, ratio=2, is_phone=True, is_dark=True) as page:
            page.open(server.address)
            page.until("typeof View !== 'undefined' && View.layers.length > 0 && View.states.length > 0")
            settle(page)
            compare(page, goldens / "phone.png", is_recording)
            wide = page.value("document.documentElement.scrollWidth <= innerWidth")
            expect(wide, "the phone's page is no wider than the phone")
            page.value("fold(false)")
            settle(page)
            compare(page, goldens / "phone-layers.png", is_recording)
            expect(page.complaints == [], f"no console says anything on a phone: {page.complaints[:3]}")


def small_shards(program, folder, run):
    """The command that maps the sample region in many small shards, with one worker."""
    pipeline = folder / "small.yaml"
    text = (ROOT / "pipelines/buildings.yaml").read_text().replace("../", f"{ROOT}/")
    text = text.replace("chip_px: auto", "chip_px: 512").replace("shard_px: auto", "shard_px: 384")
    pipeline.write_text(text)
    return [program, "map", str(pipeline), "--quiet", "--out", str(run), "--workers", "1"]


def check_resumption(program, folder):
    """A run is killed and resumed while its page is open."""
    run = folder / "resumed"
    words = small_shards(program, folder, run)
    first = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not list(run.glob("3-inference/shard_*.tif")) and first.poll() is None:
        time.sleep(0.02)
    with Server(program, run) as server, Browser(1000, 700) as page:
        page.open(server.address)
        page.until("typeof View !== 'undefined' && View.states.includes('d')")
        page.value("switchLayer(View.layers.find((layer) => layer.kind === 'shards'), true)")
        expect("running" in page.value("$('state').textContent"), "the page says that the run goes on")
        first.send_signal(signal.SIGKILL)
        first.wait()
        page.until("$('state').textContent === 'stopped'", 20)
        done = page.value("[...View.states].filter((letter) => letter === 'd').length")
        second = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        delays, seen = [], done
        while second.poll() is None:
            parts = len(list(run.glob("3-inference/shard_*.tif")))
            if parts > seen:
                start = time.monotonic()
                while second.poll() is None and page.value(
                        "[...View.states].filter((letter) => letter === 'd').length") < parts:
                    time.sleep(0.02)
                delays.append(time.monotonic() - start)
                seen = parts
            time.sleep(0.02)
        page.until("$('state').textContent === 'finished'", 20)
        settle(page)
        left = page.value("[...View.states].filter((letter) => !'ds'.includes(letter)).length")
        expect(second.returncode == 0 and left == 0, "the page goes on by itself when the run is resumed")
        expect(len(delays) >= 3 and max(delays) < 2,
               f"finished shards are seen within 2 s: {len(delays)} of them, at most {max(delays):.2f} s")
        expect(page.complaints == [], f"no console says anything meanwhile: {page.complaints[:3]}")


def small(page):
    picture = Image.fromarray(pixels(page).astype("uint8"))
    width = 640 if picture.width > picture.height else 390
    return picture.resize((width, picture.height * width // picture.width), Image.Resampling.BOX)


def compare(page, golden, is_recording):
    """Compares a screenshot with one that is kept: small, so that letters' edges do not count."""
    picture = small(page)
    if is_recording:
        golden.parent.mkdir(parents=True, exist_ok=True)
        picture.quantize(128, method=Image.Quantize.MAXCOVERAGE).save(golden, optimize=True)
        return
    kept = numpy.asarray(Image.open(golden).convert("RGB")).astype(int)
    seen = numpy.asarray(picture).astype(int)
    if kept.shape != seen.shape:
        return expect(False, f"{golden.name} has another size: {seen.shape} for {kept.shape}")
    differences = abs(kept - seen).max(2)
    share = (differences > 48).mean()
    if share > 0.02:
        picture.save(pathlib.Path(tempfile.gettempdir()) / f"seen-{golden.name}")
    expect(share <= 0.02, f"{golden.name} looks as it did: {share:.2%} of it differs")


def draw_pictures(program, folder, target):
    target.mkdir(parents=True, exist_ok=True)
    run = folder / "foundational"
    map_sample(program, run, "foundational-map")
    with Server(program, run) as server, Browser(1200, 720) as page:
        page.open(server.address)
        page.until("typeof View !== 'undefined' && View.layers.length > 0 && View.states.length > 0")
        bounds = server.get("/run.json")["bounds"]
        x, y = bounds[0] + (bounds[2] - bounds[0]) * 0.49, bounds[1] + (bounds[3] - bounds[1]) * 0.46
        page.value(f"View.map.setView([{y}, {x}], 19, {{animate: false}}); setSwipe(0.52); null")
        settle(page)
        save(page, target / "view.png")
    unfinished(program, folder, target)


def unfinished(program, folder, target):
    run = folder / "unfinished"
    words = small_shards(program, folder, run)
    running = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(list(run.glob("3-inference/shard_*.tif"))) < 9 and running.poll() is None:
        time.sleep(0.02)
    with Server(program, run) as server, Browser(1200, 720) as page:
        os.kill(running.pid, signal.SIGSTOP)
        page.open(server.address)
        page.until("typeof View !== 'undefined' && View.states.includes('d')")
        page.value("switchLayer(View.layers.find((layer) => layer.kind === 'shards'), true)")
        settle(page)
        save(page, target / "view-running.png")
    os.kill(running.pid, signal.SIGCONT)
    running.terminate()
    running.wait()


def save(page, path):
    picture = Image.fromarray(pixels(page).astype("uint8"))
    # A palette of what is frequent has no colour of bridges, and without dither soft shadows come out as rings.
    colors = picture.quantize(256, method=Image.Quantize.MAXCOVERAGE)
    picture.quantize(palette=colors, dither=Image.Dither.FLOYDSTEINBERG).save(path, optimize=True)
    print(path, path.stat().st_size)


def main():
    verb, program, place = sys.argv[1], os.path.abspath(sys.argv[2]), pathlib.Path(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix="mapwright-view-") as folder:
        folder = pathlib.Path(folder)
        if verb == "pictures":
            return draw_pictures(program, folder, place)
        check_pages(program, folder, place, "--record" in sys.argv)
        check_resumption(program, folder)
    sys.exit(f"{len(problems)} problems" if problems else 0)


main()
