"""Runs with OpenVINO beside OpenVINO's own Python loop, on the same models and chips.

    python benchmarks/openvino_loop.py .build/release [--rounds 3] [--seconds 2] [--side 640]
                                       [--models unet-s,…] [--maps unet-s,…]

Python's loop is AsyncInferQueue on chips that lie in memory, with the streams that are best for it.
`engine` is our loop on such chips, through OpenVINO's C interface; `map` is the whole of `mapwright
map` on a drawn scene: reading, scaling, classes, probabilities, and a map on disk. A map's chips a
second are those of a scene of 64 chips beyond one of 16, so that start-up does not count. All take
their turns in every round; medians are compared. Writes benchmarks/openvino.md and openvino.json.
Needs numpy, onnx, openvino and rasterio.
"""

import argparse
import datetime
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
HALO = 64


def serve(model, side, threads, streams, seconds):
    """OpenVINO's own loop: for every line of input, chips a second."""
    import openvino

    core = openvino.Core()
    network = core.read_model(model)
    network.reshape([1, 3, side, side])
    settings = {"INFERENCE_PRECISION_HINT": "f32"}
    if streams:
        settings |= {
            "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": streams, "ENABLE_CPU_PINNING": False}
    else:
        settings |= {"PERFORMANCE_HINT": "THROUGHPUT"}
    compiled = core.compile_model(network, "CPU", settings)
    queue = openvino.AsyncInferQueue(compiled, streams or 0)
    chips = [np.random.default_rng(i).random((1, 3, side, side), dtype=np.float32) for i in range(4)]

    def some(count):
        for index in range(count):
            queue.start_async({0: chips[index % 4]}, share_inputs=True)
        queue.wait_all()

    some(3)
    print("ready", flush=True)
    for _ in sys.stdin:
        start, count = time.perf_counter(), 0
        while time.perf_counter() - start < seconds:
            queue.start_async({0: chips[count % 4]}, share_inputs=True)
            count += 1
        queue.wait_all()
        print(count / (time.perf_counter() - start), flush=True)


class Loops:
    """Some processes that compute at the same time when they are asked to."""

    def __init__(self, commands):
        self.processes = [
            subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
            for command in commands]
        for process in self.processes:
            assert process.stdout.readline().strip() == "ready"

    def turn(self):
        for process in self.processes:
            process.stdin.write("\n")
            process.stdin.flush()
        return sum(float(process.stdout.readline()) for process in self.processes)

    def end(self):
        for process in self.processes:
            process.stdin.close()
            process.wait()


def loops(options, model):
    bench = str(options.folder / "mapwright-bench")
    place = str(HERE.parent / ".build/openvino")

    def python(threads, streams):
        return [
            sys.executable, __file__, "--serve", model, str(options.side), str(threads), str(streams),
            str(options.seconds)]

    def ours(threads, streams):
        return [
            bench, "loop", model, "--shape", f"1,3,{options.side},{options.side}", "--openvino", place,
            "--threads", str(threads), "--streams", str(streams), "--seconds", str(options.seconds)]

    return {
        "python 2 threads": [python(2, 1)], "python 2 streams": [python(2, 2)],
        "python throughput hint": [python(2, 0)], "engine 2 threads": [ours(2, 1)],
        "engine 2 streams": [ours(2, 2)], "python 2 x 1": [python(1, 1)] * 2,
        "engine 2 x 1": [ours(1, 1)] * 2}


def draw(path, side):
    import rasterio
    from rasterio.transform import from_origin

    random = np.random.default_rng(3)
    coarse = random.integers(0, 200, (3, side // 16, side // 16), np.uint8)
    pixels = np.kron(coarse, np.ones((1, 16, 16), np.uint8)) + random.integers(0, 40, (3, side, side), np.uint8)
    with rasterio.open(
            path, "w", driver="GTiff", width=side, height=side, count=3, dtype="uint8", crs="EPSG:32636",
            transform=from_origin(400_000, 4_000_000, 0.5, 0.5), tiled=True, compress="deflate") as out:
        out.write(pixels)


def map_seconds(options, model, scene, folder):
    pipeline = folder / "pipeline.yaml"
    pipeline.write_text(f"""
name: bench
scenes: {{files: {scene}, bands: [1, 2, 3]}}
tiling: {{chip_px: {options.side}, halo_px: {HALO}}}
queue: {{shard_px: {2 * (options.side - 2 * HALO)}, workers: 2}}
inference: {{model: {model}, engine: openvino, threads: 1, classes: [other, building]}}
mosaic: {{layers: [class, probability], preview: false}}
footprints: none
""")
    start = time.perf_counter()
    subprocess.run(
        [str(options.folder / "mapwright"), "map", pipeline, "--out", folder / "run", "--quiet", "--fresh"],
        check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def measure(options, name, folder):
    model = str(folder / f"{name}.onnx")
    running = {key: Loops(commands) for key, commands in loops(options, model).items()}
    values = {key: [] for key in running}
    is_mapped = name in options.maps
    if is_mapped:
        values["map 2 x 1"] = []
        map_seconds(options, model, folder / "16.tif", folder)
    for _ in range(options.rounds):
        for key, some in running.items():
            values[key].append(some.turn())
        if is_mapped:
            few, many = (map_seconds(options, model, folder / f"{n}.tif", folder) for n in (16, 64))
            values["map 2 x 1"].append(48 / (many - few))
    for some in running.values():
        some.end()
    return {key: {"median": statistics.median(v), "all": v} for key, v in values.items()}


def row(name, result):
    rate = {key: value["median"] for key, value in result.items()}
    best = max((key for key in rate if key.startswith("python") and "x 1" not in key), key=rate.get)
    ours = max((key for key in rate if key.startswith("engine") and "x 1" not in key), key=rate.get)
    top = max(rate[best], rate["python 2 x 1"])
    cells = [
        name, f"{rate[best]:.2f} ({best[7:]})", f"{rate[ours]:.2f} ({ours[7:]})",
        f"**{100 * rate[ours] / rate[best]:.1f} %**", f"{rate['python 2 x 1']:.2f}",
        f"{rate['engine 2 x 1']:.2f}", f"**{100 * rate['engine 2 x 1'] / rate['python 2 x 1']:.1f} %**"]
    if "map 2 x 1" in rate:
        cells += [f"{rate['map 2 x 1']:.2f}", f"{100 * rate['map 2 x 1'] / top:.1f} %"]
    else:
        cells += ["", ""]
    return "| " + " | ".join(cells) + " |"


def report(options, results):
    from engine import machine

    lines = [
        "# Runs with OpenVINO", "",
        f"Chips a second of {options.side} x {options.side} px, OpenVINO 2026.4.1, f32, 2 processors; medians of",
        f"{options.rounds} rounds in turns. `best` is the best of one process with 2 threads, with 2 streams and, for",
        "Python, with its throughput hint; `2 x 1` are two processes with one thread each, together. The last",
        "columns are whole maps by two workers, and their share of the faster of Python's two ways. Written by",
        f"`make bench-openvino` on {datetime.date.today()}; {machine()}.", "",
        "| model | Python, best | engine, best | share | Python 2 x 1 | engine 2 x 1 | share | map 2 x 1 | share |",
        "|---|---|---|---|---|---|---|---|---|"]
    lines += [row(name, result) for name, result in results.items()]
    (HERE / "openvino.md").write_text("\n".join(lines) + "\n")
    (HERE / "openvino.json").write_text(json.dumps(results, indent=1) + "\n")
    print("\n".join(lines))


def main():
    if sys.argv[1] == "--serve":
        model, side, threads, streams, seconds = sys.argv[2:]
        return serve(model, int(side), int(threads), int(streams), float(seconds))
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--side", type=int, default=640)
    parser.add_argument("--models", default="unet-s,unet-m,unet-r18,unet-mbv2,segformer-b0")
    parser.add_argument("--maps", default="unet-s,unet-r18,unet-mbv2")
    options = parser.parse_args()
    options.maps = options.maps.split(",")
    options.folder = options.folder.resolve()
    with tempfile.TemporaryDirectory() as text:
        folder = pathlib.Path(text)
        subprocess.run([sys.executable, HERE / "models.py", folder], check=True)
        for count, side in ((16, 4), (64, 8)):
            draw(folder / f"{count}.tif", side * (options.side - 2 * HALO))
        report(options, {name: measure(options, name, folder) for name in options.models.split(",")})


main()
