"""CPU-seconds per chip of the built-in engine, onnxruntime and OpenVINO, side by side.

    python benchmarks/engine.py .build/release/mapwright-bench [MODEL…] [--rounds 7] [--side 512]

One thread each; the engines take turns, round by round, so that a busy neighbour hurts all alike. A
turn is four chips, one after another as in a run: the first finds the caches as the others left them.
Medians of CPU time are compared (wall time says little on a shared machine). Before and after a turn
a chain of multiply-adds shows whether the core gives what it can: where a neighbour on the same core
halves it, the turn is repeated, whichever engine it was (Stillness). Accuracy is judged
against the same graph in double precision (accuracy.py): largest error, and the share of pixels
whose likeliest class agrees. Without models it makes those of models.py and adds the starter model
of sample-data. Writes benchmarks/engine.md and
benchmarks/engine.json. Needs onnx, onnxruntime, openvino and numpy.
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

HERE = pathlib.Path(__file__).resolve().parent


TURN = 4  # chips


class Builtin:
    """Ours: a process that computes one chip per line of input."""

    def __init__(self, bench, path, side):
        self.process = subprocess.Popen(
            [bench, "engine", path, "--shape", f"1,3,{side},{side}", "--rounds", "0"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.about = json.loads(self.process.stdout.readline())

    def round(self):
        """CPU-seconds per chip of one turn."""
        self.process.stdin.write("\n" * TURN)
        self.process.stdin.flush()
        return sum(json.loads(self.process.stdout.readline())["cpu_s"] for _ in range(TURN)) / TURN

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    @staticmethod
    def peak_megabytes(bench, path, side=1024):
        """What a process that computes one chip holds at most."""
        engine = Builtin(bench, path, side)
        engine.round()
        status = pathlib.Path(f"/proc/{engine.process.pid}/status").read_text()
        engine.close()
        return round(int(status.split("VmHWM:")[1].split()[0]) / 1024)

    @staticmethod
    def output(bench, path, x):
        """What the engine makes of a picture."""
        import numpy as np

        with tempfile.TemporaryDirectory() as folder:
            x.tofile(f"{folder}/x")
            told = subprocess.check_output(
                [bench, "run", path, f"{folder}/x", f"{folder}/y", "--shape",
                 ",".join(map(str, x.shape))], text=True)
            return np.fromfile(f"{folder}/y", np.float32).reshape([int(n) for n in told.split(",")])


class Stillness:
    """Takes turns while nobody else uses the core: a turn counts where a chain of multiply-adds runs
    at nine tenths of its best, before the turn and after it. After some tries any turn counts."""

    TRIES = 12

    def __init__(self, bench):
        self.process = subprocess.Popen(
            [bench, "peak", "--rounds", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.best = max(self.rate() for _ in range(20))
        self.still = self.all = 0

    def rate(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def turn(self, engine):
        for tries in range(self.TRIES):
            before, seconds, after = self.rate(), engine.round(), self.rate()
            self.best = max(self.best, before, after)
            if min(before, after) >= 0.9 * self.best:
                self.still += 1
                break
            time.sleep(0.5 * tries)
        self.all += 1
        return seconds

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def turns(bench, engines, rounds):
    """CPU-seconds of the rounds of each engine, and the percentage of turns on a still core."""
    times = {name: [] for name in engines}
    stillness = Stillness(bench)
    for _ in range(rounds):
        for name, engine in engines.items():
            times[name].append(stillness.turn(engine))
    stillness.close()
    for engine in engines.values():
        engine.close()
    return times, round(100 * stillness.still / stillness.all)


class Peer:
    """An engine in this process, timed by the process's CPU clock."""

    def round(self):
        start = time.process_time()
        for _ in range(TURN):
            self.run()
        return (time.process_time() - start) / TURN

    def close(self):
        pass


class OnnxRuntime(Peer):
    def __init__(self, path, x):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        self.run = lambda: session.run(None, {name: x})
        self.run()


class OpenVINO(Peer):
    def __init__(self, path, x):
        import openvino

        core = openvino.Core()
        model = core.read_model(path)
        model.reshape(list(x.shape))
        compiled = core.compile_model(
            model, "CPU",
            {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32",
             # Two processes would both take the first core.
             "ENABLE_CPU_PINNING": False})
        request = compiled.create_infer_request()
        self.run = lambda: request.infer({0: x})
        self.output = next(iter(self.run().values())).copy()


class Workers:
    """Processes of an engine that compute side by side, as workers do."""

    def __init__(self, command, count=2):
        self.all = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                    for _ in range(count)]
        for process in self.all:
            process.stdout.readline()

    def round(self):
        """Seconds per chip of all together."""
        start = time.perf_counter()
        for process in self.all:
            process.stdin.write("\n" * TURN)
            process.stdin.flush()
        for process in self.all:
            for _ in range(TURN):
                process.stdout.readline()
        return (time.perf_counter() - start) / (TURN * len(self.all))

    def close(self):
        for process in self.all:
            process.stdin.close()
            process.wait()


def serve(name, path, side):
    """What a process of Workers does for a peer: a chip for every line of input."""
    import numpy as np

    x = np.random.default_rng(1).standard_normal((1, 3, side, side)).astype(np.float32)
    engine = {"onnxruntime": OnnxRuntime, "openvino": OpenVINO}[name](path, x)
    print("ready", flush=True)
    for _ in sys.stdin:
        engine.run()
        print("done", flush=True)


def pairs(bench, path, side):
    ours = [bench, "engine", path, "--shape", f"1,3,{side},{side}", "--rounds", "0"]
    peers = {name: [sys.executable, __file__, "serve", name, path, "--side", str(side)]
             for name in ("onnxruntime", "openvino")}
    return {name: Workers(command) for name, command in {"builtin": ours, **peers}.items()}


def measure(bench, path, side, rounds):
    import numpy as np
    from accuracy import evaluate, judge

    x = np.random.default_rng(1).standard_normal((1, 3, side, side)).astype(np.float32)
    builtin = Builtin(bench, path, side)
    engines = {"builtin": builtin, "onnxruntime": OnnxRuntime(path, x), "openvino": OpenVINO(path, x)}
    times, still = turns(bench, engines, rounds)
    side_by_side, _ = turns(bench, pairs(bench, path, side), max(rounds - 2, 1))
    plan = json.loads(subprocess.check_output(
        [bench, "plan", path, "--shape", f"1,3,{side},{side}", "--rounds", "9"]))
    exact = evaluate(path, x)
    accuracy = {
        "builtin": judge(Builtin.output(bench, path, x), exact),
        "openvino": judge(engines["openvino"].output, exact)}
    medians = {name: statistics.median(values) for name, values in times.items()}
    return {
        "model": pathlib.Path(path).stem, "side_px": side, "gflop": builtin.about["gflop"],
        "working_MB": builtin.about["working_MB"], "load_s": builtin.about["load_s"],
        "process_MB": Builtin.peak_megabytes(bench, path), "cpu_s": medians, "accuracy": accuracy,
        "still_percent": still,
        "peak_gflops": max(
            json.loads(subprocess.check_output([bench, "peak"]))["gflops"] for _ in range(5)),
        "reckoned_s": sum(step["reckoned_s"] for step in plan["steps"]),
        "kernels_s": sum(step["cpu_s"] for step in plan["steps"]), "call_s": plan["call_s"],
        "spread": {n: [min(v), max(v)] for n, v in times.items()},
        "chips_per_s": {n: 1 / statistics.median(v) for n, v in side_by_side.items()}}


def machine():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return "unknown processor"


def table(rows, about):
    text = f"""# Engine

CPU-seconds per chip, one thread, medians of {about['rounds']} rounds in which the engines take turns of
four chips; in brackets GFLOP/s. Written by `benchmarks/engine.py` on {about['date']}.

{about['machine']}; onnxruntime {about['onnxruntime']}, OpenVINO {about['openvino']} (float32),
built-in engine on {about['profile']['blas'].split(' NO_')[0]} ({about['profile']['blasCore']} kernels) and
{about['profile']['instructionSet']}. A ratio above 1 means that the built-in engine takes less.
{about['still']} % of the turns were on a core that nobody else used.
GFLOP is what the graph asks for, not what is computed: tiles and lowering save some of it. Errors are
the largest against the same graph in double precision; the last but one column is the share of pixels
whose likeliest class is the one found there, and the last what the cost model of `mapwright plan`
reckons, as a share of what was measured.

| model | chip | GFLOP | built-in | onnxruntime | OpenVINO | ort / built-in | OpenVINO / built-in | memory | error | OpenVINO's | same class | reckoned |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
"""
    for row in rows:
        cpu, flop = row["cpu_s"], row["gflop"]
        cells = [f"{cpu[n]:.3f} ({flop / cpu[n]:.0f})" for n in ("builtin", "onnxruntime", "openvino")]
        ratios = [f"{cpu[n] / cpu['builtin']:.2f}" for n in ("onnxruntime", "openvino")]
        text += f"| {row['model']} | {row['side_px']} px | {flop:.1f} | " + " | ".join(cells + ratios)
        ours, theirs = row["accuracy"]["builtin"], row["accuracy"]["openvino"]
        text += f" | {row['working_MB']} MB | {ours['error']:.1e} | {theirs['error']:.1e}"
        text += f" | {ours['same_percent']:.3f} % | {100 * row['reckoned_s'] / cpu['builtin']:.0f} % |\n"
    return text + table_of_loads(rows)


def table_of_loads(rows):
    def share(some):
        """What the graphs ask for, of what multiply-adds would give in the kernels' time."""
        return 100 * sum(r["gflop"] / r["peak_gflops"] for r in some) / sum(r["kernels_s"] for r in some)

    text = """
What the kernels of a plan take in a run, and the rest of a call: copying the picture in and the map
out, and going from kernel to kernel (the quickest of nine runs with a look at the clock around every kernel,
and of nine calls without, in turns). The peak is that of fused
multiply-adds; tiles need fewer than the graph asks for. Loading is reading and
compiling the model. Memory is what a process of its own holds at most while it maps a chip of
1,024 px (its peak resident set). Last, the chips a second of two processes side by side.

| model | kernels | of the peak | the rest | loading | a process, 1,024 px | built-in | onnxruntime | OpenVINO |
|---|---|---|---|---|---|---|---|---|
"""
    for row in rows:
        rest = 1 - row["kernels_s"] / row["call_s"]
        text += (f"| {row['model']} | {1e3 * row['kernels_s']:.0f} ms | {share([row]):.0f} % | {100 * rest:.1f} % "
                 f"| {1e3 * row['load_s']:.0f} ms | {row['process_MB']} MB | "
                 + " | ".join(f"{row['chips_per_s'][n]:.1f}" for n in ("builtin", "onnxruntime", "openvino"))
                 + " |\n")
    seconds, rest = (sum(row[name] for row in rows) for name in ("kernels_s", "call_s"))
    text += f"| all | {1e3 * seconds:.0f} ms | {share(rows):.0f} % | {100 * (1 - seconds / rest):.1f} % | | | | | |\n"
    return text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench")
    parser.add_argument("models", nargs="*")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--side", type=int, default=512)
    options = parser.parse_args()
    if options.bench == "serve":
        serve(*options.models, options.side)
        return
    import onnxruntime
    import openvino

    with tempfile.TemporaryDirectory() as folder:
        models = options.models
        if not models:
            subprocess.run([sys.executable, HERE / "models.py", folder], check=True)
            starter = HERE.parent / "sample-data/models/buildings-starter.onnx"
            models = [str(starter)] if starter.exists() else []
            models += sorted(str(p) for p in pathlib.Path(folder).glob("*.onnx"))
        rows = []
        for path in models:
            rows.append(measure(options.bench, path, options.side, options.rounds))
            print(json.dumps(rows[-1]), flush=True)
    profile = json.loads(subprocess.check_output([options.bench, "profile"]))
    about = {
        "date": datetime.date.today().isoformat(), "machine": machine(), "rounds": options.rounds,
        "onnxruntime": onnxruntime.__version__, "openvino": openvino.__version__.split("-")[0],
        "still": round(statistics.mean(row["still_percent"] for row in rows)), "profile": profile}
    (HERE / "engine.json").write_text(json.dumps({**about, "results": rows}, indent=2) + "\n")
    (HERE / "engine.md").write_text(table(rows, about))
    print(table(rows, about))


if __name__ == "__main__":
    main()
