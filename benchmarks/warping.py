"""What warping costs: a scene mapped as it is stored, and warped to other grids.

    python benchmarks/warping.py .build/release/mapwright SCENE.tif [--rounds 1] [--model M.onnx]

Each case is a whole run without outlines. `tiling` is the processor time of reading, warping and hashing
every chip, halos included: that of `verify --reread`, which does just this again, less that of `verify`,
which does not. `besides` is the share of the run that is not the network's: reading, warping, reading classes
out of the network's output, parts, COGs, starting. For that the run is sampled five hundred times a second;
samples in the engine or OpenBLAS, or called from there, are the network's. The larger the scene, the less is
started for each pixel. `copies` is the share that `gdal_translate` takes of a run to copy the finished COGs of
the run, with the same compression, and nothing else. Beside it `gdalwarp` makes the same pixels (without halos)
with its approximating transformer, and writes them uncompressed. Medians of rounds in turns. Writes benchmarks/warping.md and warping.json. Needs gdalwarp and gdalinfo (Debian's gdal-bin)
and perf (linux-perf).
"""

import argparse
import datetime
import json
import pathlib
import re
import resource
import statistics
import subprocess
import tempfile

from engine import machine

HERE = pathlib.Path(__file__).resolve().parent
STARTER = HERE.parent / "sample-data/models/buildings-starter.onnx"
ENGINE = re.compile(r"\$s15BuiltinNetworks|mw_")
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


def sampled(words, folder):
    """The processor seconds of a command and its children, and those of them that are not the network's."""
    data = folder / "samples"
    record = ["perf", "record", "-q", "-g", "-e", "cpu-clock", "-F", "499", "-o", data, "--", *words]
    subprocess.run(record, check=True, stdout=subprocess.DEVNULL)
    script = subprocess.Popen(
        ["perf", "script", "-i", data, "-F", "ip,sym,dso"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True)
    every, besides, stack = 0, 0, []
    for line in [*script.stdout, "\n"]:
        if line.strip():
            stack.append(line.split(maxsplit=1)[-1])
        elif stack:
            every += 1 / 499
            besides += 0 if any(ENGINE.match(call) or "openblas" in call for call in stack) else 1 / 499
            stack = []
    return every, besides


def info(path):
    return json.loads(subprocess.run(["gdalinfo", "-json", path], check=True, stdout=subprocess.PIPE).stdout)


def pipeline(folder, scene, grid, inference):
    path = folder / "warping.yaml"
    path.write_text(
        f"name: warping\nscenes: {{files: {scene}, bands: [1, 2, 3]}}\ngrid: {grid}\n"
        f"inference: {{{inference}}}\nmosaic: {{preview: false}}\nfootprints: none\n")
    return path


def measure(program, scene, model, name, grid, resampling, folder):
    row = {"case": name}
    inference = f"model: {model}, classes: {{2: {{is: building, contact: true}}}}"
    own = pipeline(folder, scene, grid, inference)
    out = folder / "run"
    choices = ["--fresh", "--quiet", "--accept-resolution", "--out"]
    row["run"], besides = sampled([program, "map", own, *choices, out], folder)
    row["share besides"] = besides / row["run"]
    known = cpu([program, "verify", out])
    row["tiling"] = cpu([program, "verify", out, "--reread"]) - known
    for layer, level in (("class", 5), ("coverage", 5), ("probability", 1)):
        for file in sorted((out / "4-mosaicking").glob(f"warping_{layer}*.tif")):
            row["copies"] = row.get("copies", 0) + cpu(
                ["gdal_translate", "-q", "-of", "COG", "-co", "BLOCKSIZE=512", "-co", f"LEVEL={level}",
                 "-co", "COMPRESS=DEFLATE", "-co", f"PREDICTOR={'YES' if layer == 'probability' else 'NO'}",
                 file, folder / "copy.tif"])
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
    parser.add_argument("--rounds", type=int, default=1)
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
        table.append({"case": name, **median, "share": median["tiling"] / median["run"]})
    lines = [
        "# Warping", "",
        f"{scene.name} with the starter model. Processor seconds"
        + (f", medians of {options.rounds} rounds in turns." if options.rounds > 1 else "."),
        "`tiling` reads, warps and hashes all chips, halos included; `besides` is all of the run but the network, by",
        "samples; `copies` is what `gdal_translate` takes to copy the finished COGs, as a share of the run;",
        "`gdalwarp` makes the map's pixels alone.",
        f"Written by `benchmarks/warping.py` on {datetime.date.today()}; {machine()}.", "",
        "| grid | Mpx of map | run | tiling | share | besides | copies | gdalwarp |", "|---|---|---|---|---|---|---|---|"]
    for row in table:
        other = f"{row['gdalwarp']:.1f}" if "gdalwarp" in row else ""
        lines.append(
            f"| {row['case']} | {row['megapixels']:.1f} | {row['run']:.1f} | {row['tiling']:.2f} | "
            f"{100 * row['share']:.0f} % | {100 * row['share besides']:.0f} % | "
            f"{100 * row['copies'] / row['run']:.0f} % | {other} |")
    text = "\n".join(lines) + "\n"
    (HERE / "warping.md").write_text(text)
    (HERE / "warping.json").write_text(json.dumps(table, indent=1) + "\n")
    print(text)


if __name__ == "__main__":
    main()
