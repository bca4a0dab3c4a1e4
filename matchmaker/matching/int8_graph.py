"""Builds the encoder as an ONNX graph that counts in whole numbers of 8 bits.

It reads one text at a time. Weights are rounded column by column; what goes into a product of
matrices is rounded while the model runs, with one scale for each token, as a few tokens are far
larger than the rest. Before that, input channels that are larger than others are divided by a
factor with which the weights are multiplied (SmoothQuant, Xiao et al. 2023): the product is the
same and the rounding loses less. The few channels that stay the largest are left out of the
rounding and multiplied in floats (LLM.int8(), Dettmers et al. 2022). Factors and channels come
from texts that the same graph has read in floats.
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
INPUT = "input_ids"  # int64, (tokens,)
OUTPUT = "tokens"  # float32, (tokens, width)
_FUSED = "com.microsoft"
_OPERATORS, _FORMAT = 18, 9
_LARGEST, _MIDDLE = 127, 128
_SMALLEST = 1e-6
_NEXT_TO_NOTHING = 1e-4
# One channel in so many is kept apart.
_APART_OF = 24


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
        self._shared_constants()
        states = self._embeddings()
        for layer in range(self.shape.layers):
            is_last = layer == self.shape.layers - 1
            states = self._layer(layer, states, OUTPUT if is_last else f"states{layer}")
        graph = helper.make_graph(
            self.nodes,
            "encoder",
            [helper.make_tensor_value_info(INPUT, TensorProto.INT64, ["length"])],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, ["length", None])
                for name in (OUTPUT, *self._seen())
            ],
            self.constants,
        )
        versions = [helper.make_opsetid("", _OPERATORS), helper.make_opsetid(_FUSED, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=_FORMAT)
        return bytes(model.SerializeToString())

    def _seen(self) -> list[str]:
        return self.product_inputs if self.ranges is None else []

    def _shared_constants(self) -> None:
        """What every layer uses; the middle of the steps once for each token of the text."""
        self._constant("first", np.array([0], np.int64))
        self._constant("last", np.array([-1], np.int64))
        self._constant("step", np.float32(1 / _LARGEST))
        self._constant("least", np.float32(_SMALLEST))
        self._constant("one", np.float32(1))
        self._constant("middle", np.uint8(_MIDDLE))
        width = self.shape.width
        self._constant("widths", np.array([width, width, width], np.int64))
        self._node("Shape", [INPUT], "length")
        self._node("Expand", ["middle", "length"], "middles")

    def _embeddings(self) -> str:
        """Words in 8 bits row by row, as they take most of the room; positions in floats."""
        words = self.tensors["embeddings.word_embeddings.weight"]
        rounded, scales = _rounded(words.T)
        self._constant("words", np.ascontiguousarray(rounded.T))
        self._constant("word_scales", scales[:, None])
        self._node("Gather", ["words", INPUT], "word_steps")
        self._node("Cast", ["word_steps"], "word_floats", to=TensorProto.FLOAT)
        self._node("Gather", ["word_scales", INPUT], "scales")
        self._node("Mul", ["word_floats", "scales"], "meanings")
        types = self.tensors["embeddings.token_type_embeddings.weight"]
        table = self.tensors["embeddings.position_embeddings.weight"] + types[0]
        self._constant("positions", table)
        self._node("Slice", ["positions", "first", "length", "first"], "places")
        return self._added_and_normed("meanings", "places", "embeddings.LayerNorm", "states")

    def _layer(self, layer: int, states: str, output: str) -> str:
        place = f"encoder.layer.{layer}."
        attended = self._attention(layer, states)
        mixed = self._dense(attended, place + "attention.output.dense")
        first = self._added_and_normed(mixed, states, place + "attention.output.LayerNorm")
        inner = self._dense(first, place + "intermediate.dense")
        active = self._node("Gelu", [inner], f"active{layer}", domain=_FUSED)
        outer = self._dense(active, place + "output.dense")
        return self._added_and_normed(outer, first, place + "output.LayerNorm", output)

    def _attention(self, layer: int, states: str) -> str:
        place, name = f"encoder.layer.{layer}.attention.self.", f"attention{layer}"
        parts = ("query", "key", "value")
        weight = np.concatenate([self.tensors[f"{place}{part}.weight"] for part in parts])
        bias = np.concatenate([self.tensors[f"{place}{part}.bias"] for part in parts])
        whole = self._node(
            "Unsqueeze", [self._product(states, weight, name + ".all"), "first"], name + ".batch"
        )
        names = [f"{name}.{part}" for part in parts]
        self.nodes.append(helper.make_node("Split", [whole, "widths"], names, axis=-1))
        inputs = [*names, self._constant(name + ".bias", bias)]
        heads = self.shape.heads
        self._node("MultiHeadAttention", inputs, name, domain=_FUSED, num_heads=heads)
        return self._node("Squeeze", [name, "first"], name + ".alone")

    def _dense(self, states: str, name: str) -> str:
        product = self._product(states, self.tensors[name + ".weight"], name)
        bias = self._constant(name + ".bias", self.tensors[name + ".bias"])
        return self._node("Add", [product, bias], name + ".dense")

    def _product(self, states: str, weight: Array, name: str) -> str:
        """Return the states (tokens, inputs) times the weight (outputs, inputs)."""
        self.product_inputs.append(states)
        if self.ranges is None:
            return self._node(
                "MatMul", [states, self._constant(name + ".w", weight.T.copy())], name
            )
        factors, apart = _smoothing(weight, self.ranges[states])
        rest = self._in_floats(states, weight, apart, name)
        divisors = (1 / factors).astype(np.float32)
        divisors[apart] = 0
        divided = self._node(
            "Mul", [states, self._constant(name + ".divisors", divisors)], name + ".divided"
        )
        steps, unit = self._rounded_by_token(divided, name)
        rounded, scales = _rounded((weight * factors).T)
        inputs = [steps, self._constant(name + ".w", rounded), "one"]
        inputs += [self._constant(name + ".s", scales), "middle"]
        inputs.append(self._constant(name + ".z", np.zeros(len(scales), np.int8)))
        product = self._node("MatMulIntegerToFloat", inputs, name + ".sum", domain=_FUSED)
        most = self._node("Mul", [product, unit], name + ".most")
        return self._node("Add", [most, rest], name)

    def _in_floats(
        self, states: str, weight: Array, apart: npt.NDArray[np.int64], name: str
    ) -> str:
        few = self._node(
            "Gather", [states, self._constant(name + ".apart", apart)], name + ".few", axis=1
        )
        kept = self._constant(name + ".kept", weight[:, apart].T.copy())
        return self._node("MatMul", [few, kept], name + ".rest")

    def _rounded_by_token(self, states: str, name: str) -> tuple[str, str]:
        """Return whole numbers, and what each token's are to be multiplied with: (tokens, 1)."""
        self._node("Abs", [states], name + ".sizes")
        self._node("ReduceMax", [name + ".sizes", "last"], name + ".largest", keepdims=0)
        self._node("Mul", [name + ".largest", "step"], name + ".exact")
        unit = self._node("Max", [name + ".exact", "least"], name + ".unit")
        steps = self._node("QuantizeLinear", [states, unit, "middles"], name + ".steps", axis=0)
        return steps, self._node("Unsqueeze", [unit, "last"], name + ".column")

    def _added_and_normed(self, states: str, others: str, name: str, output: str = "") -> str:
        """Add first: the fused operator takes four times as long as the two on their own."""
        total = self._node("Add", [states, others], name + ".total")
        norm = [self._constant(f"{name}.{end}", self.tensors[f"{name}.{end}"]) for end in _NORM]
        return self._node(
            "LayerNormalization", [total, *norm], output or name, epsilon=self.shape.epsilon
        )

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


def _smoothing(weight: Array, largest: Array) -> tuple[Array, npt.NDArray[np.int64]]:
    """Return a factor for each input channel of a weight, and the channels that are kept apart.

    Those are the ones that are still the largest after the division. `largest` has the largest
    size that was seen of each channel.
    """
    wide = np.maximum(np.abs(weight).max(axis=0), _NEXT_TO_NOTHING)
    seen = np.maximum(largest, _NEXT_TO_NOTHING)
    factors = np.sqrt(seen / wide)
    factors /= np.exp(np.log(factors).mean())
    apart = np.sort(np.argsort(-seen / factors, kind="stable")[: len(seen) // _APART_OF])
    return factors.astype(np.float32), apart


def _rounded(columns: Array) -> tuple[npt.NDArray[np.int8], Array]:
    """Return whole numbers and the scale of each column, so that their product is `columns`."""
    scales = np.maximum(np.abs(columns).max(axis=0), _SMALLEST) / _LARGEST
    steps = np.clip(np.rint(columns / scales), -_LARGEST, _LARGEST).astype(np.int8)
    return np.ascontiguousarray(steps), scales.astype(np.float32)
