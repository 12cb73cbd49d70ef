"""SegFormer-B0 as an exporter writes it: a transformer that looks at four scales, and a decoder of
products.

Tokens are `[N, rows x columns, channels]`; between products and convolutions they are transposed and
reshaped, with shapes that follow from the picture's. LayerNormalization is an operator of its own
from operator set 17 on and the means, roots and quotients it is made of before that; the Gaussian
error unit is always written out.
"""

import numpy as np

WIDTHS, HEADS, REDUCTIONS, BLOCKS = (32, 64, 160, 256), (1, 2, 5, 8), (8, 4, 2, 1), 2
DECODER = 256


def segformer(g, opset=17, classes=2):
    """Adds the network to a graph (models.Graph) that has the picture x; returns the output."""
    t = Tokens(g, opset)
    x, levels = "x", []
    for level, width in enumerate(WIDTHS):
        side, stride = (7, 4) if level == 0 else (3, 2)
        planes = g.conv(x, width, side=side, stride=stride, act=None)
        tokens = t.normalize(t.from_planes(planes))
        for _ in range(BLOCKS):
            tokens = t.block(tokens, planes, HEADS[level], REDUCTIONS[level])
        x = t.to_planes(t.normalize(tokens), planes)
        levels.append((t.to_planes(t.linear(t.from_planes(x), DECODER), planes), planes))
    size = g.add("Slice", [g.add("Shape", [levels[0][1]], 0)] + t.numbers([2], [4], [0]), 0)
    # Before operator set 13 inputs that are left out are empty lists.
    none = "" if opset >= 13 else g.constant(np.zeros(0, np.float32))
    same = [levels[0][0]]
    for level, planes in levels[1:]:
        head = g.add("Slice", [g.add("Shape", [level], 0)] + t.numbers([0], [2], [0]), 0)
        sizes = g.add("Concat", [head, size], 0, axis=0)
        same.append(g.add(
            "Resize", [level, none, none, sizes], DECODER, mode="linear",
            coordinate_transformation_mode="half_pixel"))
    joined = g.add("Concat", same[::-1], DECODER * len(same), axis=1)
    y = g.conv(g.conv(joined, DECODER, side=1), classes, side=1, act=None)
    scales = g.constant(np.array([1, 1, 4, 4], np.float32))
    return g.add(
        "Resize", [y, none, scales], classes, mode="linear",
        coordinate_transformation_mode="half_pixel")


class Tokens:
    """What SegFormer adds to convolutions; every method returns the name of a result."""

    def __init__(self, graph, opset):
        self.g, self.opset = graph, opset

    def numbers(self, *lists):
        return [self.g.constant(np.array(values, np.int64)) for values in lists]

    def weights(self, *shape, spread=1.0, offset=0.0):
        values = self.g.random.standard_normal(shape) * spread + offset
        return self.g.constant(values.astype(np.float32))

    def from_planes(self, planes):
        """[N, C, H, W] to [N, H W, C]."""
        c = self.g.channels[planes]
        flat = self.g.add("Reshape", [planes] + self.numbers([0, c, -1]), c)
        return self.g.add("Transpose", [flat], c, perm=[0, 2, 1])

    def to_planes(self, tokens, like):
        """[N, H W, C] to [N, C, H, W], rows and columns as another value's."""
        g, c = self.g, self.g.channels[tokens]
        shape = g.add("Shape", [like], 0)
        ends = [g.add("Slice", [shape] + self.numbers([a], [b], [0]), 0) for a, b in ((0, 1), (2, 4))]
        target = g.add("Concat", [ends[0]] + self.numbers([c]) + [ends[1]], 0, axis=0)
        turned = g.add("Transpose", [tokens], c, perm=[0, 2, 1])
        return g.add("Reshape", [turned, target], c)

    def linear(self, x, width):
        c = self.g.channels[x]
        y = self.g.add("MatMul", [x, self.weights(c, width, spread=c**-0.5)], width)
        return self.g.add("Add", [self.weights(width, spread=0.1), y], width)

    def normalize(self, x):
        g, c = self.g, self.g.channels[x]
        gamma, beta = self.weights(c, spread=0.1, offset=1.0), self.weights(c, spread=0.1)
        if self.opset >= 17:
            return g.add("LayerNormalization", [x, gamma, beta], c, axis=-1, epsilon=1e-6)
        centred = g.add("Sub", [x, g.add("ReduceMean", [x], c, axes=[-1])], c)
        squares = g.add("Pow", [centred, g.constant(np.float32(2))], c)
        spread = g.add("ReduceMean", [squares], c, axes=[-1])
        root = g.add("Sqrt", [g.add("Add", [spread, g.constant(np.float32(1e-6))], c)], c)
        scaled = g.add("Mul", [g.add("Div", [centred, root], c), gamma], c)
        return g.add("Add", [scaled, beta], c)

    def gelu(self, x):
        g, c = self.g, self.g.channels[x]
        erf = g.add("Erf", [g.add("Div", [x, g.constant(np.float32(2**0.5))], c)], c)
        gate = g.add("Mul", [x, g.add("Add", [erf, g.constant(np.float32(1))], c)], c)
        return g.add("Mul", [gate, g.constant(np.float32(0.5))], c)

    def heads(self, x, heads):
        """[N, P, C] to [N, heads, P, C / heads]."""
        c = self.g.channels[x]
        split = self.g.add("Reshape", [x] + self.numbers([0, -1, heads, c // heads]), c)
        return self.g.add("Transpose", [split], c, perm=[0, 2, 1, 3])

    def attention(self, x, planes, heads, reduction):
        g, c = self.g, self.g.channels[x]
        query, source = self.heads(self.linear(x, c), heads), x
        if reduction > 1:
            small = g.conv(self.to_planes(x, planes), c, side=reduction, stride=reduction, act=None,
                           pad=0)
            source = self.normalize(self.from_planes(small))
        key, value = (self.heads(self.linear(source, c), heads) for _ in range(2))
        turned = g.add("Transpose", [key], c, perm=[0, 1, 3, 2])
        scores = g.add("MatMul", [query, turned], c)
        scores = g.add("Div", [scores, g.constant(np.float32((c // heads) ** 0.5))], c)
        mixed = g.add("MatMul", [g.add("Softmax", [scores], c, axis=-1), value], c)
        joined = g.add("Transpose", [mixed], c, perm=[0, 2, 1, 3])
        joined = g.add("Reshape", [joined] + self.numbers([0, -1, c]), c)
        return self.linear(joined, c)

    def block(self, x, planes, heads, reduction):
        g, c = self.g, self.g.channels[x]
        x = g.sum(x, self.attention(self.normalize(x), planes, heads, reduction))
        wide = self.to_planes(self.linear(self.normalize(x), 4 * c), planes)
        wide = self.from_planes(g.conv(wide, 4 * c, groups=4 * c, act=None))
        return g.sum(x, self.linear(self.gelu(wide), c))
