"""A whole scene from pixels to a map: mapwright, a Python pipeline on OpenVINO, and GeoDeep.

    python benchmarks/pipeline.py .build/release/mapwright SCENE.tif [--rounds 3] [--model M.onnx]
                                  [--chip 1024] [--halo 64]

All map the same scene with the same network, all processors, and write classes and, but for
GeoDeep, which does not offer it, the probability of buildings; each takes its turn in every round,
and medians are compared, of seconds and of CPU-seconds.

The Python pipeline is the fairest we know how to write: rasterio reads windows, OpenVINO computes as
many chips at once as there are processors (throughput hint, asynchronous requests), chips of the
same size with the same halo are blended with weights that fall off towards their edges, and GDAL
writes Cloud-Optimized GeoTIFFs. It keeps the whole map in memory, which we do not. GeoDeep runs as
its users run it, with the same overlap; its onnxruntime takes all processors.

Columns of the Python pipeline are where its main thread spends its time; what overlaps with the
network shows in `infer`. Writes benchmarks/pipeline.md and pipeline.json. Needs numpy, onnx,
onnxruntime, openvino, rasterio and geodeep.
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
import traceback

import numpy as np

from engine import machine

HERE = pathlib.Path(__file__).resolve().parent
STARTER = HERE.parent / "sample-data/models/buildings-starter.onnx"


def cpu():
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


class Clock:
    """Seconds by name."""

    def __init__(self):
        self.seconds = {}

    def __call__(self, name, body):
        start = time.perf_counter()
        result = body()
        self.seconds[name] = self.seconds.get(name, 0) + time.perf_counter() - start
        return result


def mapwright(program, scene, model, options, folder):
    pipeline = folder / "pipeline.yaml"
    pipeline.write_text(f"""
name: bench
scenes: {{files: {scene}, bands: [1, 2, 3]}}
tiling: {{chip_px: {options.chip}, halo_px: {options.halo}}}
inference:
  model: {model}
  classes: {{2: {{is: building, contact: true}}}}
mosaic: {{layers: [class, probability], preview: false}}
footprints: none
""")
    subprocess.run(
        [program, "map", pipeline, "--out", folder / "run", "--accept-resolution", "--quiet", "--fresh"],
        check=True, stdout=subprocess.DEVNULL)
    return {}


def python(scene, model, options, folder):
    import onnx
    import openvino
    import rasterio
    from rasterio.shutil import copy
    from rasterio.windows import Window

    keys = {p.key: p.value for p in onnx.load(model).metadata_props}
    mean, std = (np.float32(json.loads(keys.get(f"standardization_{name}", default))).reshape(1, -1, 1, 1)
                 for name, default in (("mean", "[0]"), ("std", "[1]")))
    clock = Clock()
    chip, halo = options.chip, options.halo
    core = openvino.Core()
    network = core.read_model(model)
    network.reshape([1, 3, chip, chip])
    compiled = core.compile_model(
        network, "CPU", {"PERFORMANCE_HINT": "THROUGHPUT", "INFERENCE_PRECISION_HINT": "f32"})
    queue = openvino.AsyncInferQueue(compiled)
    ramp = np.minimum(np.arange(1, chip + 1), np.arange(chip, 0, -1)).clip(max=2 * halo) / (2 * halo)
    weights = np.outer(ramp, ramp).astype(np.float32)
    with rasterio.open(scene) as source:
        height, width, profile = source.height, source.width, source.profile
        step = chip - 2 * halo
        sums = np.zeros((3, height + 2 * chip, width + 2 * chip), np.float32)
        total = np.zeros(sums.shape[1:], np.float32)

        def merge(request, place):
            y, x = place
            window = np.s_[y + chip:y + 2 * chip, x + chip:x + 2 * chip]

            def add():
                sums[:, *window] += request.get_output_tensor().data[0] * weights
                total[window] += weights

            clock("merge", add)

        queue.set_callback(merge)
        for y in range(-halo, height - halo, step):
            for x in range(-halo, width - halo, step):
                pixels = clock("read", lambda: source.read(
                    (1, 2, 3), window=Window(x, y, chip, chip), boundless=True, fill_value=0))
                chips = clock("read", lambda: (pixels[None] * np.float32(1 / 255) - mean) / std)
                clock("infer", lambda: queue.start_async({0: chips}, (y, x)))
        clock("infer", queue.wait_all)

    inside = np.s_[chip:chip + height, chip:chip + width]

    def blend():
        probability = sums[:, *inside] / total[inside]
        return probability.argmax(0).astype(np.uint8), np.rint(
            255 * (probability[1] + probability[2])).astype(np.uint8)

    layers = clock("merge", blend)

    def write():
        profile.update(driver="GTiff", count=1, dtype="uint8", tiled=True, blockxsize=512,
                       blockysize=512, compress="deflate", photometric="minisblack", nodata=None)
        for name, layer in zip(("class", "probability"), layers):
            with rasterio.open(folder / "plain.tif", "w", **profile) as target:
                target.write(layer, 1)
            copy(folder / "plain.tif", folder / f"{name}.tif", driver="COG", compress="deflate",
                 num_threads="all_cpus")

    clock("write", write)
    return clock.seconds


def geodeep_model(model, options, folder):
    """The model as GeoDeep wants it: of one size, with its keys."""
    import onnx

    network = onnx.load(model)
    for axis, extent in enumerate((1, 3, options.chip, options.chip)):
        network.graph.input[0].type.tensor_type.shape.dim[axis].dim_value = extent
    keys = {"model_type": '"Segmentor"', "resolution": "1", "tiles_overlap": str(
        200 * options.halo / options.chip), "class_names": '{"0": "background", "1": "building"}',
        "seg_thresh": "0.5"}
    del network.metadata_props[:]
    for key, value in keys.items():
        network.metadata_props.add(key=key, value=value)
    target = folder / "geodeep.onnx"
    onnx.save(network, target)
    return target


def geodeep(scene, model, options, folder):
    import rasterio
    from geodeep import segment

    mask = segment(str(scene), str(model), output_type="raw")
    # Its own writer takes over the scene's compression, which may not suit a mask.
    with rasterio.open(scene) as source:
        profile = {"driver": "GTiff", "width": mask.shape[1], "height": mask.shape[0], "count": 1,
                   "dtype": "uint8", "crs": source.crs, "transform": source.transform,
                   "tiled": True, "compress": "deflate"}
    with rasterio.open(folder / "geodeep.tif", "w", **profile) as target:
        target.write(mask, 1)
    return {}


def measure(body):
    """Runs a body in a process of its own, so that nothing is warm or left over."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            start, before = time.perf_counter(), cpu()
            columns = body()
            told = {"s": time.perf_counter() - start, "cpu_s": cpu() - before, "columns": columns}
            os.write(writer, json.dumps(told).encode())
            status = 0
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader) as file:
        told = file.read()
    if os.waitpid(child, 0)[1] != 0:
        sys.exit("a pipeline failed; its words stand above")
    return json.loads(told)


def table(rows, about):
    ours = rows["mapwright"]
    text = f"""# Pipelines

{about['scene_px'][0]} × {about['scene_px'][1]} px with the starter model, chips of {about['chip']} px with a halo of
{about['halo']}, from pixels to classes and probabilities (GeoDeep: classes). Medians of {about['rounds']} rounds in
turns on {about['processors']} processors, in seconds; start-up counts. mapwright trims chips at the scene's
edges to what is there, the others compute whole ones. Written by `benchmarks/pipeline.py` on
{about['date']}; {about['machine']}; OpenVINO {about['openvino']}, rasterio {about['rasterio']}, GeoDeep {about['geodeep']}.

| pipeline | s | CPU-s | read | infer | merge | write | s / ours | CPU-s / ours |
|---|---|---|---|---|---|---|---|---|
"""
    for name, row in rows.items():
        columns = [f"{row['columns'][c]:.1f}" if c in row["columns"] else "" for c in
                   ("read", "infer", "merge", "write")]
        text += f"| {name} | {row['s']:.1f} | {row['cpu_s']:.1f} | " + " | ".join(columns)
        text += f" | {row['s'] / ours['s']:.2f} | {row['cpu_s'] / ours['cpu_s']:.2f} |\n"
    return text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("scene")
    parser.add_argument("--model", default=str(STARTER))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--chip", type=int, default=1024)
    parser.add_argument("--halo", type=int, default=64)
    options = parser.parse_args()
    program, scene, model = (
        pathlib.Path(p).resolve() for p in (options.program, options.scene, options.model))
    folder = pathlib.Path(tempfile.mkdtemp())
    try:
        small = geodeep_model(model, options, folder)
        pipelines = {
            "mapwright": lambda: mapwright(program, scene, model, options, folder),
            "rasterio + OpenVINO": lambda: python(scene, model, options, folder),
            "GeoDeep": lambda: geodeep(scene, small, options, folder)}
        seen = {name: [] for name in pipelines}
        for _ in range(options.rounds):
            for name, body in pipelines.items():
                seen[name].append(measure(body))
                print(name, json.dumps(seen[name][-1]), flush=True)
        rows = {name: {
            "s": statistics.median(r["s"] for r in runs),
            "cpu_s": statistics.median(r["cpu_s"] for r in runs),
            "columns": {c: statistics.median(r["columns"][c] for r in runs)
                        for c in runs[0]["columns"]}} for name, runs in seen.items()}
    finally:
        shutil.rmtree(folder)
    from importlib.metadata import version
    import rasterio
    with rasterio.open(scene) as source:
        size = [source.width, source.height]
    about = {
        "date": datetime.date.today().isoformat(), "machine": machine(), "scene_px": size,
        "chip": options.chip, "halo": options.halo, "rounds": options.rounds,
        "processors": os.cpu_count(), "openvino": version("openvino"),
        "rasterio": version("rasterio"), "geodeep": version("geodeep")}
    (HERE / "pipeline.json").write_text(json.dumps({"about": about, "rows": rows}, indent=1) + "\n")
    (HERE / "pipeline.md").write_text(table(rows, about))
    print(table(rows, about))


if __name__ == "__main__":
    main()
