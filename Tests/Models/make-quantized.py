"""Writes small quantised networks as NNCF and onnxruntime write them, and onnxruntime's results.

    python3 make-quantized.py        (needs the PyPI packages onnx, onnxruntime, nncf and numpy)

quantized-nncf.onnx, quantized-onnxruntime.onnx   a U-Net of two levels with a residual, random weights
*.f32                                             results for the picture that `picture` draws
"""

import os
import tempfile

import nncf
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

SHAPE = (1, 3, 24, 40)


def picture():
    """The numbers of a linear congruential generator, from -1 to 1."""
    state, values = 1, []
    for _ in range(np.prod(SHAPE)):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append((state >> 8) / 8388608 - 1)
    return np.array(values, np.float32).reshape(SHAPE)


def network():
    random = np.random.default_rng(5)
    nodes, weights = [], []

    def conv(x, y, inputs, filters, side=3, **more):
        shape = (filters, inputs, side, side)
        w = random.standard_normal(shape) * np.sqrt(2 / (inputs * side * side))
        weights.append(numpy_helper.from_array(w.astype(np.float32), y + "_w"))
        weights.append(numpy_helper.from_array((random.standard_normal(filters) * 0.2).astype(np.float32), y + "_b"))
        nodes.append(helper.make_node("Conv", [x, y + "_w", y + "_b"], [y], name=y, pads=[side // 2] * 4, kernel_shape=[side, side], **more))

    def node(kind, inputs, output, **more):
        nodes.append(helper.make_node(kind, inputs, [output], name=output, **more))

    weights.append(numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), "scales"))
    conv("x", "a", 3, 8)
    node("Relu", ["a"], "b")
    node("MaxPool", ["b"], "c", kernel_shape=[2, 2], strides=[2, 2])
    conv("c", "d", 8, 12)
    node("Relu", ["d"], "e")
    conv("e", "f", 12, 12)
    node("Add", ["f", "e"], "g")
    node("Relu", ["g"], "h")
    node("Resize", ["h", "", "scales"], "i", mode="linear", coordinate_transformation_mode="half_pixel")
    node("Concat", ["i", "b"], "j", axis=1)
    conv("j", "k", 20, 8)
    node("Relu", ["k"], "l")
    conv("l", "y", 8, 2, side=1)
    graph = helper.make_graph(
        nodes, "small", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3, "H", "W"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 2, "H", "W"])], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


class Reader(CalibrationDataReader):
    def __init__(self, pictures):
        self.pictures = iter(pictures)

    def get_next(self):
        return next(self.pictures, None)


def results(path):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(path, options).run(None, {"x": picture()})[0]


if __name__ == "__main__":
    float_model = network()
    pictures = [{"x": picture()}, {"x": -picture()}]
    onnx.save(nncf.quantize(float_model, nncf.Dataset(pictures), subset_size=2), "quantized-nncf.onnx")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "float.onnx")
        onnx.save(float_model, path)
        quantize_static(
            path, "quantized-onnxruntime.onnx", Reader(pictures), quant_format=QuantFormat.QDQ,
            per_channel=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
    for name in ("quantized-nncf", "quantized-onnxruntime"):
        results(name + ".onnx").astype(np.float32).tofile(name + ".f32")
