"""What warping costs: a scene mapped as it is stored, and warped to other grids.

    python benchmarks/warping.py .build/release/mapwright SCENE.tif [--rounds 1] [--model M.onnx]

Each case is a whole run without outlines, by one worker, sampled a hundred times a second with its stack. A
sample is the network's where the engine or OpenBLAS is on the stack; else one of checks, where hashes are: files
and pixels read back, chips, parts; else of writing: parts, and COGs made of them; of reading: scenes, warping,
cutting; of classes: packing chips for the network and reading its answer; or of the rest: planning, starting, the
queue, areas. The larger the scene, the less is started for each pixel. `copies` is the share that
`gdal_translate` takes of a run to copy the finished COGs of the run, with the same compression, and nothing else.
Beside it `gdalwarp` makes the same pixels (without halos) with its approximating transformer, and writes them
uncompressed. Medians of rounds in turns. Writes benchmarks/warping.md and warping.json. Needs gdalwarp and
gdalinfo (Debian's gdal-bin) and perf (linux-perf), which fails to follow the stacks of every second process or
so: then the run is done again.
"""

import argparse
import collections
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
# Kernels are `mw_…`, and so are some calls of the system's.
ENGINE = re.compile(r"\$s15BuiltinNetworks|mw_(?!cpu_|curl|file_|free_|gdal|keep_|lock|peak_|pipe|reap|return_|spawn|sync)")
STAGES = [
    ("checks", ["$s9Checksums"]),
    ("writing", ["10Mosaicking", "8writeCOG", "9Publisher"]),
    ("reading", ["6Tiling", "11ShardReader"]),
    ("classes", ["9Inference"]),
]
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


def stage(stack):
    """What a sample is of, by the calls that led to it."""
    if any(ENGINE.match(call) or "openblas" in call for call in stack):
        return "network"
    return next((name for name, words in STAGES if any(word in call for call in stack for word in words)), "rest")


def sampled(words, folder):
    """The processor seconds of a command and its children, by what they are of."""
    for _ in range(12):
        data = folder / "samples"
        record = [
            "perf", "record", "-q", "--call-graph", "dwarf,32768", "-e", "cpu-clock", "-F", "99", "-o", data, "--"]
        subprocess.run([*record, *words], check=True, stdout=subprocess.DEVNULL)
        script = subprocess.Popen(
            ["perf", "script", "-i", data, "--no-inline", "-F", "ip,sym,dso"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        seconds, stack, known, lost = collections.Counter(), [], 0, 0
        for line in [*script.stdout, "\n"]:
            if line.strip():
                stack.append(line.split(maxsplit=1)[-1])
            elif stack:
                seconds[stage(stack)] += 1 / 99
                if any(library in stack[0] for library in ("libcrypto", "libdeflate", "libzstd")):
                    known, lost = known + (len(stack) > 2), lost + (len(stack) <= 2)
                stack = []
        if lost <= known / 10:
            return seconds
        print(f"perf followed {known} of {known + lost} stacks: once more", flush=True)
    raise SystemExit("perf cannot follow the stacks of workers here")


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
    choices = ["--fresh", "--quiet", "--accept-resolution", "--workers", "1", "--out"]
    seconds = sampled([program, "map", own, *choices, out], folder)
    row["run"] = seconds.total()
    for name in ["network", *(name for name, _ in STAGES), "rest"]:
        row[name] = seconds[name] / row["run"]
    row["together"] = row["reading"] + row["classes"] + row["writing"]
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
        table.append({"case": name, **median})
    lines = [
        "# Warping", "",
        f"{scene.name} with the starter model. Processor seconds"
        + (f", medians of {options.rounds} rounds in turns." if options.rounds > 1 else "."),
        "Shares of the whole run by samples of its stacks: reading is scenes, warping and cutting; classes is",
        "packing chips and reading the network's answer; writing is parts and COGs; together is these three; checks",
        "are all hashes, of what is read and of what is written and read back; rest is planning, starting, areas.",
        "`copies` is what `gdal_translate` takes to copy the finished COGs, as a share of the run; `gdalwarp` makes",
        "the map's pixels alone.",
        f"Written by `benchmarks/warping.py` on {datetime.date.today()}; {machine()}.", "",
        "| grid | Mpx of map | run | network | reading | classes | writing | **together** | checks | rest | copies | "
        "gdalwarp |", "|---" * 12 + "|"]
    for row in table:
        other = f"{row['gdalwarp']:.1f}" if "gdalwarp" in row else ""
        shares = [row[name] for name in ["network", "reading", "classes", "writing", "together", "checks", "rest"]]
        lines.append(
            f"| {row['case']} | {row['megapixels']:.1f} | {row['run']:.1f} | "
            + " | ".join(f"{100 * share:.1f} %" for share in [*shares, row["copies"] / row["run"]])
            + f" | {other} |")
    text = "\n".join(lines) + "\n"
    (HERE / "warping.md").write_text(text)
    (HERE / "warping.json").write_text(json.dumps(table, indent=1) + "\n")
    print(text)


if __name__ == "__main__":
    main()
