"""Writes the small models that tests run on: networks whose answer is known without inference.

    python3 make.py        (needs the PyPI packages onnx and numpy)

unsupported.onnx a network that ends in NonMaxSuppression, which no segmentation network has

palette.onnx     a pixel's class is that of the nearest colour of a palette of six: background, building, contact,
                 road, water, bridge; softmax over them; sees single pixels

bright.onnx      bright pixels are building: the mean of three bands over 3×3 pixels, a threshold at
                 128 of 255, softmax over background and building; receptive radius 1 px
"""

import json

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def bright():
    blur = np.full((1, 3, 3, 3), 1 / 27, np.float32)
    head = np.array([[[[-40.0]]], [[[40.0]]]], np.float32)
    bias = np.array([20.0, -20.0], np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["image", "blur"], ["mean"], pads=[1, 1, 1, 1]),
            helper.make_node("Conv", ["mean", "head", "bias"], ["logits"]),
            helper.make_node("Softmax", ["logits"], ["probability"], axis=1),
        ],
        "bright",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, "H", "W"])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["N", 2, "H", "W"])],
        [
            numpy_helper.from_array(blur, "blur"),
            numpy_helper.from_array(head, "head"),
            numpy_helper.from_array(bias, "bias"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    keys = {
        "model_type": json.dumps("Segmentor"),
        "class_names": json.dumps({"0": "background", "1": "building"}),
        "resolution": json.dumps(50),
        "tile_size": json.dumps(192),
    }
    helper.set_model_props(model, keys)
    onnx.checker.check_model(model)
    return model


PALETTE = {
    "background": (0.30, 0.55, 0.25),
    "building": (0.85, 0.35, 0.30),
    "contact": (0.55, 0.10, 0.45),
    "road": (0.70, 0.70, 0.66),
    "water": (0.15, 0.35, 0.70),
    "bridge": (0.95, 0.90, 0.40),
}


def palette():
    # The nearest colour has the least |x - c|^2, so the greatest 2 c x - |c|^2.
    colors = np.array(list(PALETTE.values()), np.float32)
    head = (2 * 60 * colors).reshape(6, 3, 1, 1)
    bias = -60 * (colors**2).sum(axis=1)
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["image", "head", "bias"], ["logits"]),
            helper.make_node("Softmax", ["logits"], ["probability"], axis=1),
        ],
        "palette",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, "H", "W"])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["N", 6, "H", "W"])],
        [numpy_helper.from_array(head, "head"), numpy_helper.from_array(bias, "bias")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    names = {str(channel): name for channel, name in enumerate(PALETTE)}
    keys = {
        "model_type": json.dumps("Segmentor"),
        "class_names": json.dumps(names),
        "tile_size": json.dumps(256),
    }
    helper.set_model_props(model, keys)
    onnx.checker.check_model(model)
    return model


def unsupported():
    graph = helper.make_graph(
        [
            helper.make_node("Relu", ["image"], ["map"]),
            helper.make_node("NonMaxSuppression", ["boxes", "scores"], ["chosen"], name="pick"),
            helper.make_node("Cast", ["chosen"], ["cast"], to=TensorProto.FLOAT),
            helper.make_node("Add", ["map", "cast"], ["probability"]),
        ],
        "unsupported",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, "H", "W"])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["N", 3, "H", "W"])],
        [
            numpy_helper.from_array(np.zeros((1, 1, 4), np.float32), "boxes"),
            numpy_helper.from_array(np.zeros((1, 1, 1), np.float32), "scores"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model


if __name__ == "__main__":
    onnx.save(unsupported(), "unsupported.onnx")
    onnx.save(bright(), "bright.onnx")
    onnx.save(palette(), "palette.onnx")
