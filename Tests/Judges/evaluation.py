#!/usr/bin/env python3
"""Judges `mapwright evaluate`: draws two towns, measures them with shapely and plain loops, compares.

    python evaluation.py MAPWRIGHT FOLDER

Needs shapely (make judges). Prints what was compared; ends with 1 at the first difference.
"""
import json
import random
import subprocess
import sys

import numpy
import shapely
from shapely import STRtree
from shapely.affinity import rotate, translate
from shapely.geometry import Polygon, mapping

command, folder = sys.argv[1:]
dice = random.Random(38)
TOLERANCE = 1.0


def house(x, y):
    w, h = dice.uniform(6, 20), dice.uniform(6, 20)
    shape = [(0, 0), (w, 0), (w, h * 0.6), (w * 0.5, h * 0.6), (w * 0.5, h), (0, h)]
    hole = [[(2, 1), (3, 1), (3, 2), (2, 2)]] if dice.random() < 0.2 else []
    return translate(rotate(Polygon(shape, hole), dice.uniform(0, 90)), x, y)


truth = [house(500_000 + 30 * (i % 20), 100_000 + 30 * (i // 20)) for i in range(400)]
found = []
for outline in truth:
    if dice.random() < 0.85:
        moved = translate(outline, dice.gauss(0, 1.5), dice.gauss(0, 1.5))
        found.append(rotate(moved, dice.gauss(0, 5)))
found += [house(500_000 + 30 * dice.random() * 20, 100_700 + 40 * i) for i in range(40)]
dice.shuffle(found)
# A few confidences are equal: their order is that of the file.
confidences = [round(dice.random(), 2) for _ in found]


def write(name, shapes, values):
    features = [
        {"type": "Feature", "properties": {"confidence": value}, "geometry": mapping(shape)}
        for shape, value in zip(shapes, values)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32636"}}
    with open(f"{folder}/{name}", "w") as file:
        json.dump({"type": "FeatureCollection", "crs": crs, "features": features}, file)
    return f"{folder}/{name}"


paths = [write("found.geojson", found, confidences), write("truth.geojson", truth, [1] * len(truth))]
ours = json.loads(
    subprocess.run(
        [command, "evaluate", paths[0], "--truth", paths[1], "--json"]
        + ["--tolerance-m", str(TOLERANCE), "--pixel-m", "0.1"],
        check=True, capture_output=True, text=True).stdout)


def same(name, mine, theirs, within=1e-9):
    print(f"{name}: {mine} (mapwright), {theirs} (judge)")
    if not abs(mine - theirs) <= within * max(1, abs(theirs)):
        sys.exit(f"{name} differs")


tree = STRtree(truth)
pairs = []
for i, outline in enumerate(found):
    for j in sorted(tree.query(outline)):
        shared = outline.intersection(truth[j]).area
        pairs.append((shared / (outline.area + truth[j].area - shared), i, int(j)))

matches = {}
for threshold in (0.5, 0.75, 0.9):
    taken, free, matched = set(), set(range(len(truth))), []
    for iou, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if iou >= threshold and i not in taken and j in free:
            taken.add(i)
            free.remove(j)
            matched.append((i, j, iou))
    matches[threshold] = matched
    score = next(score for score in ours["scores"] if score["iou"] == threshold)
    same(f"F1 at {threshold}", score["f1"], 2 * len(matched) / (len(found) + len(truth)))
    same(f"mean IoU at {threshold}", score["meanOverlap"], numpy.mean([m[2] for m in matched]))


def average_precision(threshold):
    """COCO's, as cocoeval.py does it, for one class, one area and no limit of detections."""
    order = numpy.argsort([-value for value in confidences], kind="mergesort")
    free, right = set(range(len(truth))), []
    for i in order:
        best = max(
            ((iou, -j) for iou, k, j in pairs if k == i and j in free and iou >= threshold),
            default=None)
        if best:
            free.remove(-best[1])
        right.append(best is not None)
    hits = numpy.cumsum(right)
    recall = hits / len(truth)
    precision = hits / numpy.arange(1, len(found) + 1)
    for index in range(len(precision) - 1, 0, -1):
        precision[index - 1] = max(precision[index - 1], precision[index])
    # linspace, which cocoeval.py takes, puts 0.07 a bit above 7/100: a recall of 28/400 misses it.
    levels = numpy.arange(101) / 100
    places = numpy.searchsorted(recall, levels, side="left")
    return numpy.mean([precision[p] if p < len(precision) else 0 for p in places])


wanted = [average_precision(t / 100) for t in range(50, 100, 5)]
for mine, theirs, percent in zip(
    ours["confidence"]["averagePrecisions"], wanted, range(50, 100, 5)):
    same(f"AP at 0.{percent}", mine, theirs)
same("AP at 0.5:0.95", ours["confidence"]["averagePrecision"], numpy.mean(wanted))


def polis(a, b):
    def mean(one, other):
        corners = list(one.exterior.coords)[:-1]
        return numpy.mean([other.exterior.distance(shapely.Point(corner)) for corner in corners])
    return (mean(a, b) + mean(b, a)) / 2


# On the central meridian of a UTM zone a unit is 1 / 0.9996 m.
distances = [polis(found[i], truth[j]) / 0.9996 for i, j, _ in matches[0.5]]
same("PoLiS, mean", ours["shape"]["polisMeanMeters"], numpy.mean(distances), 1e-4)
same("PoLiS, median", ours["shape"]["polisMedianMeters"], numpy.median(distances), 1e-4)
corners = [
    min(shapely.Point(a).distance(shapely.Point(b)) for b in found[i].exterior.coords) / 0.9996
    for i, j, _ in matches[0.5] for a in list(truth[j].exterior.coords)[:-1]]
same("corners, 90 %", ours["shape"]["corner90Meters"], numpy.quantile(corners, 0.9), 1e-4)


def near(one, other):
    ground = shapely.union_all([shape.boundary for shape in other]).buffer(TOLERANCE * 0.9996, 64)
    length = sum(shape.boundary.length for shape in one)
    return sum(shape.boundary.intersection(ground).length for shape in one) / length


same("boundary precision", ours["boundary"]["precision"], near(found, truth), 1e-3)
same("boundary recall", ours["boundary"]["recall"], near(truth, found), 1e-3)

one, other = shapely.union_all(found), shapely.union_all(truth)
same("IoU of the ground", ours["pixels"]["iou"],
     one.intersection(other).area / one.union(other).area, 2e-3)
