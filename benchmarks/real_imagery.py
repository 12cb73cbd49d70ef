"""Outlines of real imagery, beside what others make of the same pixels.

    python benchmarks/real_imagery.py .build/release/mapwright ../shared/data [--work FOLDER]
                                      [--pictures FOLDER]

Needs the test material, which is not part of the project: its licences differ, and nothing of it is
published here but numbers. Scenes are resampled to the starter model's 0.3 m and mapped with
`pipelines/buildings.yaml`; on the model's probabilities work

- polygonize + DP: GDALPolygonize on the pixels of at least 0.5 that are not contact between neighbours
  (without that, towns are one outline), Douglas-Peucker with 1.5 px;
- buildingregulariser (PyPI): on the same polygons, simplify_tolerance 2 px, parallel_threshold 2 px;
- mapwright footprints: with the model's class of contact between neighbours, and without; outlines of the
  confidence that the pipeline asks for, and all.

Polygons have no confidence. A row of their own gives them the mean probability of their pixels, and leaves
out what has less than the same number: it shows what the filter alone does.

All leave out what is smaller than 8 m². The truth is cut at the scene's edge, as outlines are, and what
is left of it below 8 m² is left out. `--work` keeps maps, so that only outlines are made again.

Masks that a network of others predicted have no truth: what is told of them is how well outlines agree
with the mask's own pixels, and how many corners they take for that.

Writes benchmarks/real-imagery.md and real-imagery.json. Needs what benchmarks/footprints.py needs.
"""

import argparse
import datetime
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import rasterio
import rasterio.features
import shapely
from scipy import ndimage
from shapely.geometry import shape
from shapely.strtree import STRtree

from engine import machine
from footprint_score import vertices
from footprints import regularised

HERE = pathlib.Path(__file__).resolve().parent
PIPELINE = HERE.parent / "pipelines/buildings.yaml"
SMALLEST = 8.0
LEAST = float(re.search(r"least_confidence: ([\d.]+)", PIPELINE.read_text())[1])
FAIR = "imagery/hot_fair_"
# Name, scene, truth, and whether the starter model was trained on it.
SCENES = (
    ("Kampala aoi0", FAIR + "kampala/aoi0/scene_z20.tif", FAIR + "kampala/aoi0/buildings.geojson", "no"),
    ("Kampala aoi1", FAIR + "kampala/aoi1/scene_z20.tif", FAIR + "kampala/aoi1/buildings.geojson", "yes"),
    ("Nairobi aoi1", FAIR + "nairobi/aoi1/scene_z20.tif", FAIR + "nairobi/aoi1/buildings.geojson", "yes"),
    ("Zanzibar aoi0", FAIR + "zanzibar/aoi0/scene_z20.tif", FAIR + "zanzibar/aoi0/buildings.geojson", "yes"),
    ("Banepa", FAIR + "models_banepa/scene_train_3072x4096.tif",
     FAIR + "models_banepa/osm_features_ac7e343eb1faacd2.geojson", "yes"),
)
MASKS = (("predicted_mask", "imagery/predicted_masks/predicted_mask.tif"),)


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout


class Scene:
    """A scene's map: probabilities on their grid, and the true outlines in its pixels."""

    def __init__(self, program, name, picture, truth, trained, data, work):
        self.name, self.trained, self.program = name, trained, program
        self.folder = work / name.replace(" ", "-").lower()
        if not (self.folder / "run/report.md").exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            resampled = self.folder / "scene.tif"
            # A web-mercator pixel is smaller on the ground than its number says.
            with rasterio.open(data / picture) as source:
                middle = (source.bounds.bottom + source.bounds.top) / 2
                stretch = np.cosh(middle / 6378137) if source.crs.to_epsg() == 3857 else 1
            run("gdalwarp", "-q", "-overwrite", "-tr", .3 * stretch, .3 * stretch, "-r", "average",
                data / picture, resampled)
            run(program, "map", PIPELINE, resampled, "--out", self.folder / "run")
        maps = self.folder / "run/4-mosaicking"
        self.probability = next(maps.glob("*probability_building.tif"))
        self.contact = next(maps.glob("*contact*.tif"))
        with rasterio.open(self.probability) as source:
            self.values, self.transform, crs = source.read(1), source.transform, source.crs
            self.one = round(1 / source.scales[0])
            self.pixel = abs(source.transform.a)
            middle = (source.bounds.bottom + source.bounds.top) / 2
            self.stretch = np.cosh(middle / 6378137) if crs.to_epsg() == 3857 else 1
        self.smallest = SMALLEST / (self.pixel / self.stretch) ** 2
        with rasterio.open(self.contact) as source:
            contact, contact_one = source.read(1), round(1 / source.scales[0])
        self.values[self.values == 255] = 0
        contact[contact == 255] = 0
        self.parted = (self.values >= self.one / 2) & (contact < contact_one / 2)
        import geopandas
        frame = geopandas.read_file(data / truth).to_crs(crs)
        edge = shapely.box(0, 0, self.values.shape[1], self.values.shape[0])
        cut = [self.in_pixels(outline).buffer(0).intersection(edge) for outline in frame.geometry]
        self.truth = [part for outline in cut for part in getattr(outline, "geoms", [outline])
                      if part.geom_type == "Polygon" and part.area >= self.smallest]

    def in_pixels(self, outline):
        a, b, c, d, e, f = (~self.transform)[:6]
        return shapely.affinity.affine_transform(outline, [a, b, d, e, c, f])

    def ours(self, name, *options):
        import geopandas
        out = self.folder / name
        run(self.program, "footprints", self.probability, "--out", out, "--smallest-m2", SMALLEST,
            "--write", "fgb", *options)
        return [self.in_pixels(one)
                for one in geopandas.read_file(next(out.glob("*.fgb"))).geometry]


def polygonized(inside, smallest, probability=None):
    labels, count = ndimage.label(inside)
    labels[(np.bincount(labels.ravel()) < smallest)[labels]] = 0
    if probability is not None:
        labels[(ndimage.mean(probability, labels, range(count + 1)) < LEAST)[labels]] = 0
    return [shape(outline) for outline, _ in rasterio.features.shapes(
        labels.astype(np.int32), mask=labels > 0, connectivity=4)]


def matches(outlines, truth):
    """Pairs of IoU 0.5 and more, the greatest first, each outline once."""
    outlines = [one if one.is_valid else one.buffer(0) for one in outlines]
    tree, pairs = STRtree(truth), []
    for index, one in enumerate(outlines):
        for number in tree.query(one):
            shared = one.intersection(truth[number]).area
            iou = shared / (one.area + truth[number].area - shared)
            if iou >= .5:
                pairs.append((iou, index, number))
    taken, free, found = set(), set(), []
    for iou, index, number in sorted(pairs, reverse=True):
        if index not in taken and number not in free:
            taken.add(index)
            free.add(number)
            found.append((iou, outlines[index], truth[number]))
    return found


def score(outlines, truth):
    found = matches(outlines, truth)
    ours = sum(len(vertices(one)) for _, one, _ in found)
    true = sum(len(vertices(one)) for _, _, one in found)
    every = np.mean([len(vertices(one)) for one in outlines])
    return {"outlines": len(outlines), "found": len(found), "F1@.5": 2 * len(found) / (len(outlines) + len(truth)),
            "mean IoU": float(np.mean([iou for iou, *_ in found])) if found else 0.0,
            "vertices": every, "of truth": every / np.mean([len(vertices(one)) for one in truth]),
            "in pairs": ours / true if found else 0.0}


def agreement(outlines, inside):
    """IoU of outlines, drawn again, with the pixels that they were made from."""
    drawn = rasterio.features.rasterize(outlines, inside.shape) > 0
    return float((drawn & inside).sum() / (drawn | inside).sum())


def draw(path, scene, columns, zoom=3, side=420):
    """The truth (white) and outlines over the probability, side by side."""
    from PIL import Image, ImageDraw
    height, width = (min(side, length) for length in scene.values.shape)
    grey = Image.fromarray((scene.values[:height, :width] * .45 + 30).astype(np.uint8))
    grey = grey.resize((width * zoom, height * zoom), Image.NEAREST)
    picture = Image.new("RGB", (len(columns) * (width * zoom + 12), height * zoom), "white")
    for column, (outlines, ink) in enumerate(columns):
        panel = grey.convert("RGB")
        pen = ImageDraw.Draw(panel)
        for shapes, color, thick in ((scene.truth, "#ffffff", 1), (outlines, ink, 3)):
            for one in shapes:
                for part in getattr(one, "geoms", [one]):
                    for ring in (part.exterior, *part.interiors):
                        pen.line([(x * zoom, y * zoom) for x, y in ring.coords], fill=color, width=thick)
                        for x, y in ring.coords if thick == 3 else ():
                            pen.ellipse((x * zoom - 4, y * zoom - 4, x * zoom + 4, y * zoom + 4), fill=color)
        picture.paste(panel, (column * (width * zoom + 12), 0))
    picture.save(path)


def measured(scene, pictures):
    plain = polygonized(scene.parted, scene.smallest)
    sure = polygonized(scene.parted, scene.smallest, scene.values / scene.one)
    contact, least = ("--contact", scene.contact), ("--least-confidence", LEAST)
    found = {"polygonize + DP 1.5 px": [one.simplify(1.5) for one in plain],
             "buildingregulariser 2 px": regularised(plain),
             f"polygonize + DP, of {LEAST}": [one.simplify(1.5) for one in sure],
             "mapwright footprints": scene.ours("with", *contact, *least),
             "mapwright, however unsure": scene.ours("unsure", *contact),
             "mapwright, contact unused": scene.ours("without", *least)}
    if pictures:
        draw(pictures / f"{scene.folder.name}.png", scene,
             [(found["polygonize + DP 1.5 px"], "#ff9d3c"), (found["mapwright footprints"], "#4fc3ff"),
              (found["mapwright, contact unused"], "#7dff7a")])
    rows = []
    for method, outlines in found.items():
        row = {"scene": scene.name, "method": method, "truth": len(scene.truth),
               "in training": scene.trained} | score(outlines, scene.truth)
        rows.append(row)
        print({k: round(v, 3) if isinstance(v, float) else v for k, v in row.items()}, flush=True)
    return rows


def pooled(rows):
    """All scenes as if they were one: of each method, what it drew and what of that is true."""
    every = []
    for method in dict.fromkeys(row["method"] for row in rows):
        own = [row for row in rows if row["method"] == method]
        outlines, truth, found = (sum(row[key] for row in own) for key in ("outlines", "truth", "found"))
        every.append({
            "scene": "all five", "method": method, "truth": truth, "in training": "", "outlines": outlines,
            "found": found, "F1@.5": 2 * found / (outlines + truth),
            "mean IoU": sum(row["mean IoU"] * row["found"] for row in own) / found,
            "vertices": sum(row["vertices"] * row["outlines"] for row in own) / outlines,
            "of truth": sum(row["vertices"] * row["outlines"] for row in own) / outlines
            / (sum(row["vertices"] / row["of truth"] * row["truth"] for row in own) / truth),
            "in pairs": float("nan")})
    return every


def masked(program, name, path, work):
    import geopandas
    with rasterio.open(path) as source:
        values, transform, smallest = source.read(1), source.transform, 100
        area = smallest * abs(source.transform.a * source.transform.e)
        middle = (source.bounds.bottom + source.bounds.top) / 2
        area /= np.cosh(middle / 6378137) ** 2 if source.crs.to_epsg() == 3857 else 1
    one = int(values.max())
    inside = values >= one / 2
    plain = polygonized(inside, smallest)
    out = work / name
    run(program, "footprints", path, "--out", out, "--one", one, "--smallest-m2", area, "--write", "fgb")
    a, b, c, d, e, f = (~transform)[:6]
    ours = [shapely.affinity.affine_transform(shape_, [a, b, d, e, c, f])
            for shape_ in geopandas.read_file(next(out.glob("*.fgb"))).geometry]
    labels, _ = ndimage.label(inside)
    inside = inside & ~(np.bincount(labels.ravel()) < smallest)[labels]
    rows = []
    for method, outlines in (("polygonize + DP 1.5 px", [one.simplify(1.5) for one in plain]),
                             ("buildingregulariser 2 px", regularised(plain)),
                             ("mapwright footprints", ours)):
        rows.append({"mask": name, "method": method, "outlines": len(outlines),
                     "IoU": agreement(outlines, inside),
                     "vertices": float(np.mean([len(vertices(one)) for one in outlines])),
                     "invalid": sum(not one.is_valid for one in outlines)})
        print(rows[-1], flush=True)
    return rows


def table(result):
    text = f"""# Real imagery with the starter model

Written by `benchmarks/real_imagery.py` on {result['date']}; {result['machine']}. Outlines against
OpenStreetMap's, IoU 0.5, each once, the greatest first; scenes resampled to the model's 0.3 m. Vertices
are those of an outline on average, beside those of a true one; *in pairs* is the same among the matches.
*mapwright footprints* are those of `pipelines/buildings.yaml`: of confidence {LEAST} and more, as are those
with *contact unused*; the first two methods have no confidence and keep everything.

| scene | in training | method | outlines | true | F1@.5 | mean IoU | vertices | of truth | in pairs |
|---|---|---|---|---|---|---|---|---|---|
"""
    for row in [*result["scenes"], *pooled(result["scenes"])]:
        bold = "**" if row["method"] == "mapwright footprints" else ""
        text += (f"| {row['scene']} | {row['in training']} | {bold}{row['method']}{bold} | {row['outlines']:,} | "
                 f"{row['truth']:,} | {row['F1@.5']:.3f} | {row['mean IoU']:.3f} | {row['vertices']:.1f} | "
                 f"{row['of truth']:.2f} | "
                 + ("" if math.isnan(row["in pairs"]) else f"{row['in pairs']:.2f}") + " |\n")
    text += f"""
Truth and imagery differ by what roofs hide and by when they were taken. The rules for parting neighbours
were tuned on the four scenes of hotosm/fAIr-utilities, so their rows flatter them. A starter model: see
its card. Polygons have no confidence; *of {LEAST}*, they are lent one, the mean probability of their pixels.
Where that number comes from, and why they are ahead in Nairobi with it, is told in
[decision 94](../Documentation/Decisions/0094-the-unsure-are-left-out-when-asked.md).

## Masks of another network

No truth: how well outlines, drawn again, agree with the mask's pixels, and the corners they take.

| mask | method | outlines | IoU with the mask | vertices | invalid |
|---|---|---|---|---|---|
"""
    for row in result["masks"]:
        text += (f"| {row['mask']} | {row['method']} | {row['outlines']:,} | {row['IoU']:.3f} | "
                 f"{row['vertices']:.1f} | {row['invalid']} |\n")
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("--pictures", type=pathlib.Path)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    if not options.data.is_dir():
        sys.exit(f"there is no test material in '{options.data}'")
    program, data = options.program.resolve(), options.data.resolve()
    with tempfile.TemporaryDirectory() as name:
        work = (options.work or pathlib.Path(name)).resolve()
        scenes, masks = [], []
        for scene in SCENES:
            scenes += measured(Scene(program, *scene, data, work), options.pictures)
        for mask, path in MASKS:
            masks += masked(program, mask, data / path, work)
    result = {"date": datetime.date.today().isoformat(), "machine": machine(), "scenes": scenes,
              "masks": masks}
    (HERE / "real-imagery.json").write_text(json.dumps(result, indent=1) + "\n")
    (HERE / "real-imagery.md").write_text(table(result))
    print(table(result))


if __name__ == "__main__":
    main()
