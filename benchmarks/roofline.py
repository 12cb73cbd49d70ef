"""The roofline of each layer: what it computes a second against what it moves for it.

    python benchmarks/roofline.py .build/release/mapwright-bench [MODEL…] [--side 512]

Draws benchmarks/roofline-MODEL.svg for each model, of one thread: a dot for every layer, as large as
its share of the time, under the two lines that the processor sets: reading memory, and fused
multiply-adds (S. Williams, A. Waterman, D. Patterson, "Roofline", CACM 52 (4), 2009). Operations are
those the graph asks for: tiles need fewer, so that their dots may stand above the line. Bytes are
pictures and weights, each counted once, as if nothing stayed in a cache: within a chain most do.
Without models it makes those of models.py and adds the starter model. Needs onnx and numpy.
"""

import argparse
import json
import math
import pathlib
import subprocess
import sys
import tempfile

from engine import machine

HERE = pathlib.Path(__file__).resolve().parent
STARTER = HERE.parent / "sample-data/models/buildings-starter.onnx"
COLOURS = {"tiles": "#0b6e99", "product": "#c2571a", "pointwise": "#d9a514", "depthwise": "#7a3e9d",
           "resize": "#5b8c2a", "pooling": "#9aa0a6", "softmax": "#c33c54", "channelproduct": "#0f8f83",
           "attention": "#c33c54", "resizedsum": "#5b8c2a", "channelnormalization": "#8a6d3b"}
OTHER = "#3d4451"
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 840, 430, 64, 54, 58, 230
X, Y = (0.05, 2000), (0.5, 1000)  # operations a byte, 10⁹ operations a second


def at(x, y):
    across = math.log(x / X[0]) / math.log(X[1] / X[0])
    up = math.log(y / Y[0]) / math.log(Y[1] / Y[0])
    return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - BOTTOM - TOP)


def text(x, y, words, size=12, anchor="start", colour="#3d4451", more=""):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
            f'fill="{colour}" {more}>{words}</text>')


def axes(peak):
    out = []
    for x in (0.1, 1, 10, 100, 1000):
        a, b = at(x, Y[0]), at(x, Y[1])
        out.append(f'<path d="M{a[0]:.1f} {a[1]:.1f}V{b[1]:.1f}" stroke="#e3e5e8"/>')
        out.append(text(a[0], a[1] + 18, f"{x:g}", anchor="middle"))
    for y in (1, 10, 100, 1000):
        a, b = at(X[0], y), at(X[1], y)
        out.append(f'<path d="M{a[0]:.1f} {a[1]:.1f}H{b[0]:.1f}" stroke="#e3e5e8"/>')
        out.append(text(a[0] - 8, a[1] + 4, f"{y:g}", anchor="end"))
    ridge = peak["gflops"] / peak["gigabytesPerSecond"]
    low = max(X[0], Y[0] / peak["gigabytesPerSecond"])
    points = [at(low, low * peak["gigabytesPerSecond"]), at(ridge, peak["gflops"]),
              at(X[1], peak["gflops"])]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    out.append(f'<path d="M{path}" fill="none" stroke="#3d4451" stroke-width="1.5"/>')
    x, y = at(X[1], peak["gflops"])
    out.append(text(x, y - 6, f"{peak['gflops']:.0f} GFLOP/s", anchor="end"))
    x, y = points[0]
    out.append(text(x + 26, y - 6, f"{peak['gigabytesPerSecond']:.0f} GB/s"))
    x = (LEFT + WIDTH - RIGHT) / 2
    out.append(text(x, HEIGHT - 14, "floating-point operations a byte", anchor="middle"))
    y = (TOP + HEIGHT - BOTTOM) / 2
    out.append(text(16, y, "10⁹ operations a second", anchor="middle",
                    more=f'transform="rotate(-90 16 {y:.0f})"'))
    return out


def dots(steps, total):
    out = []
    for step in sorted(steps, key=lambda s: -s["cpu_s"]):
        if not step["flop"] or not step["cpu_s"]:
            continue
        rate = step["flop"] / step["cpu_s"] / 1e9
        x, y = at(min(max(step["flop"] / step["bytes"], X[0]), X[1]), min(max(rate, Y[0]), Y[1]))
        radius = max(2.0, 42 * math.sqrt(step["cpu_s"] / total))
        colour = COLOURS.get(step["kernel"], OTHER)
        label = f"{step['step']}, {step['kernel']}: {rate:.0f} GFLOP/s, {100 * step['cpu_s'] / total:.1f} %"
        out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" '
                   f'fill-opacity="0.55" stroke="{colour}"><title>{label}</title></circle>')
    return out


def legend(steps, total):
    shares = {}
    for step in steps:
        shares[step["kernel"]] = shares.get(step["kernel"], 0) + step["cpu_s"] / total
    out = []
    known = sorted(shares, key=lambda k: -shares[k])[:9]
    for row, kernel in enumerate(known):
        y = TOP + 12 + 20 * row
        x = WIDTH - RIGHT + 16
        out.append(f'<circle cx="{x}" cy="{y - 4}" r="5" fill="{COLOURS.get(kernel, OTHER)}"/>')
        out.append(text(x + 12, y, f"{kernel} {100 * shares[kernel]:.0f} %"))
    return out


def draw(name, steps, peak, side):
    total = sum(step["cpu_s"] for step in steps)
    gflop = sum(step["flop"] for step in steps) / 1e9
    head = [
        text(LEFT, 26, name, 16, more='font-weight="600"'),
        text(LEFT, 45, f"{side} px, one thread, {total * 1e3:.0f} ms: {gflop / total:.0f} GFLOP/s, "
             f"{100 * gflop / total / peak['gflops']:.0f} % of what multiply-adds alone would allow")]
    parts = head + axes(peak) + dots(steps, total) + legend(steps, total)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'font-family="system-ui, sans-serif"><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n'
            + "\n".join(parts) + "\n</svg>\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench")
    parser.add_argument("models", nargs="*")
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    peak = json.loads(subprocess.check_output([options.bench, "peak"], text=True))
    print(f"{machine()}: {peak['gflops']:.0f} GFLOP/s, {peak['gigabytesPerSecond']:.1f} GB/s a core")
    with tempfile.TemporaryDirectory() as folder:
        paths = options.models
        if not paths:
            subprocess.run([sys.executable, HERE / "models.py", folder], check=True)
            paths = [str(STARTER), *sorted(str(p) for p in pathlib.Path(folder).glob("*.onnx"))]
        for path in paths:
            told = subprocess.check_output(
                [options.bench, "plan", path, "--shape", f"1,3,{options.side},{options.side}",
                 "--rounds", str(options.rounds)], text=True)
            steps, name = json.loads(told)["steps"], pathlib.Path(path).stem
            (HERE / f"roofline-{name}.svg").write_text(draw(name, steps, peak, options.side))
            total, gflop = sum(s["cpu_s"] for s in steps), sum(s["flop"] for s in steps) / 1e9
            print(f"{name:20} {total * 1e3:7.1f} ms {gflop / total:6.0f} GFLOP/s "
                  f"{100 * gflop / total / peak['gflops']:5.0f} % of the peak")


if __name__ == "__main__":
    main()
