"""Scores a map of the sample region: its roads, its water, its bridges and its buildings, by pixel.

    score.py CLASS_MAP.tif [SAMPLE_DATA_FOLDER]

CLASS_MAP is the class layer of a run, whose tags name its classes. The truth is rasterised on its
grid from the truth files, in the order in which the town is painted: river, roads, bridges,
buildings. Pixels of nodata count for nothing. Prints the intersection over union, precision and
recall of each class, and how many of the bridges on the map's ground are found: a bridge is found
where one patch of the class overlaps it with an intersection over union of at least 0.5.
"""

import json
import pathlib
import sys

import geopandas
import numpy as np
import rasterio
import rasterio.features

SMALLEST_PX = 89  # of a patch of bridge, 8 m²


def truth_of(folder, crs):
    """What was drawn, as (class, shape) in the order in which it covers what is below."""
    others, houses = (
        geopandas.GeoDataFrame.from_features(
            json.loads((folder / name).read_text())["features"], crs="EPSG:4326").to_crs(crs)
        for name in ("truth-other.geojson", "truth.geojson"))
    shapes = []
    for kind, name in (("river", "water"), ("road", "road")):
        for line in others[others.kind == kind].itertuples():
            shapes.append((name, line.geometry.buffer(line.width_m / 2)))
    shapes += [("bridge", shape) for shape in others[others.kind == "bridge"].geometry]
    hidden = others[others.geometry.type.eq("Polygon") & others.kind.ne("bridge")]
    return shapes + [("building", s) for s in [*houses.geometry, *hidden.geometry]]


def burnt(shapes, file):
    """The value of the last shape over each pixel's centre, else 0."""
    return rasterio.features.rasterize(
        shapes, file.shape, transform=file.transform, fill=0, dtype="uint8")


def overlap(one, other):
    return np.sum(one & other) / max(1, np.sum(one | other))


def patches(mask, transform, shape):
    """Each connected patch of a mask that is not tiny, as a mask."""
    for geometry, _ in rasterio.features.shapes(
        mask.astype("uint8"), mask, connectivity=8, transform=transform):
        patch = rasterio.features.geometry_mask([geometry], shape, transform, invert=True)
        if patch.sum() >= SMALLEST_PX:
            yield patch


def main(path, folder=None):
    folder = pathlib.Path(folder or pathlib.Path(__file__).resolve().parents[1])
    with rasterio.open(path) as file:
        found, known = file.read(1), file.read(1) != file.nodata
        tags = file.tags()
        classes = {
            name: int(tag.removeprefix("CLASS_"))
            for tag, name in tags.items() if tag.startswith("CLASS_")
        }
        shapes = truth_of(folder, file.crs)
        truth = burnt([(shape, classes.get(name, 0)) for name, shape in shapes], file)
        decks = [burnt([(shape, 1)], file) > 0 for name, shape in shapes if name == "bridge"]
        transform = file.transform

    print("| class | IoU | precision | recall | share of the ground |\n|---|---|---|---|---|")
    for name in ("building", "road", "water", "bridge"):
        if name not in classes:
            continue
        is_true, is_found = truth == classes[name], (found == classes[name]) & known
        is_true &= known
        hits = np.sum(is_true & is_found)
        print(
            f"| {name} | {overlap(is_true, is_found):.3f} | {hits / max(1, is_found.sum()):.3f} "
            f"| {hits / max(1, is_true.sum()):.3f} | {is_true.sum() / known.sum():.2%} |")
    if "bridge" not in classes:
        return
    decks = [deck & known for deck in decks if np.any(deck & known)]
    marked = list(patches((found == classes["bridge"]) & known, transform, found.shape))
    best = [max((overlap(deck, patch) for patch in marked), default=0) for deck in decks]
    hit = sum(value >= 0.5 for value in best)
    print(
        f"\nbridges: {hit} of {len(decks)} found (IoU {', '.join(f'{b:.2f}' for b in best)}), "
        f"{len(marked) - hit} false")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
