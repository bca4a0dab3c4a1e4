"""Builds the encoder as an ONNX graph that counts in whole numbers of 8 bits.

Weights are rounded column by column; what goes into a product of matrices is rounded while the
model runs, with one scale for the batch, or one for each token where a few tokens are far larger
than the rest. Before that, input channels that are larger than others are divided by a factor
with which the weights are multiplied (SmoothQuant, Xiao et al. 2023): the product is the same and
the rounding loses less. The factors come from texts that the same graph has read in floats.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from matchmaker.matching.packaged_weights import Shape

Array = npt.NDArray[np.float32]
Tensors = Mapping[str, Array]
# The largest size of each input channel, by the name of the input.
Ranges = Mapping[str, Array]

GRAPH_FILE = "encoder_int8.onnx"
INPUTS = ("input_ids", "attention_mask")
OUTPUT = "tokens"
_FUSED = "com.microsoft"
_OPERATORS, _FORMAT = 18, 9
_LARGEST, _MIDDLE = 127, 128
_SMALLEST = 1e-6


def float_graph(tensors: Tensors, shape: Shape) -> bytes:
    """Return the graph in floats, with the input of every rounded product as a further output."""
    return _Graph(tensors, shape, None).serialised()


def measured_ranges(outputs: Iterable[Mapping[str, Array]]) -> dict[str, Array]:
    """Return the largest size of each channel over the outputs that `float_graph` gave."""
    ranges: dict[str, Array] = {}
    for given in outputs:
        for name, states in given.items():
            largest = np.abs(states).reshape(-1, states.shape[-1]).max(axis=0)
            ranges[name] = np.maximum(ranges.get(name, largest), largest)
    return ranges


def int8_graph(tensors: Tensors, shape: Shape, ranges: Ranges) -> bytes:
    """Return the graph in whole numbers; `ranges` has what `float_graph` put out at most."""
    return _Graph(tensors, shape, ranges).serialised()


@dataclass
class _Graph:
    """Collects nodes and constants; a method that adds a node returns the name of its output."""

    tensors: Tensors
    shape: Shape
    ranges: Ranges | None
    product_inputs: list[str] = field(default_factory=list)
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def serialised(self) -> bytes:
        states = self._embeddings()
        self._node("Cast", [INPUTS[1]], "mask", to=TensorProto.INT32)
        for layer in range(self.shape.layers):
            is_last = layer == self.shape.layers - 1
            states = self._layer(layer, states, OUTPUT if is_last else f"states{layer}")
        graph = helper.make_graph(
            self.nodes,
            "encoder",
            [self._described(name, TensorProto.INT64, 2) for name in INPUTS],
            [self._described(name, TensorProto.FLOAT, 3) for name in (OUTPUT, *self._seen())],
            self.constants,
        )
        versions = [helper.make_opsetid("", _OPERATORS), helper.make_opsetid(_FUSED, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=_FORMAT)
        return bytes(model.SerializeToString())

    def _seen(self) -> list[str]:
        return self.product_inputs if self.ranges is None else []

    def _described(self, name: str, kind: int, dimensions: int) -> onnx.ValueInfoProto:
        sizes = ["texts", "length", None][:dimensions]
        return helper.make_tensor_value_info(name, kind, sizes)

    def _embeddings(self) -> str:
        """Words in 8 bits row by row, as they take most of the room; positions in floats."""
        words = self.tensors["embeddings.word_embeddings.weight"]
        rounded, scales = _rounded(words.T)
        self._constant("words", np.ascontiguousarray(rounded.T))
        self._constant("word_scales", scales[:, None])
        self._node("Gather", ["words", INPUTS[0]], "word_steps")
        self._node("Cast", ["word_steps"], "word_floats", to=TensorProto.FLOAT)
        self._node("Gather", ["word_scales", INPUTS[0]], "scales")
        self._node("Mul", ["word_floats", "scales"], "meanings")
        types = self.tensors["embeddings.token_type_embeddings.weight"]
        table = self.tensors["embeddings.position_embeddings.weight"] + types[0]
        self._constant("positions", table)
        self._constant("none", np.array([0], np.int64))
        self._node("Shape", [INPUTS[0]], "length", start=1, end=2)
        self._node("Slice", ["positions", "none", "length", "none"], "places")
        self._node("Add", ["meanings", "places"], "embedded")
        norm = self._norm("embeddings.LayerNorm")
        return self._node(
            "LayerNormalization", ["embedded", *norm], "states", epsilon=self.shape.epsilon
        )

    def _layer(self, layer: int, states: str, output: str) -> str:
        place = f"encoder.layer.{layer}."
        attended = self._attention(layer, states)
        mixed = self._product(attended, place + "attention.output.dense")
        first = self._skip_norm(mixed, states, place + "attention.output.LayerNorm")
        inner = self._product(first, place + "intermediate.dense")
        active = self._node("Gelu", [inner], f"active{layer}", domain=_FUSED)
        outer = self._product(active, place + "output.dense", by_token=True)
        return self._skip_norm(outer, first, place + "output.LayerNorm", output)

    def _attention(self, layer: int, states: str) -> str:
        place = f"encoder.layer.{layer}.attention.self."
        parts = ("query", "key", "value")
        weight = np.concatenate([self.tensors[f"{place}{part}.weight"] for part in parts])
        bias = np.concatenate([self.tensors[f"{place}{part}.bias"] for part in parts])
        name, heads = f"attention{layer}", self.shape.heads
        self.product_inputs.append(states)
        if self.ranges is None:
            inputs = [states, self._constant(name + ".w", weight.T.copy())]
            inputs += [self._constant(name + ".b", bias), "mask"]
            return self._node("Attention", inputs, name, domain=_FUSED, num_heads=heads)
        smooth, weight = self._smoothed(states, weight, name, self.ranges[states])
        steps, scale, zero = self._rounded_by_batch(smooth, name)
        rounded, scales = _rounded(weight.T)
        inputs = [steps, self._constant(name + ".w", rounded), self._constant(name + ".b", bias)]
        inputs += [scale, self._constant(name + ".s", scales), "mask", zero]
        inputs.append(self._constant(name + ".z", np.zeros(len(scales), np.int8)))
        return self._node("QAttention", inputs, name, domain=_FUSED, num_heads=heads)

    def _product(self, states: str, name: str, *, by_token: bool = False) -> str:
        weight, bias = self.tensors[name + ".weight"], self.tensors[name + ".bias"]
        self.product_inputs.append(states)
        if self.ranges is None:
            self._node(
                "MatMul", [states, self._constant(name + ".w", weight.T.copy())], name + ".m"
            )
            return self._node("Add", [name + ".m", self._constant(name + ".b", bias)], name)
        smooth, weight = self._smoothed(states, weight, name, self.ranges[states])
        rounded, scales = _rounded(weight.T)
        if by_token:
            return self._product_by_token(smooth, rounded, scales, bias, name)
        steps, scale, zero = self._rounded_by_batch(smooth, name)
        inputs = [steps, self._constant(name + ".w", rounded), scale]
        inputs += [self._constant(name + ".s", scales), zero]
        inputs.append(self._constant(name + ".z", np.zeros(len(scales), np.int8)))
        inputs.append(self._constant(name + ".b", bias))
        return self._node("MatMulIntegerToFloat", inputs, name, domain=_FUSED)

    def _product_by_token(
        self, states: str, rounded: npt.NDArray[np.int8], scales: Array, bias: Array, name: str
    ) -> str:
        self._node("Abs", [states], name + ".abs")
        axis = self._constant(name + ".axis", np.array([-1], np.int64))
        self._node("ReduceMax", [name + ".abs", axis], name + ".max", keepdims=1)
        step = self._constant(name + ".step", np.float32(1 / _LARGEST))
        self._node("Mul", [name + ".max", step], name + ".unit")
        least = self._constant(name + ".least", np.float32(_SMALLEST))
        unit = self._node("Max", [name + ".unit", least], name + ".scale")
        self._node("Div", [states, unit], name + ".units")
        self._node("Round", [name + ".units"], name + ".round")
        middle = self._constant(name + ".middle", np.float32(_MIDDLE))
        self._node("Add", [name + ".round", middle], name + ".above")
        self._node("Cast", [name + ".above"], name + ".steps", to=TensorProto.UINT8)
        zero = self._constant(name + ".zero", np.uint8(_MIDDLE))
        weights = self._constant(name + ".w", rounded)
        self._node("MatMulInteger", [name + ".steps", weights, zero], name + ".sum")
        self._node("Cast", [name + ".sum"], name + ".float", to=TensorProto.FLOAT)
        self._node("Mul", [name + ".float", unit], name + ".scaled")
        columns = self._constant(name + ".s", scales)
        self._node("Mul", [name + ".scaled", columns], name + ".product")
        return self._node("Add", [name + ".product", self._constant(name + ".b", bias)], name)

    def _smoothed(self, states: str, weight: Array, name: str, largest: Array) -> tuple[str, Array]:
        """Return the divided input and the weights multiplied by the same factors."""
        wide = np.maximum(np.abs(weight).max(axis=0), 1e-4)
        factors = np.sqrt(np.maximum(largest, 1e-4) / wide)
        factors = (factors / np.exp(np.log(factors).mean())).astype(np.float32)
        divided = self._node(
            "Mul", [states, self._constant(name + ".factors", 1 / factors)], name + ".smooth"
        )
        return divided, weight * factors

    def _rounded_by_batch(self, states: str, name: str) -> tuple[str, str, str]:
        names = (name + ".steps", name + ".scale", name + ".zero")
        self.nodes.append(helper.make_node("DynamicQuantizeLinear", [states], list(names)))
        return names

    def _skip_norm(self, states: str, skipped: str, name: str, output: str = "") -> str:
        inputs = [states, skipped, *self._norm(name)]
        return self._node(
            "SkipLayerNormalization", inputs, output or name,
            domain=_FUSED, epsilon=self.shape.epsilon,
        )  # fmt: skip

    def _norm(self, name: str) -> list[str]:
        return [self._constant(f"{name}.{end}", self.tensors[f"{name}.{end}"]) for end in _NORM]

    def _constant(self, name: str, value: npt.ArrayLike) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def _node(
        self, kind: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any
    ) -> str:
        node = helper.make_node(kind, list(inputs), [output], domain=domain, **attributes)
        self.nodes.append(node)
        return output


_NORM = ("weight", "bias")


def _rounded(columns: Array) -> tuple[npt.NDArray[np.int8], Array]:
    """Return whole numbers and the scale of each column, so that their product is `columns`."""
    scales = np.maximum(np.abs(columns).max(axis=0), _SMALLEST) / _LARGEST
    steps = np.clip(np.rint(columns / scales), -_LARGEST, _LARGEST).astype(np.int8)
    return np.ascontiguousarray(steps), scales.astype(np.float32)
