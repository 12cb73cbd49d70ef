"""Maps a drawn country of 200 scenes and measures what it takes.

    python3 benchmarks/country.py FOLDER-OF-THE-COMMANDS [--small]

Draws (draw-sample --country) 200 scenes in three reference systems with overlaps, gaps, clouds and one damaged
file, 2.2 gigapixels, and a part of it of 0.22; maps both with a network of one layer; watches the memory of every
process; maps the small one for several workers, shards and memory budgets and compares every byte; counts
the blocks that are decoded of scenes and packed for parts and COGs (by blocks.c, which needs a C compiler);
and has gdal_translate copy the same files. Writes country.md and country.json beside itself.
"""

import collections
import datetime
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(sys.argv[1]).resolve()
SMALL_ONLY = "--small" in sys.argv
MODEL = HERE.parent / "Tests/Models/bright.onnx"
STAGES = {"0": "3-inference", "1": "4-mosaicking", "2": "5-footprints, tracing", "3": "5-footprints, merging"}


def draw(columns, rows, side, place):
    subprocess.run([BIN / "draw-sample", "--country", str(columns), str(rows), str(side), place], check=True)
    scenes = sorted((place / "scenes").glob("*.tif"))
    return scenes, sum(scene.stat().st_size for scene in scenes)


def pipeline(place, shard=None):
    text = f"""name: country
scenes: {{files: scenes, bands: [1, 2, 3]}}
grid: {{crs: EPSG:32636, pixel_m: 0.5}}
region: {{file: border.geojson}}
tiling: {{chip_px: 1024, halo_px: 64}}
queue: {{shard_px: {shard or "auto"}}}
inference:
  model: {MODEL}
  scale: 1/255
  classes: {{0: background, 1: building}}
footprints: none
"""
    file = place / f"{shard or 'auto'}.yaml"
    file.write_text(text)
    return file


def memory(pid):
    try:
        text = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", text)
    return int(found.group(1)) * 1024 if found else 0


def children(pid):
    try:
        return [int(word) for word in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def run(place, name, *more, shard=None):
    """Maps, and watches the most memory of the command and of any worker."""
    words = [BIN / "mapwright", "map", pipeline(place, shard), "--out", place / name, "--quiet",
             "--on-bad-scene", "skip", "--json", *more]
    begun, before = time.time(), os.times()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    peaks = {}
    disk = 0
    while process.poll() is None:
        for pid in [process.pid] + children(process.pid):
            peaks[pid] = max(peaks.get(pid, 0), memory(pid))
        parts = place / name / "3-inference"
        if parts.is_dir():
            disk = max(disk, sum(file.stat().st_size for file in parts.glob("*.tif") if file.exists()))
        time.sleep(0.2)
    result = json.loads(process.stdout.read())
    assert process.returncode == 0, result
    after = os.times()
    record = json.loads((place / name / "run.json").read_text())
    return {
        "seconds": time.time() - begun,
        "cpu": after.children_user + after.children_system - before.children_user - before.children_system,
        "command": peaks.pop(process.pid), "worker": max(peaks.values()), "result": result,
        "stages": {STAGES[key]: stage for key, stage in record["costs"]["stages"].items()}
        if isinstance(record["costs"]["stages"], dict) else stage_list(record["costs"]["stages"]),
        "parts": disk,
    }


def stage_list(values):
    """Swift writes dictionaries with whole numbers as keys as lists of keys and values."""
    return {STAGES[str(values[at])]: values[at + 1] for at in range(0, len(values), 2)}


def digest(folder):
    total = hashlib.sha256()
    for stage in ["4-mosaicking", "5-footprints"]:
        for file in sorted((folder / stage).iterdir()) if (folder / stage).is_dir() else []:
            total.update(file.name.encode())
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()[:16]


def plan(place):
    words = [BIN / "mapwright", "plan", pipeline(place), "--on-bad-scene", "skip", "--json"]
    begun = time.time()
    found = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)
    return found, time.time() - begun


def traffic(place, name, *more):
    """How often a run decodes the blocks of scenes, and packs those of parts and COGs."""
    library, log = place / "blocks.so", place / "blocks"
    subprocess.run([os.environ.get("CC", "cc"), "-O1", "-shared", "-fPIC", "-o", library, HERE / "blocks.c"], check=True)
    words = [BIN / "mapwright", "map", pipeline(place), "--out", place / name, "--quiet", "--on-bad-scene", "skip",
             *more]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL,
                   env=os.environ | {"LD_PRELOAD": str(library), "BLOCKS": str(log)})
    decoded, written = collections.Counter(), collections.Counter()
    for line in log.open(errors="replace"):
        what, block = line.rstrip("\n").split(" ", 1)
        if what == "r" and "/scenes/" in block:
            decoded[block] += 1
        if what == "w" and "/staging/" in block:
            written[block] += 1
    log.unlink()
    return {"blocks": len(decoded), "decoded": sum(decoded.values()),
            "ratio": sum(decoded.values()) / len(decoded), "written": len(written), "twice": sum(
                count > 1 for count in written.values())}


def translate(scenes, place):
    """gdal_translate of the same files to DEFLATE, tiled: pixels' bytes and processor seconds."""
    pixels, seconds = 0, 0.0
    for scene in scenes:
        target = place / "copy.tif"
        before = os.times()
        done = subprocess.run(
            ["gdal_translate", "-q", "-co", "TILED=YES", "-co", "BLOCKXSIZE=512", "-co", "BLOCKYSIZE=512", "-co",
             "COMPRESS=DEFLATE", "-co", "ZLEVEL=1", scene, target], stderr=subprocess.DEVNULL)
        after = os.times()
        if done.returncode:
            continue
        seconds += after.children_user + after.children_system - before.children_user - before.children_system
        info = json.loads(subprocess.run(["gdalinfo", "-json", scene], check=True, stdout=subprocess.PIPE).stdout)
        pixels += info["size"][0] * info["size"][1] * 3
    return pixels, seconds


def virtual(place):
    """Plans a country of 10^8 chips at 0.5 m: 2,025 virtual scenes without a pixel in them."""
    folder = place / "virtual"
    (folder / "scenes").mkdir(parents=True)
    side, step, across = 201_000, 199_000, 45
    bands = "".join(f'<VRTRasterBand dataType="Byte" band="{number}"/>' for number in [1, 2, 3])
    for number in range(across * across):
        west = (number % across - across / 2) * step * 0.5
        north = (across / 2 - number // across) * step * 0.5
        (folder / f"scenes/s{number}.vrt").write_text(
            f'<VRTDataset rasterXSize="{side}" rasterYSize="{side}"><SRS>EPSG:6933</SRS>'
            f"<GeoTransform>{west}, 0.5, 0, {north}, 0, -0.5</GeoTransform>{bands}</VRTDataset>")
    file = folder / "plan.yaml"
    file.write_text(pipeline(folder).read_text().replace("scenes, bands", "'scenes/*.vrt', bands")
                    .replace("grid: {crs: EPSG:32636, pixel_m: 0.5}\nregion: {file: border.geojson}\n", ""))
    words = [BIN / "mapwright", "plan", file, "--accept-resolution", "--json"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE)
    begun = time.time()
    found = json.loads(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, found
    return {"scenes": found["scenes"], "chips": found["chips"], "shards": found["shards"], "seconds":
            time.time() - begun, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss * 1024}


def main():
    place = pathlib.Path(tempfile.mkdtemp(prefix="country-"))
    figures = {}
    try:
        small = place / "small"
        scenes, _ = draw(10, 2, 3500, small)
        planned, plan_seconds = plan(small)
        runs = {"2 workers": run(small, "a", "--workers", "2")}
        hashes = {"2 workers": digest(small / "a")}
        for name, words, shard in [
            ("1 worker, 500 MB", ["--workers", "1", "--memory", "500MB"], None),
            ("2 workers, shards of 896 px, 900 MB, shuffled",
             ["--workers", "2", "--memory", "900MB", "--shuffle", "5"], 896),
            ("3 workers, shards of 7168 px", ["--workers", "3"], 7168),
        ]:
            runs[name] = run(small, "b", *words, shard=shard)
            hashes[name] = digest(small / "b")
            shutil.rmtree(small / "b")
        assert len(set(hashes.values())) == 1, hashes
        figures["hashes"] = hashes
        figures["small"] = runs["2 workers"] | {"planned": planned["cpuSeconds"], "plan_seconds": plan_seconds}
        figures["budgets"] = {
            name: {"worker": one["worker"], "command": one["command"]} for name, one in runs.items()}
        figures["traffic"] = {"small": traffic(small, "c")}
        shutil.rmtree(small / "c", ignore_errors=True)
        pixels, seconds = translate(scenes, small)
        figures["gdal_translate"] = {"bytes": pixels, "cpu": seconds, "GB/s": pixels / seconds / 1e9}
        figures["virtual"] = virtual(place)
        if not SMALL_ONLY:
            large = place / "large"
            scenes, size = draw(20, 10, 3500, large)
            planned, plan_seconds = plan(large)
            figures["large"] = run(large, "a", "--workers", "2") | {
                "planned": planned["cpuSeconds"], "plan_seconds": plan_seconds, "scenes": len(scenes),
                "scene_bytes": size, "sheets": planned["sheets"], "disk": planned["diskNeed"]}
            shutil.rmtree(large / "a")
            # Shards are smaller where there are few; memory is compared at the same size.
            same = run(small, "b", "--workers", "2", shard=planned["shardSide"])
            shutil.rmtree(small / "b")
            figures["same shards"] = {
                "side": planned["shardSide"], "worker": same["worker"], "command": same["command"]}
            figures["traffic"]["large"] = traffic(large, "c")
        write(figures)
    finally:
        shutil.rmtree(place)


def write(figures):
    lines = ["# A drawn country", "",
             f"`make bench-country` on {datetime.date.today()}, {machine()}. Network of one layer; scenes in EPSG:32636 "
             "(two in three), EPSG:32635 and EPSG:3857, warped to the first at 0.5 m.", ""]
    lines += ["| | " + " | ".join(name for name in ["small", "large"] if name in figures) + " |",
              "|---|" + "---:|" * sum(name in figures for name in ["small", "large"])]
    both = [figures[name] for name in ["small", "large"] if name in figures]
    pixels = [one["result"]["pixels"] for one in both]
    rows = [
        ("pixels in the COGs, Gpx", [f"{sum(one.values()) / 1e9:.2f}" for one in pixels]),
        ("mapped / nodata / outside / set aside, Mpx",
         [" / ".join(f"{one[key] / 1e6:.1f}" for key in ["mapped", "nodata", "outside", "setAside"]) for one in pixels]),
        ("processor seconds", [f"{one['cpu']:.0f}" for one in both]),
        ("planned processor seconds", [f"{one['planned']:.0f}" for one in both]),
        ("planning, s", [f"{one['plan_seconds']:.1f}" for one in both]),
        ("peak of a worker, MB", [f"{one['worker'] / 1e6:.0f}" for one in both]),
        ("peak of the command, MB", [f"{one['command'] / 1e6:.0f}" for one in both]),
        ("most parts on disk at a time, MB", [f"{one['parts'] / 1e6:.0f}" for one in both]),
    ]
    for stage in STAGES.values():
        shares = [one["stages"].get(stage, {}).get("cpuSeconds", 0) / one["cpu"] for one in both]
        if any(shares):
            rows.append((f"share of {stage}", [f"{share:.0%}" for share in shares]))
    lines += [f"| {name} | " + " | ".join(values) + " |" for name, values in rows]
    lines += ["", "One hash of all outputs of the small one, and peaks of memory:", "",
              "| run | hash | worker, MB | command, MB |", "|---|---|---:|---:|"]
    lines += [f"| {name} | `{value}` | {figures['budgets'][name]['worker'] / 1e6:.0f} | "
              f"{figures['budgets'][name]['command'] / 1e6:.0f} |" for name, value in figures["hashes"].items()]
    if "same shards" in figures:
        same, large = figures["same shards"], figures["large"]
        worker, command = large["worker"] / same["worker"], large["command"] / same["command"]
        lines += ["", f"With shards of {same['side']} px, as the large one has them, a worker of the small one takes "
                  f"{same['worker'] / 1e6:.0f} MB and its command {same['command'] / 1e6:.0f} MB: those of the large "
                  f"one take {worker:.2f} and {command:.2f} times as much."]
    for name, one in figures["traffic"].items():
        lines += ["", f"The {name} one decoded {one['blocks']} blocks of its scenes, each {one['ratio']:.2f} times on "
                  f"average, and packed {one['written']} blocks of parts and COGs, {one['twice']} of them twice."]
    far = figures["virtual"]
    lines += ["", f"A virtual country at 0.5 m: {far['chips'] / 1e6:.0f} million chips in {far['scenes']} scenes are planned "
              f"in {far['cpu']:.1f} processor seconds ({far['seconds']:.1f} s) with {far['memory'] / 1e6:.0f} MB; they make "
              f"{far['shards']} shards."]
    lines += ["", f"`gdal_translate` of the same files: {figures['gdal_translate']['GB/s']:.2f} GB of pixels a "
              "processor second, read, packed with DEFLATE 1 and written."]
    for name, one in zip(["small", "large"], both):
        stage = one["stages"]
        mosaic = stage["4-mosaicking"]["cpuSeconds"]
        written = sum(one["result"]["pixels"].values()) * 3
        lines.append(f"Mosaicking ({name}): {written / mosaic / 1e9:.2f} GB of pixels a processor second, read from "
                     "parts, halved, packed with DEFLATE, written, read back and compared.")
    (HERE / "country.md").write_text("\n".join(lines) + "\n")
    for one in both:
        del one["result"]["files"], one["result"]["folder"]
    (HERE / "country.json").write_text(json.dumps(figures, indent=1, sort_keys=True, default=str) + "\n")
    print("\n".join(lines))


def machine():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return f"{os.cpu_count()} cores, {line.split(':', 1)[1].strip()}"
    return f"{os.cpu_count()} cores"


main()
