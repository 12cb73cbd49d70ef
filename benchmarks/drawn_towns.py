"""Towns drawn with known truth, and what a network might say of them.

A town is a list of buildings: rectangles, L, T and U shapes, courtyards, chamfered and skewed
buildings, circles, small sheds; their walls follow a direction that changes slowly over the town, and
some rectangles have a twin two to three pixels away. Coordinates are pixels; (0, 0) is the outer
corner of the first one, y runs down.

The probability of a pixel is its coverage, blurred, with noise added to its logit: some that is
correlated over pixels, which bends walls, and some that is not. Levels differ in both; the edge of a
building is off by 0.25 px (easy) or 0.8 px (medium, blobby) root mean square. Blobby is blurred so
much that corners are gone.

Values are bytes: 254 is probability 1. Needs numpy, scipy, scikit-image and shapely.
"""

import math

import numpy as np
from scipy.ndimage import gaussian_filter
from shapely import affinity
from shapely.geometry import Point, Polygon
from skimage.draw import polygon as filled

SIZE = 1536
BUILDINGS = 260
ONE = 254

KINDS = {"rect": .38, "L": .18, "T": .06, "U": .06, "court": .03, "chamfer": .06, "skew": .05,
         "circle": .04, "small": .14}
LEVELS = {
    "easy": {"blur": 1.0, "correlation": 4, "bend": .4, "white": .15},
    "medium": {"blur": 1.4, "correlation": 4, "bend": .9, "white": .3},
    "blobby": {"blur": 2.6, "correlation": 5, "bend": .5, "white": .2},
}
MARGIN = 8
GAP = 4.0


def building(random, kind, scale):
    """One building of a kind, unturned, its first corner at (0, 0)."""
    w = random.uniform(12, 40) * scale
    h = w * random.uniform(.45, 1)
    if kind == "rect":
        return Polygon([(0, 0), (w, 0), (w, h), (0, h)])
    if kind == "small":
        w, h = random.uniform(7, 12), random.uniform(6, 10)
        return Polygon([(0, 0), (w, 0), (w, h), (0, h)])
    if kind == "L":
        a, b = random.uniform(.35, .65) * w, random.uniform(.35, .65) * h
        return Polygon([(0, 0), (w, 0), (w, b), (a, b), (a, h), (0, h)])
    if kind == "T":
        a, c, b = .3 * w, .7 * w, .5 * h
        return Polygon([(0, 0), (w, 0), (w, b), (c, b), (c, h), (a, h), (a, b), (0, b)])
    if kind == "U":
        w, h, t = 1.3 * w, 1.3 * h, .3
        return Polygon([(0, 0), (w, 0), (w, h), (w * (1 - t), h), (w * (1 - t), h * t),
                        (w * t, h * t), (w * t, h), (0, h)])
    if kind == "court":
        w, h = 1.6 * w, 1.6 * h
        yard = [(w * x, h * y) for x, y in ((.33, .33), (.66, .33), (.66, .66), (.33, .66))]
        return Polygon([(0, 0), (w, 0), (w, h), (0, h)], [yard])
    if kind == "chamfer":
        c = .3 * h
        return Polygon([(0, 0), (w, 0), (w, h - c), (w - c, h), (0, h)])
    if kind == "skew":
        return Polygon([(0, 0), (w, 0), (w + .1 * h, h), (.35 * h, h * .9)])
    return Point(0, 0).buffer(random.uniform(6, 16), quad_segs=16)


class Town:
    """Buildings in order, and the kind of each."""

    def __init__(self, seed, size=SIZE, count=BUILDINGS, twins=.15):
        random = np.random.default_rng(seed)
        self.size = size
        self.buildings, self.kinds = [], []
        tries = 0
        while len(self.buildings) < count and tries < 60 * count:
            tries += 1
            kind = random.choice(list(KINDS), p=list(KINDS.values()))
            shape = building(random, kind, random.uniform(.8, 1.6))
            x, y = random.uniform(30, size - 30, 2)
            turn = 40 * math.sin(x / 500) + 35 * math.cos(y / 400) + random.normal(0, 4)
            shape = affinity.rotate(shape, turn, origin="centroid")
            center = shape.centroid
            shape = affinity.translate(shape, x - center.x, y - center.y)
            if not self.has_room(shape, self.buildings):
                continue
            others = list(self.buildings)
            self.add(shape, kind)
            if kind == "rect" and random.random() < twins:
                corners = np.array(shape.exterior.coords[:2])
                side = corners[1] - corners[0]
                length = np.hypot(*side)
                move = side / length * (length + random.uniform(2, 3))
                twin = affinity.translate(shape, *move)
                if self.has_room(twin, others):
                    self.add(twin, kind)

    def add(self, shape, kind):
        self.buildings.append(shape)
        self.kinds.append(kind)

    def has_room(self, shape, others):
        left, top, right, bottom = shape.bounds
        if min(left, top) < MARGIN or max(right, bottom) > self.size - MARGIN:
            return False
        for other in others:
            a, b, c, d = other.bounds
            is_near = right + GAP >= a and left - GAP <= c and bottom + GAP >= b and top - GAP <= d
            if is_near and shape.distance(other) < GAP:
                return False
        return True

    def coverage(self, parts=8):
        """The share of every pixel that is built on, from `parts`² places in it."""
        share = np.zeros((self.size, self.size), np.float32)
        for shape in self.buildings:
            left, top = (math.floor(v) for v in shape.bounds[:2])
            right, bottom = (math.ceil(v) for v in shape.bounds[2:])
            fine = np.zeros(((bottom - top) * parts, (right - left) * parts), np.float32)
            for value, ring in [(1, shape.exterior), *((0, hole) for hole in shape.interiors)]:
                x, y = np.array(ring.coords).T
                rows, columns = filled((y - top) * parts - .5, (x - left) * parts - .5, fine.shape)
                fine[rows, columns] = value
            own = fine.reshape(bottom - top, parts, right - left, parts).mean((1, 3))
            window = np.s_[top:bottom, left:right]
            share[window] = np.maximum(share[window], own)
        return share


def probability(coverage, seed, level):
    """What a network might say: bytes, of which 254 is probability 1."""
    return bytes_of(certainty(coverage, level) + noise(coverage.shape, seed, level))


def certainty(coverage, level):
    """The logit of every pixel before there is noise."""
    p = np.clip(gaussian_filter(coverage, LEVELS[level]["blur"]), .004, .996)
    return .9 * np.log(p / (1 - p))


def noise(shape, seed, level):
    """What is added to logits: bends and grain."""
    amount = LEVELS[level]
    random = np.random.default_rng(seed + 100)
    bend = gaussian_filter(random.normal(size=shape), amount["correlation"])
    return amount["bend"] * bend / bend.std() + amount["white"] * random.normal(size=shape)


def bytes_of(logit):
    return np.round(ONE / (1 + np.exp(-logit))).astype(np.uint8)
