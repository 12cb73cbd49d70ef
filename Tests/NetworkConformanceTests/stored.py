"""Makes small networks and what onnxruntime gives for them: `Stored/NAME.onnx`, `Stored/NAME.f32`.

    .build/judges/bin/python Tests/NetworkConformanceTests/stored.py [NAME…]

The picture is what `StoredModel.picture` draws: 32 x 32 px, or what the network takes. `bytes` is an IR
that NNCF quantised, and what OpenVINO's Python gives for it. Needs numpy, onnx and onnxruntime 1.32.0;
for `bytes` openvino 2026.4.1 and nncf 3.4.0.
"""

import os
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "../../benchmarks"))
import models  # noqa: E402
import segformer  # noqa: E402


def picture(count):
    state, values = 9, np.empty(count, np.float32)
    for index in range(count):
        state = (state * 1_664_525 + 1_013_904_223) & 0xFFFFFFFF
        values[index] = (state >> 8) / 8_388_608 - 1
    return values


def narrow_segformer():
    segformer.WIDTHS, segformer.HEADS, segformer.REDUCTIONS = (8, 8, 16, 16), (1, 2, 2, 2), (4, 2, 1, 1)
    segformer.BLOCKS, segformer.DECODER = 1, 16
    return models.transformer()


def network(nodes, weights, takes, gives):
    tensors = [
        [helper.make_tensor_value_info(name, kind, shape) for name, kind, shape in side]
        for side in (takes, gives)]
    graph = helper.make_graph(nodes, "network", *tensors, weights)
    made = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="mapwright tests")
    onnx.checker.check_model(made)
    return made


def filters(shape, name):
    random = np.random.default_rng(5)
    return numpy_helper.from_array(random.standard_normal(shape).astype(np.float32) * 0.3, name)


def channels_last():
    """Takes and gives channels last, as exports of TensorFlow do."""
    nodes = [
        helper.make_node("Transpose", ["x"], ["a"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["a", "w"], ["b"], pads=[1, 1, 1, 1]),
        helper.make_node("Transpose", ["b"], ["y"], perm=[0, 2, 3, 1])]
    return network(
        nodes, [filters((5, 3, 3, 3), "w")], [("x", TensorProto.FLOAT, ["N", "H", "W", 3])],
        [("y", TensorProto.FLOAT, ["N", "H", "W", 5])])


def two_outputs():
    """A map at half the size, and the map that is wanted, `map`."""
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["whole"], pads=[1, 1, 1, 1]),
        helper.make_node("Sigmoid", ["whole"], ["map"]),
        helper.make_node("AveragePool", ["whole"], ["half"], kernel_shape=[2, 2], strides=[2, 2])]
    free = ["N", 4, "H", "W"]
    return network(
        nodes, [filters((4, 3, 3, 3), "w")], [("x", TensorProto.FLOAT, ["N", 3, "H", "W"])],
        [("half", TensorProto.FLOAT, ["N", 4, "h", "w"]), ("map", TensorProto.FLOAT, free)])


def half_floats():
    """Takes and gives 16-bit floats, and takes 24 x 40 px only."""
    weights = numpy_helper.from_array(numpy_helper.to_array(filters((2, 3, 3, 3), "w")).astype(np.float16), "w")
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"], pads=[1, 1, 1, 1])]
    return network(
        nodes, [weights], [("x", TensorProto.FLOAT16, [1, 3, 24, 40])],
        [("y", TensorProto.FLOAT16, [1, 2, 24, 40])])


def foreign():
    """Has an operator that the built-in engine does not: the cumulative sum along rows."""
    axis = numpy_helper.from_array(np.array(3, np.int64), "axis")
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"], pads=[1, 1, 1, 1]),
        helper.make_node("CumSum", ["a", "axis"], ["y"])]
    return network(
        nodes, [filters((2, 3, 3, 3), "w"), axis], [("x", TensorProto.FLOAT, ["N", 3, "H", "W"])],
        [("y", TensorProto.FLOAT, ["N", 2, "H", "W"])])


MODELS = {
    "unet": (lambda: models.unet(2), None), "segformer": (narrow_segformer, None),
    "channels-last": (channels_last, None), "two-outputs": (two_outputs, "map"),
    "half-floats": (half_floats, None), "foreign": (foreign, None),
}



def bytes_ir():
    """Three convolutions as an IR, quantised by NNCF."""
    import nncf
    import openvino

    random = np.random.default_rng(7)
    chips = [random.random((1, 3, 32, 32), dtype=np.float32) * 2 - 1 for _ in range(8)]
    g = models.Graph()
    layers = g.model(g.conv(g.conv(g.conv("x", 8), 8), 2, side=1, act=None)).SerializeToString()
    model = openvino.Core().read_model(layers)
    model.reshape([1, 3, 32, 32])
    model = nncf.quantize(model, nncf.Dataset(chips), subset_size=8)
    model.reshape([-1, 3, -1, -1])
    openvino.save_model(model, os.path.join(here, "Stored/bytes.xml"), compress_to_fp16=False)
    compiled = openvino.Core().compile_model(
        os.path.join(here, "Stored/bytes.xml"), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    result = compiled([picture(3 * 32 * 32).reshape(1, 3, 32, 32)])[0]
    result.tofile(os.path.join(here, "Stored/bytes.f32"))
    print("bytes", result.shape, np.abs(result).max())


names = sys.argv[1:] or [*MODELS, "bytes"]
if "bytes" in names:
    bytes_ir()
for name, (build, wanted) in ((name, MODELS[name]) for name in names if name in MODELS):
    path = os.path.join(here, "Stored", name)
    model = build()
    onnx.save(model, path + ".onnx")
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    taken = session.get_inputs()[0]
    is_last = taken.shape[-1] == 3
    height, width = (24, 40) if taken.shape[2] == 24 else (32, 32)
    x = picture(3 * height * width).reshape(1, 3, height, width)
    x = x.transpose(0, 2, 3, 1) if is_last else x
    kind = np.float16 if "float16" in taken.type else np.float32
    output = wanted or session.get_outputs()[0].name
    y = session.run([output], {taken.name: np.ascontiguousarray(x.astype(kind))})[0].astype(np.float32)
    y = y.transpose(0, 3, 1, 2) if is_last else y
    np.ascontiguousarray(y).tofile(path + ".f32")
    print(name, os.path.getsize(path + ".onnx"), y.shape)
