"""The models' outputs in double precision, for judging engines that compute in single precision.

Evaluates an ONNX graph with numpy, every value a float64: the operators that models.py uses, each as
ONNX defines it. `judge` compares an engine's output with that: the largest error, and the share of
pixels whose likeliest class is the same. Needs onnx and numpy.
"""

import math

import numpy as np
import onnx
from onnx import numpy_helper


def evaluate(path, x):
    """The first output for one picture."""
    model = onnx.load(path)
    values = {t.name: widen(numpy_helper.to_array(t)) for t in model.graph.initializer}
    values[model.graph.input[0].name] = x.astype(np.float64)
    last = {name: i for i, node in enumerate(model.graph.node) for name in node.input}
    for i, node in enumerate(model.graph.node):
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        inputs = [values.get(name) for name in node.input]
        values[node.output[0]] = OPERATORS[node.op_type](*inputs, **attributes)
        for name in node.input:
            if last[name] == i:
                values.pop(name, None)
    return values[model.graph.output[0].name]


def judge(output, exact):
    """The largest error, and in how many of 100 pixels the likeliest class agrees."""
    same = np.argmax(output, axis=1) == np.argmax(exact, axis=1)
    return {"error": float(np.abs(output - exact).max()), "same_percent": 100 * float(same.mean())}


def widen(values):
    return values.astype(np.float64) if values.dtype.kind == "f" else values


def conv(x, w, b=None, pads=(0, 0, 0, 0), strides=(1, 1), group=1, **_):
    x = np.pad(x, ((0, 0), (0, 0), (pads[0], pads[2]), (pads[1], pads[3])))
    (n, c, h, width), (k, per_group, kh, kw) = x.shape, w.shape
    sy, sx = strides
    rows, columns = (h - kh) // sy + 1, (width - kw) // sx + 1
    y = np.zeros((n, k, rows, columns))
    for dy in range(kh):
        for dx in range(kw):
            tap = x[:, :, dy:dy + (rows - 1) * sy + 1:sy, dx:dx + (columns - 1) * sx + 1:sx]
            if group == 1:
                y += np.einsum("kc,nchw->nkhw", w[:, :, dy, dx], tap, optimize=True)
            else:
                y += tap * w[:, 0, dy, dx][:, None, None]
    return y if b is None else y + b[:, None, None]


def max_pool(x, kernel_shape, pads, strides, **_):
    edges = ((0, 0), (0, 0), (pads[0], pads[2]), (pads[1], pads[3]))
    x = np.pad(x, edges, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel_shape, axis=(2, 3))
    return windows[:, :, ::strides[0], ::strides[1]].max(axis=(4, 5))


def resize(x, _roi=None, scales=None, sizes=None, mode=b"nearest",
           coordinate_transformation_mode=b"half_pixel", **_):
    for axis in (2, 3):
        length = x.shape[axis]
        count = int(sizes[axis]) if sizes is not None else int(length * scales[axis])
        places = np.arange(count) * length / count
        if coordinate_transformation_mode == b"half_pixel":
            places = (np.arange(count) + 0.5) * length / count - 0.5
        if mode == b"nearest":
            x = np.take(x, np.floor(places).astype(int), axis)
            continue
        places = np.clip(places, 0, length - 1)
        low = np.floor(places).astype(int)
        high = np.minimum(low + 1, length - 1)
        share = (places - low).reshape([-1 if a == axis else 1 for a in range(4)])
        x = np.take(x, low, axis) * (1 - share) + np.take(x, high, axis) * share
    return x


def layer_normalization(x, gamma, beta, epsilon=1e-5, **_):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + epsilon) * gamma + beta


def softmax(x, axis=-1):
    powers = np.exp(x - x.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def reshape(x, shape, **_):
    return x.reshape([x.shape[i] if n == 0 else n for i, n in enumerate(shape)])


def cut(x, starts, ends, axes):
    parts = [slice(None)] * x.ndim
    for start, end, axis in zip(starts, ends, axes):
        parts[axis] = slice(int(start), int(end))
    return x[tuple(parts)]


OPERATORS = {
    "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide, "Pow": np.power,
    "Sqrt": np.sqrt, "MatMul": np.matmul, "Erf": np.vectorize(math.erf, otypes=[np.float64]),
    "Relu": lambda x: np.maximum(x, 0), "Clip": np.clip, "Conv": conv, "MaxPool": max_pool,
    "Sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "Resize": resize, "Softmax": softmax, "LayerNormalization": layer_normalization,
    "Concat": lambda *values, axis: np.concatenate(values, axis),
    "Transpose": lambda x, perm: x.transpose(perm), "Reshape": reshape, "Slice": cut,
    "Shape": lambda x: np.array(x.shape), "Identity": lambda x: x,
    "Constant": lambda value: widen(numpy_helper.to_array(value)),
    "ReduceMean": lambda x, axes, keepdims=1: x.mean(tuple(axes), keepdims=bool(keepdims)),
}
