"""How near outlines come to the truth: the measures of benchmarks/footprints.py.

All lengths are in the coordinates' unit. Needs numpy and shapely.
"""

import math

import numpy as np
import shapely
from shapely import STRtree

MEASURES = ("F1@.5", "F1@.75", "F1@.9", "mean IoU", "vertices", "true vertices", "corner p50",
            "corner p90", "PoLiS", "rotation", "area bias %", "exact vertices %", "invalid")


def vertices(shape):
    parts = getattr(shape, "geoms", [shape])
    return np.concatenate([np.array(ring.coords)[:-1] for part in parts
                           for ring in (part.exterior, *part.interiors)])


def polis(a, b):
    """The mean distance of either's corners from the other's walls (Avbelj et al. 2015)."""
    def one_way(corners, walls):
        return shapely.distance(shapely.points(corners), walls.boundary).mean()
    return (one_way(vertices(a), b) + one_way(vertices(b), a)) / 2


def wall_direction(shape):
    """The direction along or across which most walls stand, weighted by squared length."""
    part = max(getattr(shape, "geoms", [shape]), key=lambda part: part.area)
    sides = np.diff(np.array(part.exterior.coords), axis=0)
    angles = np.arctan2(sides[:, 1], sides[:, 0])
    return np.angle((np.hypot(*sides.T) ** 2 * np.exp(4j * angles)).sum()) / 4


def turned_apart(a, b):
    return math.degrees(abs((wall_direction(a) - wall_direction(b) + math.pi / 4)
                            % (math.pi / 2) - math.pi / 4))


def score(outlines, town):
    """The measures of outlines against a drawn town, by name.

    The largest outlines choose first among the buildings that are free. Shape is measured on pairs
    of IoU 0.5 and more, without circles, whose corners are a convention; rotation also without
    skewed buildings, which have no one direction.
    """
    truth, kinds = town.buildings, town.kinds
    invalid = sum(not shape.is_valid for shape in outlines)
    outlines = [shape if shape.is_valid else shape.buffer(0) for shape in outlines]
    tree = STRtree(truth)
    taken, ious, pairs = set(), [], []
    for shape in sorted((s for s in outlines if not s.is_empty), key=lambda s: -s.area):
        best, found = 0, None
        for number in tree.query(shape):
            shared = 0 if number in taken else shape.intersection(truth[number]).area
            iou = shared / (shape.area + truth[number].area - shared)
            if iou > best:
                best, found = iou, number
        ious.append(best)
        if best >= .5:
            taken.add(found)
            pairs.append((shape, truth[found], kinds[found]))
    ious = np.array(ious)

    def f1(least):
        return 2 * (ious >= least).sum() / (len(ious) + len(truth))

    shaped = [(a, b) for a, b, kind in pairs if kind != "circle"]
    corners = np.concatenate([
        np.hypot(*(vertices(b)[:, None] - vertices(a)[None]).transpose(2, 0, 1)).min(1)
        for a, b in shaped])
    counts = np.array([(len(vertices(a)), len(vertices(b))) for a, b in shaped])
    values = (
        f1(.5), f1(.75), f1(.9), ious[ious >= .5].mean(), *counts.mean(0),
        *np.percentile(corners, (50, 90)), np.mean([polis(a, b) for a, b in shaped]),
        np.median([turned_apart(a, b) for a, b, kind in pairs if kind not in ("circle", "skew")]),
        100 * np.mean([a.area / b.area - 1 for a, b in shaped]),
        100 * (counts[:, 0] == counts[:, 1]).mean(), invalid)
    return dict(zip(MEASURES, map(float, values)))
