"""Segmentation networks with random weights, as ONNX files (operator set 17).

    python benchmarks/models.py FOLDER

Writes unet-s, unet-m (plain U-Nets of base width 16 and 32), unet-r18 (ResNet-18 encoder),
unet-mbv2 (MobileNetV2 encoder) and segformer-b0 with a dynamic batch, height and width. Weights are drawn from a
fixed seed and scaled so that values keep their size from layer to layer; convolutions carry their
bias, as exporters fold batch normalisation into them. Needs onnx and numpy.
"""

import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from segformer import segformer


class Graph:
    """A graph under construction; every method adds nodes and returns the name of their result."""

    def __init__(self):
        self.nodes, self.weights = [], []
        self.random = np.random.default_rng(1234)
        self.channels = {"x": 3}

    def constant(self, values):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def add(self, operator, inputs, channels, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        self.channels[name] = channels
        return name

    def conv(self, x, filters, side=3, stride=1, groups=1, act="Relu", pad=None):
        inputs = self.channels[x] // groups
        spread = np.sqrt((2 if act else 0.5) / (inputs * side * side))
        shape = (filters, inputs, side, side)
        weights = (self.random.standard_normal(shape) * spread).astype(np.float32)
        bias = (self.random.standard_normal(filters) * 0.1).astype(np.float32)
        pad = side // 2 if pad is None else pad
        y = self.add(
            "Conv", [x, self.constant(weights), self.constant(bias)], filters, group=groups,
            kernel_shape=[side, side], pads=[pad] * 4, strides=[stride, stride])
        if act == "Relu6":
            limits = [self.constant(np.float32(v)) for v in (0, 6)]
            return self.add("Clip", [y] + limits, filters)
        return self.add(act, [y], filters) if act else y

    def pool(self, x, side=2, pad=0):
        return self.add(
            "MaxPool", [x], self.channels[x], kernel_shape=[side, side], pads=[pad] * 4,
            strides=[2, 2])

    def double(self, x, mode="linear"):
        place = {"linear": "half_pixel", "nearest": "asymmetric"}[mode]
        scales = self.constant(np.array([1, 1, 2, 2], np.float32))
        return self.add(
            "Resize", [x, "", scales], self.channels[x], mode=mode,
            coordinate_transformation_mode=place, nearest_mode="floor")

    def concat(self, a, b):
        return self.add("Concat", [a, b], self.channels[a] + self.channels[b], axis=1)

    def sum(self, a, b):
        return self.add("Add", [a, b], self.channels[a])

    def relu(self, x):
        return self.add("Relu", [x], self.channels[x])

    def model(self, output, opset=17):
        free = ["N", 3, "H", "W"]
        graph = helper.make_graph(
            self.nodes, "network", [helper.make_tensor_value_info("x", TensorProto.FLOAT, free)],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["N", 2, "H", "W"])],
            self.weights)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8,
            producer_name="mapwright benchmarks")
        onnx.checker.check_model(model)
        return model


def unet(base):
    """Five levels of two 3x3 convolutions, bilinear doubling, concatenated skips."""
    g, x, skips = Graph(), "x", []
    for level in range(5):
        if level:
            x = g.pool(x)
        x = g.conv(g.conv(x, base << level), base << level)
        skips.append(x)
    skips.pop()
    for level in reversed(range(4)):
        x = g.concat(g.double(x), skips.pop())
        x = g.conv(g.conv(x, base << level), base << level)
    return g.model(g.conv(x, 2, side=1, act=None))


def resnet18():
    """ResNet-18 encoder; the decoder of nearest doubling that is usual for it."""
    g = Graph()
    x = g.conv("x", 64, side=7, stride=2)
    skips = [x]
    x = g.pool(x, side=3, pad=1)
    for filters, first in ((64, 1), (128, 2), (256, 2), (512, 2)):
        for stride in (first, 1):
            y = g.conv(g.conv(x, filters, stride=stride), filters, act=None)
            if stride != 1 or g.channels[x] != filters:
                x = g.conv(x, filters, side=1, stride=stride, act=None)
            x = g.relu(g.sum(y, x))
        skips.append(x)
    skips.pop()
    for filters in (256, 128, 64, 32, 16):
        x = g.double(x, mode="nearest")
        if skips:
            x = g.concat(x, skips.pop())
        x = g.conv(g.conv(x, filters), filters)
    return g.model(g.conv(x, 2, act=None))


def mobilenet():
    """MobileNetV2 encoder and a decoder of depthwise-separable convolutions."""
    g = Graph()

    def inverted(x, filters, stride, factor):
        inputs, y = g.channels[x], x
        wide = inputs * factor
        if factor != 1:
            y = g.conv(y, wide, side=1, act="Relu6")
        y = g.conv(y, wide, stride=stride, groups=wide, act="Relu6")
        y = g.conv(y, filters, side=1, act=None)
        return g.sum(x, y) if stride == 1 and inputs == filters else y

    def separable(x, filters):
        return g.conv(g.conv(x, g.channels[x], groups=g.channels[x]), filters, side=1)

    x, skips = g.conv("x", 32, stride=2, act="Relu6"), []
    stages = (
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
        (6, 160, 3, 2), (6, 320, 1, 1))
    for number, (factor, filters, count, first) in enumerate(stages):
        for block in range(count):
            x = inverted(x, filters, first if block == 0 else 1, factor)
        if number in (0, 1, 2, 4):
            skips.append(x)
    for filters in (128, 64, 32, 16):
        x = g.concat(g.double(x), skips.pop())
        x = separable(separable(x, filters), filters)
    return g.model(g.double(g.conv(x, 2, side=1, act=None)))


def transformer(opset=17):
    """SegFormer-B0."""
    g = Graph()
    return g.model(segformer(g, opset), opset)


MODELS = {
    "unet-s": lambda: unet(16),
    "unet-m": lambda: unet(32),
    "unet-r18": resnet18,
    "unet-mbv2": mobilenet,
    "segformer-b0": transformer,
}

if __name__ == "__main__":
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for name, build in MODELS.items():
        onnx.save(build(), os.path.join(folder, f"{name}.onnx"))
