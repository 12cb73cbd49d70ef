"""Compares the built-in engine with onnxruntime on whole models.

    python Tests/NetworkConformanceTests/judge.py .build/release/mapwright-bench MODEL…

Every output of every model is computed by both on the same pictures (seeded noise; every free side
is 256 and 320, the batch 1 and 3) and has to agree: |a - b| <= 1e-4 max(1, |b|). Needs onnx,
onnxruntime and numpy. Exits with 1 when anything differs.
"""

import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime


def shapes(model):
    """Input shapes to try: free sides 256 and 320 (square and not), batches of 1 and 3."""
    initializers = {t.name for t in model.graph.initializer}
    value = next(i for i in model.graph.input if i.name not in initializers)
    extents = [d.dim_value for d in value.type.tensor_type.shape.dim]
    for batch, height, width in ((1, 256, 256), (1, 256, 320), (3, 320, 256)):
        free = {0: batch, 1: 3, len(extents) - 2: height, len(extents) - 1: width}
        yield value, [e if e > 0 else free.get(i, 1) for i, e in enumerate(extents)]


def compare(bench, path):
    model = onnx.load(path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    random = np.random.default_rng(7)
    worst, tried, compared = 0.0, set(), 0
    for value, shape in shapes(model):
        if tuple(shape) in tried:
            continue
        tried.add(tuple(shape))
        x = random.standard_normal(shape).astype(np.float32)
        try:
            session.run(None, {value.name: x})
        except onnxruntime.capi.onnxruntime_pybind11_state.Fail:
            continue  # a graph that insists on another batch or size
        compared += 1
        for output in session.get_outputs():
            wanted = session.run([output.name], {value.name: x})[0].astype(np.float32)
            with tempfile.TemporaryDirectory() as folder:
                x.tofile(f"{folder}/x")
                command = [bench, "run", path, f"{folder}/x", f"{folder}/y"]
                command += ["--shape", ",".join(map(str, shape)), "--output", output.name]
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode != 0:
                    return f"{shape}: {done.stderr.strip()}"
                got = np.fromfile(f"{folder}/y", np.float32)
            extents = [int(e) for e in done.stdout.strip().split(",") if e]
            if extents != list(wanted.shape):
                return f"{output.name} {shape}: shape {extents} instead of {list(wanted.shape)}"
            error = np.abs(got - wanted.ravel()) / np.maximum(1, np.abs(wanted.ravel()))
            worst = max(worst, float(error.max()) if error.size else 0.0)
            if not worst <= 1e-4:
                return f"{output.name} {shape}: differs by {worst:.2e}"
    if compared == 0:
        return "onnxruntime takes none of the shapes tried"
    print(f"agrees   {worst:.1e}  {compared} shapes  {path}")
    return None


def main():
    bench, paths = sys.argv[1], sys.argv[2:]
    failures = 0
    for path in paths:
        problem = compare(bench, path)
        if problem:
            failures += 1
            print(f"DIFFERS  {path}\n         {problem}")
    print(f"{len(paths) - failures} of {len(paths)} models agree with onnxruntime")
    sys.exit(1 if failures else 0)


main()
