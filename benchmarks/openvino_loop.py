"""Our runs with OpenVINO beside OpenVINO's own Python, on the same models and chips.

    python benchmarks/openvino_loop.py .build/release [--rounds 3] [--side 640]
                                       [--models unet-s,…]

*Loops* only infer, chips that lie in memory: Python's AsyncInferQueue, and ours through OpenVINO's C
interface. Python gets what is best of two streams, two threads and its throughput hint.

*Pipelines* read a drawn scene of deflated GeoTIFF, chip by chip with a halo, infer, and take the
classes of every core. Python reads with rasterio, pads at the scene's edge, scales, and takes numpy's
argmax, all while the network computes; it is one process with two streams, or two processes with a
thread each and half of the chips. It keeps the classes in memory. Ours is the inference stage of `mapwright map`,
with a worker of two streams, or two workers with a thread each, with everything a stage does besides:
hashing what it read, packing parts on disk, reading them back, and the queue. Ours is new in every turn, so
the clock starts when as many chips are begun as a shard has, and ends with the last part; Python's starts at
the same chip, and ends with the last classes. Chips begun by then do not count, whether they are done or
not. Both classify the same chips, and what differs between their maps is told.

All take their turns in every round, every other round from the last to the first; a share is the median of
the rounds' own, since the machine is faster in one minute than in another. Models that are not named keep
what was measured of them before. Writes benchmarks/openvino.md and openvino.json. Needs numpy, onnx, openvino
and rasterio.
"""

import argparse
import datetime
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
HALO = 64
# Chips of a turn in a loop, and across and down a scene: more where a chip takes little. Even numbers, so
# that two streams end together; four chips across and down are a shard, as in large regions.
SIZES = {
    "unet-s": (16, 12, 8), "unet-m": (8, 8, 6), "unet-r18": (16, 8, 8), "unet-mbv2": (48, 24, 12),
    "segformer-b0": (24, 12, 8)}
SHARD = 16


def compiled_queue(model, side, threads, streams):
    """OpenVINO's queue of requests, with one more than there are streams: none waits for Python."""
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
    return openvino.AsyncInferQueue(
        core.compile_model(network, "CPU", settings), streams + 1 if streams else 0)


def serve_loop(model, side, threads, streams, chips):
    """OpenVINO's own loop: for every line of input, chips a second."""
    queue = compiled_queue(model, side, threads, streams)
    pictures = [np.random.default_rng(i).random((1, 3, side, side), dtype=np.float32) for i in range(4)]

    def some(count):
        for index in range(count):
            queue.start_async({0: pictures[index % 4]}, share_inputs=True)
        queue.wait_all()

    some(3)
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        some(chips)
        print(chips / (time.perf_counter() - start), flush=True)


def serve_pipeline(model, side, threads, streams, scene, part, parts, target):
    """Python's pipeline: for every line of input, one pass over its chips, and when its clock ran."""
    import rasterio
    from rasterio.windows import Window

    queue = compiled_queue(model, side, threads, streams)
    core = side - 2 * HALO

    def read(source, row, column):
        """A chip, mirrored beyond the scene's edge."""
        y, x = row * core - HALO, column * core - HALO
        top, left = max(-y, 0), max(-x, 0)
        height = min(y + side, source.height) - y - top
        width = min(x + side, source.width) - x - left
        pixels = source.read((1, 2, 3), window=Window(x + left, y + top, width, height))
        pads = ((0, 0), (top, side - top - height), (left, side - left - width))
        return np.pad(pixels, pads, "symmetric").astype(np.float32)[None] * np.float32(1 / 255)

    def run(most=None):
        start = None
        # Opened anew, so that no pass finds decoded blocks in GDAL's cache.
        with rasterio.open(scene) as source:
            rows, columns = source.height // core, source.width // core
            classes = np.zeros((source.height, source.width), np.uint8)

            def take(request, told):
                row, column, _ = told
                scores = request.get_output_tensor(0).data[0, :, HALO:-HALO, HALO:-HALO]
                classes[row * core:(row + 1) * core, column * core:(column + 1) * core] = scores.argmax(0)

            queue.set_callback(take)
            for index in range(part, most or rows * columns, parts):
                row, column = divmod(index, columns)
                if start is None and index >= SHARD:
                    start = time.time()
                chip = read(source, row, column)
                queue.start_async({0: chip}, (row, column, chip), share_inputs=True)
            queue.wait_all()
            return classes, start, time.time()

    run(SHARD)
    print("ready", flush=True)
    for _ in sys.stdin:
        classes, start, end = run()
        print(start, end, flush=True)
        np.save(target, classes)


class Processes:
    """Some processes that compute at the same time when they are asked to."""

    def __init__(self, commands):
        self.processes = [
            subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                text=True, bufsize=1)
            for command in commands]
        for process in self.processes:
            assert process.stdout.readline().strip() == "ready"

    def turn(self):
        """The numbers that each of them answers."""
        for process in self.processes:
            process.stdin.write("\n")
            process.stdin.flush()
        return [[float(word) for word in process.stdout.readline().split()] for process in self.processes]

    def seconds(self):
        """From when their clocks started, in the middle, until the last has ended."""
        starts, ends = zip(*self.turn())
        return max(ends) - statistics.mean(starts)

    def end(self):
        for process in self.processes:
            process.stdin.close()
            process.wait()


def processor_seconds(processes):
    """What all processors have worked, and what our processes have, those that ended included."""
    tick = os.sysconf("SC_CLK_TCK")
    fields = [int(field) for field in open("/proc/stat").readline().split()[1:9]]
    busy = (sum(fields) - fields[3] - fields[4]) / tick
    own = sum(r.ru_utime + r.ru_stime for r in map(resource.getrusage, (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)))
    for process in processes:
        words = open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()
        own += (int(words[11]) + int(words[12])) / tick
    return busy, own


def watched(turn, processes):
    """What a turn gives, and the share of the processors that others had meanwhile."""
    start, (busy, own) = time.perf_counter(), processor_seconds(processes)
    rate = turn()
    seconds, (busy_then, own_then) = time.perf_counter() - start, processor_seconds(processes)
    return rate, (busy_then - busy - (own_then - own)) / seconds / os.cpu_count()


def draw(path, width, height):
    import rasterio
    from rasterio.transform import from_origin

    random = np.random.default_rng(3)
    coarse = random.integers(0, 200, (3, height // 16, width // 16), np.uint8)
    pixels = np.kron(coarse, np.ones((1, 16, 16), np.uint8)) + random.integers(0, 40, (3, height, width), np.uint8)
    # Its corner is a corner of a shard, so that our chips begin where Python's do.
    with rasterio.open(
            path, "w", driver="GTiff", width=width, height=height, count=3, dtype="uint8", crs="EPSG:32636",
            transform=from_origin(400_384, 4_000_768, 0.5, 0.5), tiled=True, compress="deflate") as out:
        out.write(pixels)


class Map:
    """Our pipeline: the inference stage of a run."""

    def __init__(self, program, model, scene, side, folder, workers, streams):
        self.program, self.pipeline, self.run = program, folder / f"{workers}.yaml", folder / f"run{workers}"
        self.pipeline.write_text(f"""
name: bench
scenes: {{files: {scene}, bands: [1, 2, 3]}}
tiling: {{chip_px: {side}, halo_px: {HALO}}}
queue: {{workers: {workers}, shard_px: {round(SHARD ** 0.5) * (side - 2 * HALO)}}}
inference:
  {{model: {model}, engine: openvino, threads: {streams}, streams: {streams}, scale: 1/255, activation: none,
   classes: [other, building]}}
mosaic: {{layers: [class], preview: false, keep_parts: true}}
footprints: none
""")

    def rate(self, chips):
        """Chips a second from when a shard's worth of them is begun to the last part that is committed."""
        shutil.rmtree(self.run, ignore_errors=True)
        process = subprocess.Popen(
            [self.program, "map", self.pipeline, "--out", self.run, "--quiet"], stdout=subprocess.DEVNULL)
        tally, begun = self.run / "2-queueing/chips.tally", 0
        while begun < SHARD and process.poll() is None:
            time.sleep(0.002)
            begun, start = tally.stat().st_size if tally.exists() else 0, time.time()
        assert process.wait() == 0 and SHARD <= begun < chips
        # A part takes its name when it is committed, and its file is not touched after that.
        end = max(os.stat(part).st_ctime for part in (self.run / "3-inference").glob("*.tif"))
        return (chips - begun) / (end - start)

    def classes(self):
        import rasterio

        with rasterio.open(self.run / "4-mosaicking/bench_class.tif") as source:
            return source.read(1)


def measure(options, name, folder):
    model, scene = folder / f"{name}.onnx", folder / f"{name}.tif"
    chips, across, down = SIZES[name]
    draw(scene, across * (options.side - 2 * HALO), down * (options.side - 2 * HALO))
    bench, place = options.folder / "mapwright-bench", HERE.parent / ".build/openvino"

    def python(threads, streams, processes=1):
        return [sys.executable, __file__, "--loop", model, options.side, threads, streams, chips // processes]

    def ours(threads, streams, processes=1):
        return [
            bench, "loop", model, "--shape", f"1,3,{options.side},{options.side}", "--openvino", place,
            "--threads", threads, "--streams", streams, "--chips", chips // processes]

    def pipeline(threads, streams, part, parts):
        return [sys.executable, __file__, "--pipeline", model, options.side, threads, streams, scene, part, parts,
                folder / f"classes{parts}{part}.npy"]

    loops = {
        "python 2 threads": [python(2, 1)], "python 2 streams": [python(2, 2)],
        "python throughput hint": [python(2, 0)], "engine 2 streams": [ours(2, 2)], "python 2 x 1": [python(1, 1, 2)] * 2,
        "engine 2 x 1": [ours(1, 1, 2)] * 2}
    pipelines = {
        "python pipeline 2 streams": [pipeline(2, 2, 0, 1)],
        "python pipeline 2 x 1": [pipeline(1, 1, part, 2) for part in (0, 1)]}
    maps = {
        "map 2 streams": Map(options.folder / "mapwright", model, scene, options.side, folder, 1, 2),
        "map 2 x 1": Map(options.folder / "mapwright", model, scene, options.side, folder, 2, 1)}
    running = {key: Processes(commands) for key, commands in (loops | pipelines).items()}
    turns = {key: (lambda some=running[key]: sum(rate for [rate] in some.turn())) for key in loops}
    for (key, ours), theirs in zip(maps.items(), pipelines):
        turns[theirs] = lambda some=running[theirs]: (across * down - SHARD) / some.seconds()
        turns[key] = lambda ours=ours: ours.rate(across * down)
    processes = [process for some in running.values() for process in some.processes]
    values = {key: [] for key in turns}
    for number in range(2 * options.rounds - 1):
        for key, turn in list(turns.items())[::1 if number % 2 == 0 else -1]:
            if key in loops and number >= options.rounds:
                continue
            rate, others = watched(turn, processes)
            values[key].append((rate, others))
            print(f"{name:14}{key:28}{rate:8.2f} chips/s, others had {others:.1%}", flush=True)
    for some in running.values():
        some.end()
    result = {
        key: {"median": statistics.median(rate for rate, _ in v), "all": [rate for rate, _ in v],
              "others": max(others for _, others in v)} for key, v in values.items()}
    theirs = np.load(folder / "classes10.npy")
    result["same class"] = float((maps["map 2 x 1"].classes() == theirs).mean())
    print(name, json.dumps({k: v if isinstance(v, float) else v["median"] for k, v in result.items()}), flush=True)
    return result


def best(rate):
    """The fastest of Python's loops in one process, and its settings."""
    key = max(("python 2 threads", "python 2 streams", "python throughput hint"), key=rate.get)
    return rate[key], key.removeprefix("python ")


def share(result, ours, theirs):
    """The rate of one as a share of another's, in the middle round."""
    pairs = zip(result[ours]["all"], result[theirs]["all"])
    return f"**{100 * statistics.median(a / b for a, b in pairs):.1f} %**"


def tables(results):
    loops = [
        "| model | Python, best | ours, 2 streams | share | Python 2 x 1 | ours 2 x 1 | share |",
        "|---|---|---|---|---|---|---|"]
    maps = [
        "| model | Python 2 streams | ours | share | Python 2 x 1 | ours | share | of Python's loop | same class |",
        "|---|---|---|---|---|---|---|---|---|"]
    for name, result in results.items():
        rate = {key: value["median"] for key, value in result.items() if isinstance(value, dict)}
        theirs, way = best(rate)
        mine = rate["engine 2 streams"]
        loops.append(
            f"| {name} | {theirs:.2f} ({way}) | {mine:.2f} | {share(result, 'engine 2 streams', 'python ' + way)} "
            f"| {rate['python 2 x 1']:.2f} | {rate['engine 2 x 1']:.2f} "
            f"| {share(result, 'engine 2 x 1', 'python 2 x 1')} |")
        cells = [name]
        for way in ("2 streams", "2 x 1"):
            a, b = rate[f"map {way}"], rate[f"python pipeline {way}"]
            cells += [f"{b:.2f}", f"{a:.2f}", share(result, f"map {way}", f"python pipeline {way}")]
        fastest = max(rate["map 2 streams"], rate["map 2 x 1"])
        cells += [f"{100 * fastest / max(theirs, rate['python 2 x 1']):.1f} %", f"{100 * result['same class']:.3f} %"]
        maps.append("| " + " | ".join(cells) + " |")
    return loops, maps


def rounds(results):
    """How many rounds there were, the fewest and the most."""
    counts = [len(v["all"]) for r in results.values() for v in r.values() if isinstance(v, dict)]
    return " to ".join(str(count) for count in sorted({min(counts), max(counts)}))


def report(options, results):
    from engine import machine

    loops, maps = tables(results)
    lines = [
        "# Runs with OpenVINO", "",
        f"Chips a second of {options.side} x {options.side} px, OpenVINO 2026.4.1, f32, 2 processors; medians of",
        f"{rounds(results)} rounds in turns, shares too. Written by `make bench-openvino`, last on",
        f"{datetime.date.today()}; {machine()}. While a turn was measured, others had at most",
        f"{100 * max(v['others'] for r in results.values() for v in r.values() if isinstance(v, dict)):.0f} % of the processors.", "",
        "Loops, which only infer. *Best* is the best of one process with two threads, with two streams, and with the",
        "throughput hint; *2 x 1* are two processes with one thread each, together.", "",
        *loops, "",
        "Pipelines: a scene is read in chips with a halo, inferred, and the classes of every core are taken. Python",
        "(rasterio, AsyncInferQueue, numpy) keeps them in memory. Ours is the inference stage of `mapwright map`, to the",
        "last part on disk, which was read back, with the hash of its pixels; one worker with two streams, and two",
        "workers with a thread each. Both are timed from when a shard's worth of chips is begun, and chips begun by then",
        "do not count. The last columns are the faster",
        "of our two pipelines as a share of Python's fastest loop, which reads nothing, and the pixels to which both",
        "pipelines give the same class.", "",
        *maps]
    (HERE / "openvino.md").write_text("\n".join(lines) + "\n")
    (HERE / "openvino.json").write_text(json.dumps(results, indent=1) + "\n")


def main():
    if sys.argv[1] == "--loop":
        model, side, threads, streams, chips = sys.argv[2:]
        return serve_loop(model, int(side), int(threads), int(streams), int(chips))
    if sys.argv[1] == "--pipeline":
        model, side, threads, streams, scene, part, parts, target = sys.argv[2:]
        return serve_pipeline(
            model, int(side), int(threads), int(streams), scene, int(part), int(parts), target)
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3, help="of loops; pipelines have twice as many less one")
    parser.add_argument("--side", type=int, default=640)
    parser.add_argument("--models", default=",".join(SIZES))
    options = parser.parse_args()
    options.folder = options.folder.resolve()
    record = HERE / "openvino.json"
    results = json.loads(record.read_text()) if record.exists() else {}
    with tempfile.TemporaryDirectory() as text:
        folder = pathlib.Path(text)
        subprocess.run([sys.executable, HERE / "models.py", folder], check=True)
        for name in options.models.split(","):
            results[name] = measure(options, name, folder)
            report(options, {name: results[name] for name in SIZES if name in results})
    print((HERE / "openvino.md").read_text())


main()
