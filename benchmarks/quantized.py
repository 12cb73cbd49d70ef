"""Networks in 8-bit integers: the built-in engine beside OpenVINO, on the same quantised model.

    python benchmarks/quantized.py .build/release/mapwright-bench [--rounds 9] [--side 512]

Networks of models.py are quantised by NNCF from values that are drawn at random; both engines run
the file that NNCF wrote, one thread each, taking turns. Beside the CPU-seconds stands how far each
is from the float network: the root mean square of the difference relative to that of the results,
and the share of pixels with the same class. Writes benchmarks/quantized.md and quantized.json.
Needs onnx, onnxruntime, openvino, nncf and numpy.
"""

import argparse
import datetime
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np

import engine

HERE = pathlib.Path(__file__).resolve().parent
MODELS = ("unet-s", "unet-m", "unet-r18")


def quantize(path):
    import nncf
    import onnx

    random, model = np.random.default_rng(1), onnx.load(path)
    pictures = [{model.graph.input[0].name: random.standard_normal((1, 3, 256, 256), dtype=np.float32)}
                for _ in range(4)]
    model = nncf.quantize(model, nncf.Dataset(pictures), subset_size=len(pictures))
    target = path.with_suffix(".int8.onnx")
    onnx.save(model, target)
    return str(target)


def builtin(bench, path, x, folder):
    source, target = folder / "x.bin", folder / "y.bin"
    x.tofile(source)
    shape = ",".join(map(str, x.shape))
    subprocess.run(
        [bench, "run", path, source, target, "--shape", shape], check=True, stdout=subprocess.DEVNULL)
    return np.fromfile(target, np.float32)


def onnxruntime(path, x):
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0].ravel()


def openvino(path, x):
    return engine.OpenVINO(path, x).run()[0].ravel()


def accuracy(y, truth):
    half = len(y) // 2
    error = float(np.sqrt(np.mean((y - truth) ** 2) / np.mean(truth ** 2)))
    return {"error": error, "same_class": float(np.mean((y[:half] > y[half:]) == (truth[:half] > truth[half:])))}


def measure(bench, path, side, rounds, folder):
    x = np.random.default_rng(2).standard_normal((1, 3, side, side)).astype(np.float32)
    quantized = quantize(path)
    truth = onnxruntime(path, x)
    engines = {"builtin": engine.Builtin(bench, quantized, side), "openvino": engine.OpenVINO(quantized, x)}
    times, still = engine.turns(bench, engines, rounds)
    return {
        "model": path.stem, "side_px": side, "still_percent": still,
        "cpu_s": {name: statistics.median(values) for name, values in times.items()},
        "spread": {name: [min(values), max(values)] for name, values in times.items()},
        "ratio": statistics.median(o / b for o, b in zip(times["openvino"], times["builtin"])),
        "accuracy": {
            "builtin": accuracy(builtin(bench, quantized, x, folder), truth),
            "openvino": accuracy(openvino(quantized, x), truth)}}


def table(rows, about):
    text = f"""# Networks in 8-bit integers

CPU-seconds per chip of {about['side']} px, one thread, medians of {about['rounds']} rounds in which the
engines take turns, on the model that NNCF {about['nncf']} wrote; and the difference from the float
network. Written by `benchmarks/quantized.py` on {about['date']}.

{about['machine']}; OpenVINO {about['openvino']}. A ratio above 1 (the median over the rounds) means
that the built-in engine takes less. {about['still']} % of the turns were on a core that nobody else
used.

| model | built-in | OpenVINO | OpenVINO / built-in | error, built-in | error, OpenVINO | same class, built-in | same class, OpenVINO |
|---|---|---|---|---|---|---|---|
"""
    for row in rows:
        cpu, (own, other) = row["cpu_s"], (row["accuracy"][n] for n in ("builtin", "openvino"))
        text += (
            f"| {row['model']} | {cpu['builtin']:.4f} | {cpu['openvino']:.4f} | {row['ratio']:.2f} "
            f"| {own['error']:.4f} | {other['error']:.4f} "
            f"| {100 * own['same_class']:.2f} % | {100 * other['same_class']:.2f} % |\n")
    return text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--side", type=int, default=512)
    options = parser.parse_args()
    import nncf
    import openvino as ov

    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.executable, HERE / "models.py", folder], check=True)
        for model in MODELS:
            rows.append(
                measure(options.bench, folder / f"{model}.onnx", options.side, options.rounds, folder))
            print(json.dumps(rows[-1]), flush=True)
    about = {
        "date": datetime.date.today().isoformat(), "machine": engine.machine(),
        "still": round(statistics.mean(row["still_percent"] for row in rows)),
        "rounds": options.rounds, "side": options.side, "nncf": nncf.__version__,
        "openvino": ov.__version__.split("-")[0]}
    (HERE / "quantized.json").write_text(json.dumps({**about, "results": rows}, indent=2) + "\n")
    (HERE / "quantized.md").write_text(table(rows, about))
    print(table(rows, about))


if __name__ == "__main__":
    main()
