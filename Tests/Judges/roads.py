"""APLS of two GeoJSON files of lines, by networkx and shapely: an independent way to the same number.

    python Tests/Judges/roads.py TRUTH PREDICTION

Lines meet where they share corners. Prints JSON. The graph keeps whole roads as edges with their lines,
and nodes are put on them by shapely's linear referencing, where Mapwright splits straight pieces.
"""

import json
import math
import sys
import warnings

import networkx
import pyproj
from shapely.geometry import LineString, Point, shape
from shapely.ops import substring, transform

warnings.simplefilter("ignore")
SPACING, SNAP, SHORTEST = 50.0, 4.0, 10.0


def lines(path, plane):
    to = pyproj.Transformer.from_crs("EPSG:4326", plane, always_xy=True).transform
    found = []
    for feature in json.load(open(path))["features"]:
        line = transform(to, shape(feature["geometry"]))
        found.append([(round(x, 3), round(y, 3)) for x, y in line.coords])
    return found


def graph(roads):
    """A graph whose edges are roads between ends and crossings."""
    uses = {}
    for road in roads:
        for number, place in enumerate(road):
            uses[place] = uses.get(place, 0) + (1 if number in (0, len(road) - 1) else 2)
    result = networkx.Graph()
    for road in roads:
        start = 0
        for number in range(1, len(road)):
            if number == len(road) - 1 or uses[road[number]] > 2:
                line = LineString(road[start:number + 1])
                result.add_edge(road[start], road[number], line=line, length=line.length)
                start = number
    # Two roads that go on as one are one.
    for place in [place for place in result if result.degree(place) == 2]:
        (a, first), (b, second) = ((to, data["line"]) for to, data in result[place].items())
        if a == b or result.has_edge(a, b) or place in (a, b):
            continue
        first = first if first.coords[-1] == place else LineString(first.coords[::-1])
        second = second if second.coords[0] == place else LineString(second.coords[::-1])
        line = LineString(list(first.coords) + list(second.coords)[1:])
        result.remove_node(place)
        result.add_edge(a, b, line=line, length=line.length)
    return result


def with_places(roads, cuts):
    """The graph with nodes added: {edge: [(distance along its line, name)]}."""
    result = roads.copy()
    for (a, b), places in cuts.items():
        line = roads[a][b]["line"]
        start = a if line.coords[0] == a else b
        end = b if start == a else a
        result.remove_edge(a, b)
        last, passed = start, 0.0
        for along, name in sorted(places) + [(line.length, end)]:
            result.add_edge(last, name, line=substring(line, passed, along), length=along - passed)
            last, passed = name, along
    return result


def similarity(own, other):
    cuts = {}
    for a, b, data in own.edges(data=True):
        count = math.ceil(data["length"] / SPACING) - 1
        if count > 0:
            cuts[a, b] = [(data["length"] * k / (count + 1), ("between", a, b, k)) for k in range(1, count + 1)]
    marked = with_places(own, cuts)
    places = {node: Point(node) for node in own}
    for (a, b), found in cuts.items():
        for along, name in found:
            places[name] = own[a][b]["line"].interpolate(along)
    twins, snaps = {}, {}
    for node, place in places.items():
        near = min(((data["line"].distance(place), a, b) for a, b, data in other.edges(data=True)),
                   default=(math.inf, None, None), key=lambda one: one[0])
        if near[0] <= SNAP:
            line = other[near[1]][near[2]]["line"]
            along = line.project(place)
            ends = [line.coords[0], line.coords[-1]]
            if along <= 0 or along >= line.length:
                twins[node] = ends[0] if along <= 0 else ends[1]
            else:
                twins[node] = ("twin", node)
                snaps.setdefault((near[1], near[2]), []).append((along, twins[node]))
    found = with_places(other, snaps)
    wrong, ways = 0.0, 0
    for source in places:
        here = networkx.single_source_dijkstra_path_length(marked, source, weight="length")
        there = networkx.single_source_dijkstra_path_length(
            found, twins[source], weight="length") if source in twins else {}
        for target in places:
            length = here.get(target, 0)
            if target == source or length < SHORTEST:
                continue
            ways += 1
            twin = twins.get(target)
            wrong += min(1, abs(length - there[twin]) / length) if twin in there else 1
    return 1 - wrong / ways


def main():
    truth = json.load(open(sys.argv[1]))["features"]
    places = [place for feature in truth for place in feature["geometry"]["coordinates"]]
    middle = [(min(axis) + max(axis)) / 2 for axis in zip(*places)]
    plane = f"+proj=aeqd +lat_0={middle[1]} +lon_0={middle[0]} +datum=WGS84 +units=m"
    one, other = (graph(lines(path, plane)) for path in sys.argv[1:3])
    a, b = similarity(one, other), similarity(other, one)
    print(json.dumps({"truthToPrediction": a, "predictionToTruth": b, "apls": 2 * a * b / (a + b)}))


if __name__ == "__main__":
    main()
