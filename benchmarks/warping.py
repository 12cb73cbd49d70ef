"""What warping costs: a scene mapped as it is stored, and warped to other grids.

    python benchmarks/warping.py .build/release/mapwright SCENE.tif [--rounds 3] [--model M.onnx]

Each case is a whole run without outlines. `tiling` is the processor time of reading, warping and hashing
every chip, halos included: that of `verify --reread`, which does just this again, less that of `verify`,
which does not. `besides` is a run over the same chips with a network of one layer in place of the model, less
such a run over a few pixels: all that grows with pixels and is not inference, so reading, warping, parts and
COGs. Beside it `gdalwarp` makes the same pixels (without halos) with its approximating
transformer, and writes them uncompressed. Medians of rounds in turns. Writes benchmarks/warping.md and
warping.json. Needs gdalwarp and gdalinfo (Debian's gdal-bin).
"""

import argparse
import datetime
import json
import pathlib
import resource
import statistics
import subprocess
import tempfile

from engine import machine

HERE = pathlib.Path(__file__).resolve().parent
STARTER = HERE.parent / "sample-data/models/buildings-starter.onnx"
ONE_LAYER = HERE.parent / "Tests/Models/bright.onnx"
CASES = [
    ("as stored", "scenes", None),
    ("cubic", "{crs: CRS, pixel_m: OWN, resampling: cubic}", "cubic"),
    ("bilinear", "{crs: CRS, pixel_m: OWN, resampling: bilinear}", "bilinear"),
    ("averaged", "{crs: CRS, pixel_m: MODEL}", "average"),
]


def cpu(words):
    """The processor seconds of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def info(path):
    return json.loads(subprocess.run(["gdalinfo", "-json", path], check=True, stdout=subprocess.PIPE).stdout)


def pipeline(folder, scene, grid, inference, tiling=""):
    path = folder / "warping.yaml"
    path.write_text(
        f"name: warping\nscenes: {{files: {scene}, bands: [1, 2, 3]}}\ngrid: {grid}\n{tiling}"
        f"inference: {{{inference}}}\nmosaic: {{preview: false}}\nfootprints: none\n")
    return path


def measure(program, scene, model, name, grid, resampling, folder):
    row = {"case": name}
    own = pipeline(folder, scene, grid, f"model: {model}, classes: {{2: {{is: building, contact: true}}}}")
    words = [program, "plan", own, "--json", "--accept-resolution"]
    plan = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)
    out = folder / "run"
    choices = ["--fresh", "--quiet", "--accept-resolution", "--out"]
    row["run"] = cpu([program, "map", own, *choices, out])
    known = cpu([program, "verify", out])
    row["tiling"] = cpu([program, "verify", out, "--reread"]) - known
    same = f"tiling: {{chip_px: {plan['chip']}, halo_px: {plan['halo']}}}\n"
    inference = f"model: {ONE_LAYER}, scale: 1/255, classes: {{0: background, 1: building}}"
    row["besides"] = cpu([program, "map", pipeline(folder, scene, grid, inference, same), *choices, folder / "other"])
    few = folder / "few.tif"
    subprocess.run(["gdal_translate", "-q", "-srcwin", "0", "0", "64", "64", scene, few], check=True)
    row["start"] = cpu([program, "map", pipeline(folder, few, grid, inference, same), *choices, folder / "other"])
    row["besides"] -= row["start"]
    map_file = info(out / "4-mosaicking/warping_class.tif")
    row["megapixels"] = map_file["size"][0] * map_file["size"][1] / 1e6
    if resampling:
        x0, dx, _, y0, _, dy = map_file["geoTransform"]
        width, height = map_file["size"]
        bounds = [x0, y0 + dy * height, x0 + dx * width, y0]
        (folder / "crs.wkt").write_text(map_file["coordinateSystem"]["wkt"])
        row["gdalwarp"] = cpu(
            ["gdalwarp", "-q", "-overwrite", "-t_srs", folder / "crs.wkt", "-r", resampling, "-te",
             *map(str, bounds), "-ts", str(width), str(height), scene, folder / "warped.tif"])
    return row


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("scene")
    parser.add_argument("--model", default=STARTER)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--crs", default="EPSG:32645")
    parser.add_argument("--own", default="0.13", help="the scene's pixel size on the ground, in metres")
    parser.add_argument("--coarse", default="0.3", help="the model's, in metres")
    options = parser.parse_args()
    scene = pathlib.Path(options.scene).resolve()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            for name, grid, resampling in CASES:
                grid = grid.replace("CRS", options.crs).replace("OWN", options.own)
                rows.append(
                    measure(
                        str(pathlib.Path(options.program).resolve()), scene, pathlib.Path(options.model).resolve(),
                        name, grid.replace("MODEL", options.coarse), resampling, pathlib.Path(folder)))
                print(rows[-1], flush=True)
    table = []
    for name, *_ in CASES:
        own = [row for row in rows if row["case"] == name]
        median = {key: statistics.median(row[key] for row in own) for key in own[0] if key != "case"}
        table.append({"case": name, **median, "share": median["tiling"] / median["run"],
                      "share besides": median["besides"] / median["run"]})
    lines = [
        "# Warping", "",
        f"{scene.name} with the starter model. Processor seconds, medians of {options.rounds} rounds in turns.",
        "`tiling` reads, warps and hashes all chips, halos included; `besides` is the same run with a network of one",
        f"layer: all but inference, and without the {statistics.median(row['start'] for row in rows):.1f} s that a run "
        "of a few pixels takes; `gdalwarp` makes the",
        "map's pixels alone.",
        f"Written by `benchmarks/warping.py` on {datetime.date.today()}; {machine()}.", "",
        "| grid | Mpx of map | run | tiling | share | besides | share | gdalwarp |", "|---|---|---|---|---|---|---|---|"]
    for row in table:
        other = f"{row['gdalwarp']:.1f}" if "gdalwarp" in row else ""
        lines.append(
            f"| {row['case']} | {row['megapixels']:.1f} | {row['run']:.1f} | {row['tiling']:.2f} | "
            f"{100 * row['share']:.0f} % | {row['besides']:.1f} | {100 * row['share besides']:.0f} % | {other} |")
    text = "\n".join(lines) + "\n"
    (HERE / "warping.md").write_text(text)
    (HERE / "warping.json").write_text(json.dumps(table, indent=1) + "\n")
    print(text)


if __name__ == "__main__":
    main()
