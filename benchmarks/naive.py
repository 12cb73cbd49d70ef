"""How much faster than the first thing that comes to mind: PyTorch as it is installed.

    python benchmarks/naive.py .build/release/mapwright-bench [--rounds 5] [--model M.onnx]

The naive way maps with PyTorch in eager mode, on all processors, one chip of 512 px after another with
half of each overlapping the next, and blends them. Ours takes chips of 1,024 px with a halo of 64, in
8-bit integers, with one process for each processor. Between the two stand three more, so that the factor
falls apart into what brought it: the engine (the same chips on all processors), placement (processes
instead of threads), overlap (halo instead of blending), integers. Times are of the network and the
blending alone, on values drawn at random, per megapixel of the map; each way takes its turn in every
round, and medians are compared. Writes benchmarks/naive.md and naive.json. Needs numpy, onnx, nncf, torch.
"""

import argparse
import datetime
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

import numpy as np

import engine
import quantized

HERE = pathlib.Path(__file__).resolve().parent
STARTER = HERE.parent / "sample-data/models/buildings-starter.onnx"


class Eager:
    """An ONNX graph, node by node in PyTorch: the operators of a plain U-Net."""

    def __init__(self, path):
        import onnx
        import torch
        from onnx import helper, numpy_helper

        graph = onnx.load(path).graph
        self.constants = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
        self.nodes = [(n.op_type, list(n.input), list(n.output),
                       {a.name: helper.get_attribute_value(a) for a in n.attribute}) for n in graph.node]
        self.names = graph.input[0].name, graph.output[0].name

    def __call__(self, x):
        import torch

        values = {**self.constants, self.names[0]: x}
        with torch.inference_mode():
            for kind, inputs, outputs, given in self.nodes:
                taken = [values.get(name) for name in inputs]
                values[outputs[0]] = getattr(self, kind.lower())(taken, given)
        return values[self.names[1]]

    @staticmethod
    def conv(v, given):
        import torch

        pads = given.get("pads", [0, 0, 0, 0])
        return torch.nn.functional.conv2d(v[0], v[1], v[2] if len(v) > 2 else None,
                                          given.get("strides", 1), pads[:2], given.get("dilations", 1))

    @staticmethod
    def relu(v, given):
        return v[0].relu()

    @staticmethod
    def maxpool(v, given):
        import torch

        return torch.nn.functional.max_pool2d(v[0], given["kernel_shape"], given.get("strides"))

    @staticmethod
    def concat(v, given):
        import torch

        return torch.cat(v, given["axis"])

    @staticmethod
    def softmax(v, given):
        return v[0].softmax(given.get("axis", -1))

    @staticmethod
    def constant(v, given):
        import torch
        from onnx import numpy_helper

        return torch.from_numpy(numpy_helper.to_array(given["value"]).copy())

    @staticmethod
    def resize(v, given):
        import torch

        size = [2 * v[0].shape[2], 2 * v[0].shape[3]]
        if given.get("mode") == b"linear":
            return torch.nn.functional.interpolate(v[0], size, mode="bilinear", align_corners=False)
        return torch.nn.functional.interpolate(v[0], size, mode="nearest")


class Naive:
    """One chip after another, blended; a round is a row of eight."""

    SIDE, STEP, CHIPS = 512, 256, 8

    def __init__(self, path):
        import torch

        self.network = Eager(path)
        self.x = torch.from_numpy(
            np.random.default_rng(1).standard_normal((1, 3, self.SIDE, self.SIDE)).astype(np.float32))
        ramp = torch.minimum(torch.arange(1, self.SIDE + 1), torch.arange(self.SIDE, 0, -1)) / 256
        self.weights = torch.outer(ramp, ramp)
        self.output = self.network(self.x)
        self.sums = torch.zeros(self.output.shape[1], self.SIDE, self.SIDE + self.STEP * self.CHIPS)

    def round(self):
        """Seconds per megapixel of the map."""
        start = time.perf_counter()
        for i in range(self.CHIPS):
            window = slice(i * self.STEP, i * self.STEP + self.SIDE)
            self.sums[:, :, window] += self.network(self.x)[0] * self.weights
        return (time.perf_counter() - start) / (self.CHIPS * self.STEP**2 / 1e6)

    def close(self):
        pass


class Ours(engine.Workers):
    """Our engine, on chips of which a square of `kept` px goes into the map."""

    def __init__(self, bench, path, side, kept, processes, threads):
        super().__init__([bench, "engine", path, "--shape", f"1,3,{side},{side}", "--rounds", "0",
                          "--threads", str(threads)], processes)
        self.megapixels = kept**2 / 1e6

    def round(self):
        """Seconds per megapixel of the map."""
        return super().round() / self.megapixels


def agree(bench, path, naive):
    """PyTorch and the engine compute the same network."""
    difference = np.abs(engine.Builtin.output(bench, path, naive.x.numpy()) - naive.output.numpy()).max()
    if difference > 1e-3:
        sys.exit(f"PyTorch's results are {difference} from ours: the graph has what this script does not know")


def table(seen, about):
    s = [statistics.median(seen[name]) for name in seen]
    n = about["processors"]
    rows = [
        (f"PyTorch {about['torch']}, eager, {n} threads; 512 px, half overlapping, blended", ""),
        (f"the engine on the same chips, one process of {n} threads", "engine"),
        (f"{n} processes of one thread", "placement"),
        ("chips of 1,024 px with a halo of 64 px, nothing blended", "overlap"),
        ("8-bit integers", "integers")]
    text = f"""# From the first thing that comes to mind

Seconds per megapixel of the map in the network and in blending, {about['model']}, medians of
{about['rounds']} rounds in turns on {n} processors. Written by `benchmarks/naive.py` on {about['date']};
{about['machine']}.

| way | s per megapixel | factor | of it |
|---|---|---|---|
"""
    for i, (way, what) in enumerate(rows):
        factor = f"{s[i - 1] / s[i]:.2f} | {what}" if i else "1 |"
        text += f"| {way} | {s[i]:.3f} | {factor} |\n"
    return text + f"| all together | | **{s[0] / s[-1]:.1f}** | |\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench")
    parser.add_argument("--model", default=str(STARTER))
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    import torch

    n = os.cpu_count()
    torch.set_num_threads(n)
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder) / pathlib.Path(options.model).name
        model.write_bytes(pathlib.Path(options.model).read_bytes())
        small = quantized.quantize(model)
        naive = Naive(options.model)
        agree(options.bench, options.model, naive)
        ways = {
            "naive": naive,
            "engine": Ours(options.bench, options.model, 512, 256, 1, n),
            "placement": Ours(options.bench, options.model, 512, 256, n, 1),
            "overlap": Ours(options.bench, options.model, 1024, 896, n, 1),
            "integers": Ours(options.bench, small, 1024, 896, n, 1)}
        seen = {name: [] for name in ways}
        for _ in range(options.rounds):
            for name, way in ways.items():
                seen[name].append(way.round())
        for way in ways.values():
            way.close()
    about = {
        "date": datetime.date.today().isoformat(), "machine": engine.machine(), "processors": n,
        "model": pathlib.Path(options.model).stem, "rounds": options.rounds,
        "torch": torch.__version__.split("+")[0]}
    (HERE / "naive.json").write_text(json.dumps({"about": about, "seconds": seen}, indent=1) + "\n")
    (HERE / "naive.md").write_text(table(seen, about))
    print(table(seen, about))


if __name__ == "__main__":
    main()
