"""Writes trained weights as an ONNX file with its metadata, and a STAC MLM item beside it.

    export.py TRAINING_FOLDER MODEL.onnx

Batch norm is folded into the convolutions, so that the graph holds nothing but Conv, Relu, MaxPool,
Resize, Concat and Softmax. The bytes depend on the weights alone.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from classes import CLASSES, MEAN, NAMES, STD

class Graph:
    """Nodes and weights in the order in which they are made."""

    def __init__(self, weights):
        self.weights, self.nodes, self.initializers = weights, [], []

    def constant(self, name, array):
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def add(self, kind, inputs, name, **attributes):
        output = f"{name}_out" if kind != "Softmax" else "probability"
        self.nodes.append(helper.make_node(kind, inputs, [output], name, **attributes))
        return output

    def conv(self, x, name, weight, bias):
        inputs = [
            x,
            self.constant(f"{name}.weight", weight.astype(np.float32)),
            self.constant(f"{name}.bias", bias.astype(np.float32)),
        ]
        side = weight.shape[2]
        return self.add("Conv", inputs, name, kernel_shape=[side, side], pads=[side // 2] * 4)

    def folded(self, x, name, conv, norm):
        """A convolution with the batch norm after it, and ReLU."""
        w = {key: value.astype(np.float64) for key, value in self.weights.items()}
        scale = w[f"{norm}.weight"] / np.sqrt(w[f"{norm}.running_var"] + 1e-5)
        weight = w[f"{conv}.weight"] * scale[:, None, None, None]
        bias = w[f"{norm}.bias"] - w[f"{norm}.running_mean"] * scale
        return self.add("Relu", [self.conv(x, name, weight, bias)], f"{name}.relu")

    def block(self, x, name):
        for half in (0, 1):
            x = self.folded(x, f"{name}.{half}", f"{name}.{3 * half}", f"{name}.{3 * half + 1}")
        return x


def graph_of(weights):
    graph = Graph(weights)
    levels = len({name.split(".")[1] for name in weights if name.startswith("down.")})
    scales = graph.constant("twice", np.array([1, 1, 2, 2], np.float32))
    x, skips = "image", []
    for level in range(levels):
        if level > 0:
            x = graph.add(
                "MaxPool", [x], f"pool.{level}", kernel_shape=[2, 2], strides=[2, 2])
        x = graph.block(x, f"down.{level}")
        skips.append(x)
    for level in range(levels - 1):
        x = graph.add(
            "Resize", [x, "", scales], f"resize.{level}", mode="linear",
            coordinate_transformation_mode="half_pixel")
        x = graph.add("Concat", [x, skips[-2 - level]], f"concat.{level}", axis=1)
        x = graph.block(x, f"up.{level}")
    x = graph.conv(x, "head", weights["head.weight"], weights["head.bias"])
    graph.add("Softmax", [x], "softmax", axis=1)

    def value(name, channels):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", channels, "H", "W"])

    return helper.make_graph(
        graph.nodes, "foundational", [value("image", 3)], [value("probability", len(CLASSES))],
        graph.initializers)


def model_of(weights):
    model = helper.make_model(
        graph_of(weights), opset_imports=[helper.make_opsetid("", 17)], ir_version=8,
        producer_name="mapwright-foundational-starter",
        doc_string="Buildings, roads, water and bridges of drawn towns, RGB 0.30 m/px. image = "
        "(rgb/255 - mean)/std; H and W multiples of 16. probability = softmax over "
        + ", ".join(NAMES) + ".")
    metadata = dict(
        model_type="Segmentor",
        class_names={str(i): name for i, name in enumerate(NAMES)},
        resolution=30, tiles_size=512, tile_size=512, tiles_overlap=12.5, seg_thresh=0.5,
        standardization_mean=list(MEAN), standardization_std=list(STD))
    helper.set_model_props(model, {key: json.dumps(text) for key, text in metadata.items()})
    onnx.checker.check_model(model, full_check=True)
    return model


def item_of(path, parameters, training):
    """The STAC item; its place on Earth is open water of Lake Victoria, where the towns lie."""
    data = path.read_bytes()
    west, south, east, north = 32.945, -0.885, 32.955, -0.875
    bands = ("red", "green", "blue")
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    shape = dict(
        dim_order=["batch", "channel", "height", "width"], data_type="float32")
    options = training["options"]
    properties = {
        "title": "Mapwright foundational starter",
        "description": "Small U-Net trained on drawn towns alone: buildings, roads, water and "
        "bridges of 0.30 m RGB pictures drawn like them. See FOUNDATIONAL_CARD.md.",
        "datetime": None,
        "start_datetime": "1900-01-01T00:00:00Z",
        "end_datetime": "9999-12-31T23:59:59Z",
        "gsd": 0.3,
        "license": "Apache-2.0",
        "bands": [dict(name=name, data_type="uint8", gsd=0.3) for name in bands],
        "mlm:name": path.stem,
        "mlm:architecture": "U-Net",
        "mlm:tasks": ["semantic-segmentation"],
        "mlm:framework": "ONNX",
        "mlm:framework_version": onnx.__version__,
        "mlm:total_parameters": parameters,
        "mlm:memory_size": len(data),
        "mlm:pretrained": False,
        "mlm:pretrained_source": None,
        "mlm:accelerator": "amd64",
        "mlm:accelerator_constrained": False,
        "mlm:batch_size_suggestion": 1,
        "mlm:input": [{
            "name": "image",
            "description": "RGB 0..255 divided by 255, then (x - mean) / std per band; any H and W "
            "that are multiples of 16; 0.30 m per pixel (0.25 to 0.37).",
            "bands": list(bands),
            "input": dict(shape=[-1, 3, -1, -1], **shape),
            "value_scaling": [
                dict(type="z-score", mean=round(255 * m, 4), stddev=round(255 * s, 4))
                for m, s in zip(MEAN, STD)
            ],
            "resize_type": None,
            "pre_processing_function": None,
        }],
        "mlm:output": [{
            "name": "probability",
            "tasks": ["semantic-segmentation"],
            "description": "Softmax over six classes at input resolution; building = p(building) + "
            "p(contact), road = p(road) + p(bridge).",
            "result": {
                "shape": [-1, len(CLASSES), -1, -1],
                **shape, "dim_order": ["batch", "class", "height", "width"],
            },
            "classification:classes": [
                dict(value=i, name=n, title=n.capitalize(), description=d, color_hint=c)
                for i, (n, d, c) in enumerate(CLASSES)
            ],
            "post_processing_function": None,
        }],
        "mlm:hyperparameters": dict(
            steps=training["steps"], batch=options["batch"], crop=options["crop"],
            seed=options["seed"], lr_max=options["rate"], optimizer="AdamW",
            loss="weighted cross-entropy + Dice", tile_size=512, tile_overlap_percent=12.5),
    }
    assets = {
        "model": {
            "href": f"./{path.name}",
            "type": "application/octet-stream; framework=onnx",
            "title": "ONNX model, opset 17",
            "roles": ["mlm:model", "mlm:weights"],
            "mlm:artifact_type": "onnx",
            "file:size": len(data),
            "file:checksum": "1220" + hashlib.sha256(data).hexdigest(),
        },
        "card": {
            "href": "./FOUNDATIONAL_CARD.md", "type": "text/markdown", "title": "Model card",
            "roles": ["metadata"],
        },
    }
    return {
        "type": "Feature",
        "stac_version": "1.1.0",
        "id": path.stem,
        "stac_extensions": [
            "https://stac-extensions.github.io/mlm/v1.5.0/schema.json",
            "https://stac-extensions.github.io/classification/v2.0.0/schema.json",
            "https://stac-extensions.github.io/file/v2.1.0/schema.json",
        ],
        "geometry": dict(type="Polygon", coordinates=[ring]),
        "bbox": [west, south, east, north],
        "properties": properties,
        "links": [],
        "assets": assets,
    }


def main(folder, path):
    path = pathlib.Path(path)
    with np.load(f"{folder}/weights.npz") as file:
        weights = {name: file[name] for name in file.files}
    training = json.loads(pathlib.Path(f"{folder}/training.json").read_text())
    model = model_of(weights)
    path.write_bytes(model.SerializeToString(deterministic=True))
    parameters = sum(int(np.prod(i.dims)) for i in model.graph.initializer if i.name != "twice")
    item = item_of(path, parameters, training)
    path.with_suffix(".json").write_text(json.dumps(item, indent=2) + "\n")
    print(f"wrote {path}, {path.stat().st_size} bytes, {parameters} parameters, sha256")
    print(item["assets"]["model"]["file:checksum"][4:])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
