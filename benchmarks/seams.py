"""What halos and blending do to seams, and what they cost.

    python benchmarks/seams.py .build/release/mapwright SCENE.tif [--model M.onnx] [--moves 2]

The scene is mapped with cores of 896 px, a few times, each time moved on the lattice, so that the cores' borders
lie elsewhere in the picture. The seamless map is that of the largest halo, which must be at least what the
network sees (`mapwright plan` prints it).

Two pixels side by side *disagree* where their classes differ. The *seam contrast* of a map is the share of
pairs across the cores' borders that disagree over that of all other pairs, divided by the same quotient of the
seamless map at the same places: buildings may happen to end at a border more often than elsewhere, in any map.
`steps` is the same with the difference of probabilities in place of disagreement. `largest` and `pixels`
are the largest difference of probability from the seamless map, and the share of classes that are others.

Writes benchmarks/seams.md and seams.json. Needs gdal_translate (Debian's gdal-bin).
"""

import argparse
import datetime
import json
import pathlib
import re
import subprocess
import tempfile

import numpy
import rasterio

from engine import machine
from warping import cpu, info

HERE = pathlib.Path(__file__).resolve().parent
STARTER = HERE.parent / "sample-data/models/buildings-starter.onnx"
CORE = 896
# For networks that see as far, or farther.
DEFAULT = (96, 0)
CASES = [(halo, 0) for halo in (16, 32, 64, 96, 128)] + [(64, 32), (64, 64), (128, 64)]


def moved(scene, pixels, folder):
    """The scene, as many pixels to the east and south."""
    about = info(scene)
    x0, dx, _, y0, _, dy = about["geoTransform"]
    width, height = about["size"]
    left, top = x0 + pixels * dx, y0 + pixels * dy
    path = folder / f"moved-{pixels}.vrt"
    subprocess.run(
        ["gdal_translate", "-q", "-of", "VRT", "-a_ullr", str(left), str(top), str(left + width * dx),
         str(top + height * dy), scene, path], check=True)
    return path


def run(program, scene, model, halo, blend, folder):
    """A map of classes and probabilities, where its cores' borders are, and what it cost."""
    pipeline = folder / "seams.yaml"
    pipeline.write_text(
        f"name: seams\nscenes: {{files: {scene}, bands: [1, 2, 3]}}\n"
        f"tiling: {{chip_px: {CORE + 2 * halo}, halo_px: {halo}, blend_px: {blend}}}\n"
        f"queue: {{shard_px: {4 * CORE}}}\n"
        f"inference: {{model: {model}, classes: {{2: {{is: building, contact: true}}}}}}\n"
        "mosaic: {layers: [class, probability], preview: false}\nfootprints: none\n")
    out = folder / "run"
    spent = cpu([program, "map", pipeline, "--out", out, "--fresh", "--quiet", "--accept-resolution"])
    bands = []
    for layer in ("class", "probability_building"):
        with rasterio.open(out / f"4-mosaicking/seams_{layer}.tif") as file:
            bands.append(file.read(1))
            place = file.transform
    # The lattice's corner lies at the CRS's origin, displaced by less than a pixel.
    column, row = int(place.c // place.a), int(place.f // place.e)
    rows, columns = bands[0].shape
    return {
        "classes": bands[0], "steps": bands[1].astype(int), "cpu": spent,
        "across": [x for x in range(1, columns) if (column + x) % CORE == 0],
        "down": [y for y in range(1, rows) if (row + y) % CORE == 0],
    }


def disagreement(one, measure):
    """The mean of a measure over pairs across borders, and over all others, with how many there are."""
    sums = {"border": [0, 0], "inside": [0, 0]}
    valid = one["classes"] != 255
    for axis, borders in ((1, one["across"]), (0, one["down"])):
        pairs = numpy.take(valid, range(1, valid.shape[axis]), axis) & numpy.take(
            valid, range(valid.shape[axis] - 1), axis)
        if measure == "classes":
            values = numpy.diff(one["classes"].astype(int), axis=axis) != 0
        else:
            values = abs(numpy.diff(one["steps"], axis=axis))
        isBorder = numpy.zeros(values.shape[axis], bool)
        isBorder[[place - 1 for place in borders]] = True
        for name, chosen in (("border", isBorder), ("inside", ~isBorder)):
            kept = numpy.compress(chosen, pairs, axis)
            sums[name][0] += numpy.compress(chosen, values, axis)[kept].sum()
            sums[name][1] += kept.sum()
    return sums


def contrast(maps, measure):
    total = {"border": [0, 0], "inside": [0, 0]}
    for one in maps:
        for name, (value, count) in disagreement(one, measure).items():
            total[name][0] += value
            total[name][1] += count
    border, inside = (total[name][0] / total[name][1] for name in ("border", "inside"))
    return border / inside, int(total["border"][1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("scene")
    parser.add_argument("--model", default=STARTER)
    parser.add_argument("--moves", type=int, default=2)
    options = parser.parse_args()
    moves = [CORE * move // options.moves for move in range(options.moves)]
    program = str(pathlib.Path(options.program).resolve())
    scene, model = pathlib.Path(options.scene).resolve(), pathlib.Path(options.model).resolve()
    found, pairs, sees = {}, 0, "?"
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for move in moves:
            place = moved(scene, move, folder)
            for case in CASES:
                found.setdefault(case, []).append(run(program, place, model, *case, folder))
                print(case, move, f"{found[case][-1]['cpu']:.1f} s", flush=True)
        words = subprocess.run(
            [program, "plan", folder / "seams.yaml", "--accept-resolution"], check=True, stdout=subprocess.PIPE,
            text=True).stdout
        sees = re.search(r"sees (\d+) px", words).group(1)
    reference = found[(128, 0)]
    scale = {measure: contrast(reference, measure)[0] for measure in ("classes", "steps")}
    usual = sum(one["cpu"] for one in found[DEFAULT])
    table = []
    for (halo, blend), maps in found.items():
        own, pairs = contrast(maps, "classes")
        steps, _ = contrast(maps, "steps")
        differences = [abs(one["steps"] - other["steps"]) for one, other in zip(maps, reference)]
        others = [(one["classes"] != other["classes"]).mean() for one, other in zip(maps, reference)]
        table.append({
            "halo_px": halo, "blend_px": blend, "contrast": own / scale["classes"], "steps": steps / scale["steps"],
            "largest": max(int(d.max()) for d in differences) / 200, "pixels": float(numpy.mean(others)),
            "cpu": sum(one["cpu"] for one in maps) / len(maps),
            "cost": sum(one["cpu"] for one in maps) / usual})
    lines = [
        "# Seams", "",
        f"{scene.name} with the starter model, which sees {sees} px to each side; cores of {CORE} px, in shards of",
        f"four by four; maps of each kind: {len(moves)}, with cores' borders elsewhere in the picture; {pairs} pairs of",
        "pixels across borders. *Contrast*: how much more often classes differ across a border than inside, against the",
        "seamless map (halo 128) at the same places; 1 is no seam. *Steps*: the same of differences in probability.",
        "*Largest*, *others*: the largest difference of probability from the seamless map, and the share of pixels of",
        "another class. *CPU* is that of the whole run without outlines, in s; *cost* is it over that of the default,",
        f"a halo of {DEFAULT[0]}. Written by `benchmarks/seams.py` on {datetime.date.today()}; {machine()}.", "",
        "| halo | blend | contrast | steps | largest | others | CPU | cost |", "|---|---|---|---|---|---|---|---|"]
    for row in table:
        lines.append(
            f"| {row['halo_px']} | {row['blend_px'] or 'none'} | {row['contrast']:.3f} | {row['steps']:.3f} | "
            f"{row['largest']:.3f} | {100 * row['pixels']:.4f} % | {row['cpu']:.1f} | {row['cost']:.2f} |")
    text = "\n".join(lines) + "\n"
    (HERE / "seams.md").write_text(text)
    (HERE / "seams.json").write_text(json.dumps(table, indent=1) + "\n")
    print(text)
    default = next(row for row in table if (row["halo_px"], row["blend_px"]) == DEFAULT)
    if default["contrast"] > 1.05:
        raise SystemExit(f"the default's seam contrast is {default['contrast']:.3f}; at most 1.05 is promised")


if __name__ == "__main__":
    main()
