"""The graph in whole numbers against the same model in PyTorch, at toy size."""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest
import torch
from transformers import BertConfig, BertModel

from matchmaker.matching.int8_graph import (
    INPUT,
    OUTPUT,
    float_graph,
    int8_graph,
    measured_ranges,
)
from matchmaker.matching.packaged_weights import Shape

SHAPE = Shape(
    width=32, layers=2, heads=4, inner_width=64, vocabulary=50, positions=24, token_types=2,
    epsilon=1e-12,
)  # fmt: skip
Array = npt.NDArray[Any]


@pytest.fixture(scope="module")
def model() -> BertModel:
    torch.manual_seed(3)
    configuration = BertConfig(
        vocab_size=SHAPE.vocabulary, hidden_size=SHAPE.width, num_hidden_layers=SHAPE.layers,
        num_attention_heads=SHAPE.heads, intermediate_size=SHAPE.inner_width,
        max_position_embeddings=SHAPE.positions, layer_norm_eps=SHAPE.epsilon,
    )  # fmt: skip
    model = BertModel(configuration).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return model


@pytest.fixture(scope="module")
def tensors(model: BertModel) -> dict[str, Array]:
    return {name: tensor.numpy() for name, tensor in model.state_dict().items()}


def texts() -> list[Array]:
    ids = np.random.default_rng(5).integers(1, SHAPE.vocabulary, (6, 20))
    return [row[:length] for row, length in zip(ids, (20, 4, 20, 11, 20, 1), strict=True)]


def expected(model: BertModel) -> list[Array]:
    with torch.no_grad():
        given = [torch.from_numpy(ids)[None] for ids in texts()]
        return [model(input_ids=ids).last_hidden_state[0].numpy() for ids in given]


def run(graph: bytes) -> list[dict[str, Array]]:
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return [dict(zip(names, session.run(names, {INPUT: ids}), strict=True)) for ids in texts()]


def cosines(one: list[Array], other: list[Array]) -> Array:
    first, second = np.concatenate(one), np.concatenate(other)
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return np.asarray((first * second).sum(axis=1) / lengths)


def test_the_graph_in_floats_is_the_model(model: BertModel, tensors: dict[str, Array]) -> None:
    for made, right in zip(run(float_graph(tensors, SHAPE)), expected(model), strict=True):
        # The words are in 8 bits in both graphs.
        np.testing.assert_allclose(made[OUTPUT], right, atol=0.05)


def test_the_graph_in_whole_numbers_is_near_the_model(
    model: BertModel, tensors: dict[str, Array]
) -> None:
    seen = run(float_graph(tensors, SHAPE))
    for states in seen:
        states.pop(OUTPUT)
    made = run(int8_graph(tensors, SHAPE, measured_ranges(seen)))
    assert cosines([states[OUTPUT] for states in made], expected(model)).min() > 0.995
