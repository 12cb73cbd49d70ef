"""Compares an engine with onnxruntime on whole models.

    python Tests/NetworkConformanceTests/judge.py .build/release/mapwright-bench MODEL…
    python Tests/NetworkConformanceTests/judge.py BENCH --openvino .build/openvino MODEL…
    python Tests/NetworkConformanceTests/judge.py BENCH --openvino .build/openvino --int8 MODEL…

Every output of every model is computed by both on the same pictures (seeded noise; every free side
is 256 and 320, the batch 1 and 3) and has to agree: |a - b| <= 1e-4 max(1, |b|). With --int8 models are
quantised by NNCF and written as IR, and results have to be those of OpenVINO's Python, bit by bit. Needs
onnx, onnxruntime and numpy; for --int8 openvino and nncf. Exits with 1 when anything differs.
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


TYPES = {"tensor(float16)": np.float16, "tensor(uint8)": np.uint8, "tensor(double)": np.float64}


def run(bench, path, x, output):
    """What we give, and its shape, or an error in words."""
    with tempfile.TemporaryDirectory() as folder:
        x.astype(np.float32).tofile(f"{folder}/x")
        command = bench[:1] + ["run", path, f"{folder}/x", f"{folder}/y"] + bench[1:]
        command += ["--shape", ",".join(map(str, x.shape)), "--output", output]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            return done.stderr.strip(), None
        extents = [int(e) for e in done.stdout.strip().split(",") if e]
        return np.fromfile(f"{folder}/y", np.float32), extents


def exact(bench, path):
    """An IR of the model, quantised by NNCF, beside OpenVINO's Python: bit by bit."""
    import nncf
    import openvino

    core = openvino.Core()
    model = core.read_model(path)
    _, bands, side, _ = (
        d.get_length() if d.is_static else n
        for d, n in zip(model.inputs[0].partial_shape, (1, 3, 256, 256)))
    random = np.random.default_rng(7)
    chips = [random.standard_normal((1, bands, side, side), dtype=np.float32) for _ in range(4)]
    quantized = nncf.quantize(model, nncf.Dataset(chips), subset_size=4)
    with tempfile.TemporaryDirectory() as folder:
        openvino.save_model(quantized, f"{folder}/m.xml", compress_to_fp16=False)
        read = core.read_model(f"{folder}/m.xml")
        read.reshape([1, bands, side, side])
        compiled = core.compile_model(
            read, "CPU", {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1})
        wanted = compiled([chips[0]])[0]
        layers = sum(o.get_type_name() == "FakeQuantize" for o in read.get_ops())
        got, _ = run(bench, f"{folder}/m.xml", chips[0], read.outputs[0].any_name)
        if isinstance(got, str):
            return got
        if layers == 0 or not np.array_equal(got, wanted.ravel()):
            return f"differs by {np.abs(got - wanted.ravel()).max():.2e}, {layers} quantised values"
    print(f"equal    {layers} quantised values  {path}")
    return None


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
        kind = TYPES.get(session.get_inputs()[0].type, np.float32)
        x = (np.abs(x) * 50).astype(kind) if kind == np.uint8 else x.astype(kind)
        try:
            session.run(None, {value.name: x})
        except onnxruntime.capi.onnxruntime_pybind11_state.Fail:
            continue  # a graph that insists on another batch or size
        compared += 1
        for output in session.get_outputs():
            wanted = session.run([output.name], {value.name: x})[0].astype(np.float32)
            got, extents = run(bench, path, x, output.name)
            if isinstance(got, str):
                return f"{shape}: {got}"
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
    bench, paths = sys.argv[1:2], sys.argv[2:]
    if paths[0] == "--openvino":
        bench, paths = bench + paths[:2], paths[2:]
    judge = compare
    if paths[0] == "--int8":
        judge, paths = exact, paths[1:]
    failures = 0
    for path in paths:
        problem = judge(bench, path)
        if problem:
            failures += 1
            print(f"DIFFERS  {path}\n         {problem}")
    print(f"{len(paths) - failures} of {len(paths)} models agree")
    sys.exit(1 if failures else 0)


main()
