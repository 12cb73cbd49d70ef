"""Outlines traced from drawn probabilities, beside what others make of the same masks.

    python benchmarks/footprints.py .build/release/mapwright [--seeds 21,22,23] [--many 100000]
                                    [--million] [--ten-million] [--pictures FOLDER]

Towns are drawn with known truth (drawn_towns.py), three levels of noise each. On the same pixels work

- polygonize + DP: GDALPolygonize on the pixels of at least 0.5, Douglas-Peucker with 1.5 px;
- buildingregulariser (PyPI): on the same polygons, simplify_tolerance 2 px and parallel_threshold 2 px
  as its README advises, all else as it comes;
- mapwright footprints: on the probabilities, with its defaults.

All leave out what is smaller than 16 px. Measures are those of footprint_score.py, means over the seeds;
0.83 / 0.40 / 0.31 of F1@.9 and 94 / 86 / 72 % of exact vertex counts are the floors that a change must
keep. Seeds 21, 22 and 23 are never looked at while the fit is changed; take others for that.

Then come the cost (CPU of the whole command on many buildings, start and writing included), the validity
of many outlines by GEOS, and the hash of what is written for several sizes of shards; the town of that
last one holds buildings longer than a shard. `--million` adds a sparse million of houses: peak memory and
rate beside those of a tenth of them; `--ten-million` ten times as many, written in parts.

Writes benchmarks/footprints.md and footprints.json. Needs numpy, scipy, scikit-image, shapely, rasterio,
geopandas and buildingregulariser.
"""

import argparse
import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import rasterio
import rasterio.features
import shapely
from rasterio.transform import from_origin
from scipy import ndimage
from shapely import affinity
from shapely.geometry import Polygon, shape

from drawn_towns import LEVELS, ONE, SIZE, Town, bytes_of, certainty, noise, probability
from engine import machine
from footprint_score import MEASURES, score

HERE = pathlib.Path(__file__).resolve().parent
PIXEL = .5
WEST, NORTH = 450_000, 4_000_000
SMALLEST = 16
FLOORS = {"F1@.9": (.83, .40, .31), "exact vertices %": (94, 86, 72)}
SHARDS = ("256", "300x171", "512", "1536", "whole")


def write(path, values):
    """A raster of bytes in UTM, 255 for nodata."""
    with rasterio.open(
            path, "w", driver="GTiff", width=values.shape[1], height=values.shape[0], count=1,
            dtype="uint8", crs="EPSG:32636", transform=from_origin(WEST, NORTH, PIXEL, PIXEL),
            nodata=255, tiled=True, compress="deflate", zlevel=1) as target:
        target.write(values, 1)


def write_repeated(path, tiles, columns, rows):
    """A VRT that repeats rasters, one after the other, in a grid."""
    side = rasterio.open(tiles[0]).width
    sources = "".join(
        f"""<SimpleSource><SourceFilename>{tiles[number % len(tiles)]}</SourceFilename>
<SourceBand>1</SourceBand><SourceProperties RasterXSize="{side}" RasterYSize="{side}" DataType="Byte"/>
<SrcRect xOff="0" yOff="0" xSize="{side}" ySize="{side}"/><DstRect xOff="{number % columns * side}"
yOff="{number // columns * side}" xSize="{side}" ySize="{side}"/></SimpleSource>"""
        for number in range(columns * rows))
    path.write_text(f"""<VRTDataset rasterXSize="{columns * side}" rasterYSize="{rows * side}">
<SRS>EPSG:32636</SRS><GeoTransform>{WEST}, {PIXEL}, 0, {NORTH}, 0, -{PIXEL}</GeoTransform>
<VRTRasterBand dataType="Byte" band="1"><NoDataValue>255</NoDataValue>{sources}</VRTRasterBand>
</VRTDataset>""")


class Traced:
    """What `mapwright footprints` made of a raster, and what it took."""

    def __init__(self, program, raster, folder, *options, form="fgb"):
        start = time.perf_counter()
        process = subprocess.Popen(
            [program, "footprints", raster, "--out", folder, "--smallest-m2", str(SMALLEST * PIXEL ** 2),
             "--write", form, *options], stdout=subprocess.PIPE, text=True)
        ended, self.megabytes = 0, 0
        while not ended:
            # What wait4 tells of memory begins with that of this process, from which it was forked.
            status_file = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            if "VmHWM:" in status_file:
                self.megabytes = int(status_file.split("VmHWM:")[1].split()[0]) / 1024
            time.sleep(.01)
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        words = process.stdout.read()
        if status:
            sys.exit("mapwright failed")
        self.seconds = time.perf_counter() - start
        self.cpu = usage.ru_utime + usage.ru_stime
        self.count = int(re.match(r"\d+", words)[0])
        self.file = folder / f"{pathlib.Path(raster).stem}_footprints.{form}"

    def outlines(self):
        """In pixels of the raster."""
        import geopandas
        return [affinity.affine_transform(
            outline, [1 / PIXEL, 0, 0, -1 / PIXEL, -WEST / PIXEL, NORTH / PIXEL])
            for outline in geopandas.read_file(self.file).geometry]


def polygonized(values):
    labels, _ = ndimage.label(values >= ONE / 2)
    labels[(np.bincount(labels.ravel()) < SMALLEST)[labels]] = 0
    return [shape(outline) for outline, _ in rasterio.features.shapes(
        labels.astype(np.int32), mask=labels > 0, connectivity=4)]


def regularised(outlines):
    import geopandas
    from buildingregulariser import regularize_geodataframe
    frame = geopandas.GeoDataFrame({"number": range(len(outlines))}, geometry=outlines, crs="EPSG:3857")
    found = regularize_geodataframe(frame, parallel_threshold=2.0, simplify_tolerance=2.0, num_cores=1)
    largest = {}
    for number, outline in zip(found.number, found.geometry):
        if number not in largest or largest[number].area < outline.area:
            largest[number] = outline
    return list(largest.values())


def timed(body, *arguments):
    start = time.process_time()
    result = body(*arguments)
    return result, time.process_time() - start


def quality(program, seeds, folder, pictures):
    """Rows of measures: level, method, means over the seeds."""
    rows = []
    towns = [(seed, town, town.coverage()) for seed in seeds for town in [Town(seed)]]
    for level in LEVELS:
        scores = {"polygonize + DP 1.5 px": [], "buildingregulariser 2 px": [], "mapwright footprints": []}
        for seed, town, coverage in towns:
            values = probability(coverage, seed, level)
            plain, first = timed(polygonized, values)
            simple, second = timed(lambda: [outline.simplify(1.5) for outline in plain])
            regular, third = timed(regularised, plain)
            raster = folder / f"{level}-{seed}.tif"
            write(raster, values)
            traced = Traced(program, raster, folder, "--threads", "1")
            ours = traced.outlines()
            for method, outlines, cpu in zip(
                    scores, (simple, regular, ours), (first + second, first + third, None)):
                scores[method].append(score(outlines, town) | {
                    "ms": cpu and 1000 * cpu / len(outlines)})
            if pictures and seed == seeds[0]:
                draw(pictures / f"footprints-{level}.png", values, town, simple, ours)
        for method, found in scores.items():
            row = {"level": level, "method": method}
            for measure in MEASURES:
                row[measure] = float(np.mean([one[measure] for one in found]))
            row["ms"] = found[0]["ms"] and float(np.mean([one["ms"] for one in found]))
            row["invalid"] = int(sum(one["invalid"] for one in found))
            rows.append(row)
            print(level, method, {k: round(v, 3) for k, v in row.items() if isinstance(v, float)}, flush=True)
    return rows


def draw(path, values, town, simple, ours, left=560, top=430, side=300, zoom=4):
    """A part of a town: probability, truth (white), polygonize + DP (orange), ours (blue)."""
    from PIL import Image, ImageDraw
    part = values[top:top + side, left:left + side]
    grey = Image.fromarray((part * .45 + 30).astype(np.uint8)).resize((side * zoom,) * 2, Image.NEAREST)
    picture = Image.new("RGB", (2 * side * zoom + 16, side * zoom), "white")
    for column, (outlines, color) in enumerate(((simple, "#ff9d3c"), (ours, "#4fc3ff"))):
        panel = grey.convert("RGB")
        pen = ImageDraw.Draw(panel)
        for shapes, ink, width in ((town.buildings, "#ffffff", 2), (outlines, color, 4)):
            for one in shapes:
                for ring in (one.exterior, *one.interiors):
                    pen.line([((x - left) * zoom, (y - top) * zoom) for x, y in ring.coords],
                             fill=ink, width=width, joint="curve")
                    for x, y in ring.coords if width == 4 else ():
                        x, y = (x - left) * zoom, (y - top) * zoom
                        pen.ellipse((x - 5, y - 5, x + 5, y + 5), fill=ink)
        picture.paste(panel, (column * (side * zoom + 16), 0))
    picture.save(path)


def many(program, count, folder):
    """Buildings by the ten thousand: invalid ones, and the CPU of each."""
    # The shapes of a few towns, mirrored and turned, each time with noise moved to elsewhere.
    random = np.random.default_rng(9)
    noises = {level: noise((SIZE, SIZE), 31, level).astype(np.float32) for level in LEVELS}
    bases = [certainty(Town(31 + index).coverage(), level).astype(np.float32)
             for index, level in enumerate(LEVELS)]
    found, invalid, cpu, number, side = 0, 0, 0.0, 0, 4
    while found < count:
        block = np.zeros((side * SIZE, side * SIZE), np.uint8)
        for place in range(side * side):
            base, level = bases[number % 3], list(LEVELS)[number % 3]
            base = np.rot90(base if number // 3 % 2 else base[::-1], number // 6 % 4)
            moved = np.roll(noises[level], random.integers(SIZE, size=2), (0, 1))
            y, x = divmod(place, side)
            block[y * SIZE:(y + 1) * SIZE, x * SIZE:(x + 1) * SIZE] = bytes_of(base + moved)
            number += 1
        raster = folder / "many.tif"
        write(raster, block)
        traced = Traced(program, raster, folder, "--threads", "1")
        cpu += traced.cpu
        shapes = shapely.from_wkb(geometries(traced.file))
        found += len(shapes)
        invalid += int((~shapely.is_valid(shapes)).sum())
        print(f"{found} outlines, {invalid} invalid, {1000 * cpu / found:.2f} ms each", flush=True)
    return {"outlines": found, "invalid": invalid, "ms": 1000 * cpu / found}


def geometries(path):
    import pyogrio
    return pyogrio.raw.read(path)[2]


def invariance(program, folder):
    """The hash of what is written for several sizes of shards, and how many outlines it holds."""
    town = Town(21)
    coverage = town.coverage()
    # A wall around the town and two halls across it: longer than any of the shards but the largest.
    coverage[3:6, 3:-3] = coverage[-6:-3, 3:-3] = coverage[3:-3, 3:6] = coverage[3:-3, -6:-3] = 1
    coverage[700:712, 40:1490] = coverage[60:1480, 800:812] = 1
    raster = folder / "town.tif"
    write(raster, probability(coverage, 21, "medium"))
    found = {}
    for shard in SHARDS:
        traced = Traced(program, raster, folder, "--shard-px", "100000" if shard == "whole" else shard,
                        form="geojsonl")
        digest = hashlib.sha256(traced.file.read_bytes()).hexdigest()
        found[shard] = {"outlines": traced.count, "sha256": digest}
        print(shard, traced.count, digest, flush=True)
    longest = max(max(outline.bounds[2] - outline.bounds[0], outline.bounds[3] - outline.bounds[1])
                  for outline in Traced(program, raster, folder).outlines())
    return found, longest


def million(program, folder, ten):
    """Houses by the hundred thousand and by the million: memory and rate on all processors."""
    random = np.random.default_rng(5)
    cell, side = 24, 1536
    rows = []
    coverage = np.zeros((side, side), np.float32)
    ys, xs = np.mgrid[:cell * 4, :cell * 4] / 4 + .125
    for top in range(0, side, cell):
        for left in range(0, side, cell):
            turn = random.uniform(0, np.pi)
            x, y = xs - cell / 2, ys - cell / 2
            u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
            inside = (abs(u) < random.uniform(5, 8)) & (abs(v) < random.uniform(4, 6))
            coverage[top:top + cell, left:left + cell] = inside.reshape(cell, 4, cell, 4).mean((1, 3))
    tiles = []
    for number in range(4):
        tiles.append(folder / f"houses-{number}.tif")
        write(tiles[-1], probability(coverage, 50 + number, "medium"))
    for columns, height in ((5, 5), (16, 16), (50, 50))[:3 if ten else 2]:
        raster = folder / f"houses-{columns * height}.vrt"
        write_repeated(raster, tiles, columns, height)
        traced = Traced(program, raster, folder)
        rows.append({"outlines": traced.count, "megabytes": round(traced.megabytes),
                     "per second": round(traced.count / traced.seconds),
                     "ms": 1000 * traced.cpu / traced.count, "processors": os.cpu_count()})
        print(rows[-1], flush=True)
    return rows


def table(result):
    heads = ["level", "method", *MEASURES[:5], *MEASURES[6:], "ms CPU"]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    places = {"vertices": 1, "corner p50": 2, "corner p90": 2, "PoLiS": 2, "rotation": 1,
              "area bias %": 1, "exact vertices %": 0, "invalid": 0}
    for row in result["quality"]:
        cells = [f"{row[m]:.{places.get(m, 3)}f}" for m in heads[2:-1]]
        cells[4] += f" ({row['true vertices']:.1f})"
        ms = "" if row["ms"] is None else f"{row['ms']:.2f}"
        name = row["method"]
        lines.append("| " + " | ".join([row["level"], f"**{name}**" if "map" in name else name, *cells, ms]) + " |")
    many_, shards = result["many"], result["invariance"]
    text = f"""# Footprints

Outlines traced from drawn probabilities, beside what others make of the same pixels. Written by
`benchmarks/footprints.py` on {result['date']}; {result['machine']}; buildingregulariser
{result['buildingregulariser']}, GDAL {result['gdal']} for its polygonizer.

Means over {len(result['seeds'])} towns of some 260 buildings each, seeds that were never used to change the fit. Lengths are in pixels (0.5 m), rotation in degrees, the true number of vertices in brackets. ms CPU: ours
is that of the whole command on {many_['outlines']:,} buildings, start and writing included; the others' is
that of their calls alone.

{chr(10).join(lines)}

The towns are made of straight walls and mostly of right angles, as buildings are; on shapes of another
kind the fit has no such advantage. Measures are explained in `benchmarks/footprint_score.py`, levels in
`benchmarks/drawn_towns.py`.

## Validity

{many_['invalid']} of {many_['outlines']:,} outlines are invalid by GEOS {shapely.geos_version_string}
(three towns, one of each level, mirrored and turned, each time with other noise).

## Whatever the shards

A town with buildings of up to {result['longest']:.0f} px, traced in shards of several sizes; SHA-256 of the file.

| shard | outlines | sha256 |
|---|---|---|
"""
    for shard, one in shards.items():
        text += f"| {shard} | {one['outlines']} | `{one['sha256'][:16]}…` |\n"
    if "million" in result:
        text += ("\n## Memory and rate\n\nHouses of about 13 by 10 px, all processors, FlatGeobuf written; "
                 f"measured on {result['million date']}.\n\n")
        text += "| outlines | peak memory | outlines per second | ms CPU each |\n|---|---|---|---|\n"
        for row in result["million"]:
            text += (f"| {row['outlines']:,} | {row['megabytes']} MB | {row['per second']:,} | "
                     f"{row['ms']:.2f} |\n")
        text += """
What grows is the index of a FlatGeobuf file, which GDAL keeps in memory until the file, or the part, is
closed: [formats.md](formats.md) has the memory of other formats beside it.
"""
    return text


def check(result):
    """What falls below the floors, in words."""
    wrong = []
    for index, level in enumerate(LEVELS):
        rows = {row["method"]: row for row in result["quality"] if row["level"] == level}
        ours = rows.pop("mapwright footprints")
        wrong += [f"{level}: {measure} {ours[measure]:.3f} < {floors[index]}"
                  for measure, floors in FLOORS.items() if ours[measure] < floors[index]]
        if abs(ours["area bias %"]) > 2.5:
            wrong.append(f"{level}: area bias {ours['area bias %']:.1f} %")
        if ours["corner p50"] >= min(row["corner p50"] for row in rows.values()):
            wrong.append(f"{level}: another method has the smaller corner error")
    if result["many"]["invalid"] or any(row["invalid"] for row in result["quality"]
                                        if row["method"] == "mapwright footprints"):
        wrong.append("some outlines are invalid")
    if result["many"]["ms"] > 1:
        wrong.append(f"{result['many']['ms']:.2f} ms per building")
    if len({one["sha256"] for one in result["invariance"].values()}) > 1:
        wrong.append("the size of shards shows in the result")
    return wrong


def main():
    import buildingregulariser
    from importlib.metadata import version
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--seeds", default="21,22,23")
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--ten-million", action="store_true")
    parser.add_argument("--pictures", type=pathlib.Path)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    seeds = [int(seed) for seed in options.seeds.split(",")]
    program, record = options.program.resolve(), HERE / "footprints.json"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        result = {"date": datetime.date.today().isoformat(), "machine": machine(), "seeds": seeds,
                  "buildingregulariser": version("buildingregulariser"),
                  "gdal": rasterio.__gdal_version__}
        result["quality"] = quality(program, seeds, folder, options.pictures)
        result["invariance"], result["longest"] = invariance(program, folder)
        result["many"] = many(program, options.many, folder)
        before = json.loads(record.read_text()) if record.exists() else {}
        if options.million or options.ten_million:
            result["million"] = million(program, folder, options.ten_million)
            result["million date"] = result["date"]
        elif "million" in before:
            # Millions take an hour, and keep what was measured of them before.
            result["million"] = before["million"]
            result["million date"] = before.get("million date", before["date"])
    for row in result["quality"]:
        if row["ms"] is None:
            row["ms"] = result["many"]["ms"]
    record.write_text(json.dumps(result, indent=1) + "\n")
    (HERE / "footprints.md").write_text(table(result))
    print(table(result))
    wrong = check(result)
    if wrong:
        sys.exit("below the floors:\n  " + "\n  ".join(wrong))


if __name__ == "__main__":
    main()
