"""Small models to begin fuzzing with: those of ONNX's own node tests.

    python Tests/Fuzzing/seeds.py FOLDER

Needs onnx. Writes every model of at most 4 KB whose operators the engine claims, and nothing else.
"""

import pathlib
import sys

import onnx

ROOT = pathlib.Path(__file__).resolve().parents[2]
page = (ROOT / "Documentation/Operators.md").read_text()
claimed = {line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| ")}
folder = pathlib.Path(sys.argv[1])
for path in sorted(pathlib.Path(onnx.__file__).parent.glob("backend/test/data/node/*/model.onnx")):
    data = path.read_bytes()
    nodes = onnx.load_from_string(data).graph.node
    if len(data) <= 4096 and all(node.op_type in claimed for node in nodes):
        (folder / f"{path.parent.name}.onnx").write_bytes(data)
