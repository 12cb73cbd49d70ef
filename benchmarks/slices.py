"""Rehearses jobs of very many slices, measures a small one, and reckons a country from what was measured.

    python3 benchmarks/slices.py FOLDER-OF-THE-COMMANDS [SCENE.tif]

Three parts. `mapwright-bench-slices` plays a scheduler that loses, doubles and delays tasks, with the program's own
arithmetic of slices. A scene (the sample region's if none is given) is mapped by `mapwright map` and as a job of four
slices, one of them twice; the files are compared, and processor seconds, bytes and files are counted. `mapwright plan`
counts chips and shards of virtual countries of a million square kilometres. Writes slices.md and slices.json beside
itself, and Documentation/CountryOnPaper.md.
"""

import datetime
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
HOUSE = HERE.parent
BIN = pathlib.Path(sys.argv[1]).resolve()
SCENE = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
SLICES = 4
# Assumed, not measured: what an hour of one core and a thousand requests cost where prices are public.
CORE_HOUR, THOUSAND_PUTS, THOUSAND_GETS = 0.03, 0.005, 0.0004


def command(*words):
    """Runs a command; its processor seconds, its seconds and what it printed."""
    before, begun = os.times(), time.time()
    done = subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, cwd=HOUSE)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {"cpu": cpu, "seconds": time.time() - begun, "text": done.stdout}


def rehearse():
    """Jobs of many slices: what was lost, doubled, and how many submissions it took."""
    found = []
    for slices, shards, slots, lost, doubled, late, seed in [
        (100_000, 250_000, 1_000, 0.10, 0.05, 0.02, 1),
        (100_000, 250_000, 1_000, 0.10, 0.05, 0.02, 2),
        (100_000, 250_000, 10_000, 0.10, 0.05, 0.02, 3),
        (100_000, 250_000, 1_000, 0.50, 0.05, 0.02, 4),
        (100_000, 1_000_000, 1_000, 0.10, 1.00, 0.20, 5),
        (10_000, 80_000, 400, 0.10, 0.05, 0.02, 6),
    ]:
        ran = command(BIN / "mapwright-bench-slices", slices, shards, slots, lost, doubled, late, seed)
        result = json.loads(ran["text"])
        assert result["isComplete"] and result["conflicts"] == 0, result
        found.append({"slices": slices, "shards": shards, "slots": slots, "lost": lost, "doubled": doubled,
                      "late": late, "seed": seed, "rounds": result["rounds"], "cpu": ran["cpu"]})
    return found


def digest(folder):
    files = {}
    for stage in ["4-mosaicking", "5-footprints"]:
        for file in sorted((folder / stage).iterdir()):
            files[f"{stage}/{file.name}"] = hashlib.sha256(file.read_bytes()).hexdigest()
    return files


def size(folder, pattern="*"):
    files = [file for file in folder.rglob(pattern) if file.is_file()]
    return len(files), sum(file.stat().st_size for file in files)


def measure(place):
    """The same map by one command, and by slices of a frozen plan."""
    scenes = [SCENE] if SCENE else []
    # Small shards, so that each slice has some.
    pipeline = place / "job.yaml"
    text = (HOUSE / "pipelines/buildings.yaml").read_text().replace("../sample-data", str(HOUSE / "sample-data"))
    pipeline.write_text(text.replace("shard_px: auto", "shard_px: 896"))
    planned = json.loads(command(BIN / "mapwright", "plan", pipeline, *scenes, "--json", "--accept-resolution")["text"])
    whole = command(BIN / "mapwright", "map", pipeline, *scenes, "--out", place / "map", "--quiet", "--json",
                    "--accept-resolution")
    job = place / "job"
    command(BIN / "mapwright", "plan", pipeline, *scenes, "--slices", SLICES, "--job", job, "--accept-resolution")
    slices = [command(BIN / "mapwright", "run-slice", "--job", job, "--index", index, "--quiet")
              for index in range(SLICES)]
    idle = [command(BIN / "mapwright", "run-slice", "--job", job, "--index", 0, "--quiet") for _ in range(3)]
    finalize = command(BIN / "mapwright", "finalize", "--job", job, "--out", place / "run", "--quiet", "--json")
    one, many = digest(place / "map"), digest(place / "run")
    assert one == many, sorted(name for name in one.keys() | many.keys() if one.get(name) != many.get(name))
    records = [json.loads(file.read_text()) for file in sorted((job / "commits/infer").glob("*.json"))]
    result = json.loads(finalize["text"])
    pixels = result["map"]["pixels"]
    cogs = [file for file in (place / "run/4-mosaicking").glob("*.tif")]
    start = sorted(run["cpu"] for run in idle)[1]
    parts, part_bytes = size(job / "parts")
    commits, commit_bytes = size(job / "commits")
    return {
        "scene": SCENE.name if SCENE else "the sample region",
        "scene_bytes": sum(file.stat().st_size for file in ([SCENE] if SCENE else (HOUSE / "sample-data/scenes").iterdir())
                           if file.suffix == ".tif"),
        "pixels": pixels["mapped"], "shown": planned["shownPixels"], "shards": planned["shards"],
        "map_cpu": whole["cpu"], "slices_cpu": sum(run["cpu"] for run in slices), "start_cpu": start,
        "finalize_cpu": finalize["cpu"], "bytes_read": sum(record["costs"].get("bytesRead") or 0 for record in records),
        "parts": parts, "part_bytes": part_bytes, "commits": commits, "commit_bytes": commit_bytes,
        "kwh": result["map"]["jobCosts"].get("kilowattHours"),
        "cogs": len(cogs), "cog_bytes": sum(file.stat().st_size for file in cogs),
        "outlines": result["map"]["layers"][0].get("features"),
        "outline_bytes": size(place / "run/5-footprints", "*.gpkg")[1], "files_equal": len(one),
    }


def virtual(place, meters):
    """Plans a square of a million square kilometres: a hundred virtual scenes without a pixel in them."""
    folder = place / f"virtual-{meters}"
    (folder / "scenes").mkdir(parents=True)
    across, step = 10, round(100_000 / meters)
    bands = "".join(
        f'<VRTRasterBand dataType="Byte" band="{number + 1}"><ColorInterp>{color}</ColorInterp></VRTRasterBand>'
        for number, color in enumerate(["Red", "Green", "Blue"]))
    for number in range(across * across):
        west = (number % across - across / 2) * 100_000
        north = (across / 2 - number // across) * 100_000
        (folder / f"scenes/s{number}.vrt").write_text(
            f'<VRTDataset rasterXSize="{step}" rasterYSize="{step}"><SRS>EPSG:6933</SRS>'
            f"<GeoTransform>{west}, {meters}, 0, {north}, 0, -{meters}</GeoTransform>{bands}</VRTDataset>")
    text = (HOUSE / "pipelines/buildings.yaml").read_text().replace("../sample-data", str(HOUSE / "sample-data"))
    file = folder / "plan.yaml"
    file.write_text(text)
    ran = command(BIN / "mapwright", "plan", file, *sorted((folder / "scenes").glob("*.vrt")), "--accept-resolution",
                  "--json")
    found = json.loads(ran["text"])
    return {key: found[key] for key in ["width", "height", "chips", "shownPixels", "shards", "shardSide", "sheets",
                                        "layers", "chip", "halo"]} | {"cpu": ran["cpu"], "meters": meters}


def reckon(plan, rates):
    """What a country takes, from its plan and from what was measured."""
    pixels = plan["width"] * plan["height"]
    slices = min(10_000, max(1, plan["shards"] // 4))
    per_shown = (rates["slices_cpu"] - SLICES * rates["start_cpu"]) / rates["shown"]
    inference = (plan["shownPixels"] * per_shown + slices * rates["start_cpu"]) / 3600
    finishing = pixels * rates["finalize_cpu"] / rates["pixels"] / 3600
    layers = len(plan["layers"])
    puts = 2 * plan["shards"] + slices
    # A slice lists the records once, a thousand names a request, and so does `finalize`, which then reads all.
    lists = (slices + 1) * -(-plan["shards"] // 1000)
    gets = 2 * plan["shards"] + 5 * slices
    requests = (puts + lists) / 1000 * THOUSAND_PUTS + gets / 1000 * THOUSAND_GETS
    hours = inference + finishing
    return plan | {
        "pixels": pixels, "slices": slices, "inference_hours": inference, "finishing_hours": finishing,
        "core_hours": hours, "slice_hours": inference / slices,
        "read": plan["shownPixels"] * rates["bytes_read"] / rates["shown"],
        "parts": pixels * rates["part_bytes"] / rates["pixels"], "cogs": pixels * rates["cog_bytes"] / rates["pixels"],
        "cog_files": plan["sheets"] * layers, "commits": plan["shards"],
        "job_files": 2 * plan["shards"] + 2 * slices, "puts": puts, "lists": lists, "gets": gets,
        "money": hours * CORE_HOUR, "money_requests": requests,
        "money_km2": (hours * CORE_HOUR + requests) / 1e6,
    }


def machine():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return f"{os.cpu_count()} cores, {line.split(':', 1)[1].strip()}"
    return f"{os.cpu_count()} cores"


def number(value):
    """Three digits that count, and thousands apart."""
    if value >= 1000:
        digits = len(str(int(value)))
        return f"{int(round(value, 3 - digits)):,}".replace(",", "\u202f")
    return f"{value:.3g}"


def amount(value):
    for unit, size in [("TB", 1e12), ("GB", 1e9), ("MB", 1e6)]:
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e3:.3g} kB"


def slices_page(figures):
    measured = figures["measured"]
    lines = [
        "# Slices", "",
        f"`make bench-slices` on {figures['date']}, {figures['machine']}. What slices are, and what to do when: "
        "[Documentation/Slices.md](../Documentation/Slices.md).", "",
        "## Rehearsed", "",
        "A scheduler in memory, without clock, disk or pixels, and with the program's own arithmetic: which shards a slice "
        "does, what is left, how it is written and read, when two commit records agree. Tasks are *lost* somewhere before "
        "their end and nobody hears of it; are *doubled*, so that two of the same slice run at once; are *late*, and take "
        "eight times as long. When all have ended, what `finalize` would print is submitted again, until nothing is left. "
        "Everything follows from the seed.", "",
        "| slices | shards | at a time | lost | doubled | late | submissions | left after each | tasks | shards done twice | "
        "missing | with two contents |",
        "|---:|---:|---:|---:|---:|---:|---:|---|---:|---:|---:|---:|",
    ]
    for one in figures["rehearsed"]:
        rounds = one["rounds"]
        lines.append(
            f"| {number(one['slices'])} | {number(one['shards'])} | {number(one['slots'])} | {one['lost']:.0%} | "
            f"{one['doubled']:.0%} | {one['late']:.0%} | {len(rounds)} | "
            + ", ".join(number(turn["missing"]) for turn in rounds)
            + f" | {number(sum(turn['tasks'] for turn in rounds))} | {number(sum(turn['foundDone'] for turn in rounds))} | "
            f"{rounds[-1]['missing']} | 0 |")
    longest = max(turn["listLength"] for one in figures["rehearsed"] for turn in one["rounds"])
    lines += ["", f"The longest list of what was left had {number(longest)} characters. A shard counts as done twice when a "
              "task made it and found the record of another, with the same content.", "",
              "## Measured", "",
              f"{measured['scene']}, {number(measured['pixels'] / 1e6)} Mpx, with the starter model: once by `mapwright map`, "
              f"once as a job of {SLICES} slices of {measured['shards']} shards. All {measured['files_equal']} files of map and "
              "outlines are the same, byte for byte.", "",
              "| | processor seconds |", "|---|---:|",
              f"| `mapwright map` | {measured['map_cpu']:.1f} |",
              f"| `run-slice`, all {SLICES} | {measured['slices_cpu']:.1f} |",
              f"| `run-slice` that finds nothing to do | {measured['start_cpu']:.2f} |",
              f"| `finalize` | {measured['finalize_cpu']:.1f} |", "",
              f"The job holds {measured['parts']} parts of {amount(measured['part_bytes'])} and {measured['commits']} commit "
              f"records of {amount(measured['commit_bytes'])}; workers read {amount(measured['bytes_read'])} of files, of "
              f"which the scenes hold {amount(measured['scene_bytes'])}."]
    return "\n".join(lines) + "\n"


def country_page(figures):
    plans = figures["countries"]
    measured = figures["measured"]
    per_core = measured["shown"] / (measured["slices_cpu"] - SLICES * measured["start_cpu"]) / 1e6

    def row(name, words):
        return f"| {name} | " + " | ".join(words(plan) for plan in plans) + " |"

    lines = [
        "# A million square kilometres, on paper", "",
        f"Written by `make bench-slices` on {figures['date']}, from rates measured with this version on {figures['machine']}. "
        "Nobody has mapped such a country with it here. Chips, shards and sheets are those of `mapwright plan` for a square "
        "of virtual scenes with one date, full of picture; all else is multiplication.", "",
        f"Measured on {measured['scene']}, with the starter model: a core shows {per_core:.3g} Mpx a second to the network, "
        f"reading, hashing and packing included; `finalize` takes {measured['finalize_cpu'] / measured['pixels'] * 1e6:.2g} s a "
        f"megapixel; a slice begins in {measured['start_cpu']:.2g} s; parts take {measured['part_bytes'] / measured['pixels']:.2g} "
        f"bytes a pixel, COGs {measured['cog_bytes'] / measured['pixels']:.2g}. Another model, other imagery or another core are "
        "other rates: `mapwright plan country.yaml --price-per-core-hour 0.03` reckons yours.", "",
        "| | " + " | ".join(f"{plan['meters']:g} m" for plan in plans) + " |", "|---|" + "---:|" * len(plans),
        row("pixels", lambda plan: number(plan["pixels"])),
        row("chips", lambda plan: f"{number(plan['chips'])} of {plan['chip']} px"),
        row("pixels that the network is shown", lambda plan: number(plan["shownPixels"])),
        row("shards", lambda plan: f"{number(plan['shards'])} of {plan['shardSide']} px"),
        row("slices", lambda plan: number(plan["slices"])),
        row("core-hours of slices", lambda plan: number(plan["inference_hours"])),
        row("core-hours of `finalize`", lambda plan: number(plan["finishing_hours"])),
        row("hours of `finalize` on 64 cores", lambda plan: number(plan["finishing_hours"] / 64)),
        row("hours of a slice on one core", lambda plan: number(plan["slice_hours"])),
        row("hours of all slices on 64 cores", lambda plan: number(plan["inference_hours"] / 64)),
        row("hours of all slices on 1000 cores", lambda plan: number(plan["inference_hours"] / min(1000, plan["slices"]))),
        row("bytes read by workers, parts read back among them", lambda plan: amount(plan["read"])),
        row("parts, in the job", lambda plan: amount(plan["parts"])),
        row("COGs", lambda plan: f"{amount(plan['cogs'])} in {number(plan['cog_files'])} files"),
        row("commit records", lambda plan: number(plan["commits"])),
        row("files in the job", lambda plan: number(plan["job_files"])),
        row("requests to a bucket: PUT, LIST, GET",
            lambda plan: ", ".join(number(plan[key]) for key in ["puts", "lists", "gets"])),
        row(f"money at {CORE_HOUR} a core-hour", lambda plan: number(plan["money"])),
        row("money for requests", lambda plan: number(plan["money_requests"])),
        row("money a km²", lambda plan: f"{plan['money_km2']:.1e}"),
        row("processor seconds of the plan itself", lambda plan: f"{plan['cpu']:.1f}"), "",
        f"Prices are assumed: {CORE_HOUR} for an hour of a core, {THOUSAND_PUTS} for a thousand PUT or LIST requests and "
        f"{THOUSAND_GETS} for a thousand GETs, of whatever money. What leaves a cloud's region costs more than all of this: map "
        "where the scenes are.", "",
        "- `finalize` makes mosaics and outlines of the whole country: at the finest pixels it is the long end of the job. It "
        "resumes where it was stopped, and `finalize --index` does it in slices, too ([Slices.md](Slices.md)).",
        "- A slice looks once which records there are: a thousand names a request. More slices than four a core at hand buy "
        "nothing, and cost requests.",
        "- Energy " + (f"was {measured['kwh']:.2g} kWh for what was measured" if measured["kwh"] else
                        "was not measurable: the processors here show no counters")
        + ". `finalize` adds up what each machine shows.",
    ]
    return "\n".join(lines) + "\n"


def main():
    place = pathlib.Path(tempfile.mkdtemp(prefix="slices-"))
    try:
        rates = measure(place)
        figures = {
            "date": str(datetime.date.today()), "machine": machine(), "measured": rates,
            "countries": [reckon(virtual(place, meters), rates) for meters in [0.5, 10]],
            "rehearsed": rehearse(),
        }
    finally:
        shutil.rmtree(place)
    (HERE / "slices.json").write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")
    (HERE / "slices.md").write_text(slices_page(figures))
    (HOUSE / "Documentation/CountryOnPaper.md").write_text(country_page(figures))
    print(slices_page(figures))
    print(country_page(figures))


main()
