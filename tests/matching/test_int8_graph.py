"""The graph in whole numbers against the same model in PyTorch, at toy size."""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest
import torch
from transformers import BertConfig, BertModel

from matchmaker.matching.int8_graph import (
    INPUTS,
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


def texts() -> dict[str, Array]:
    ids = np.random.default_rng(5).integers(1, SHAPE.vocabulary, (6, 20))
    mask = np.ones_like(ids)
    mask[0, 4:] = mask[3, 11:] = 0
    return {INPUTS[0]: ids, INPUTS[1]: mask}


def expected(model: BertModel) -> Array:
    given = {name: torch.from_numpy(value) for name, value in texts().items()}
    with torch.no_grad():
        tokens: Array = model(**given).last_hidden_state.numpy()
    return tokens


def run(graph: bytes) -> dict[str, Array]:
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, texts()), strict=True))


def cosines(one: Array, other: Array) -> Array:
    mask = texts()[INPUTS[1]].astype(bool)
    first, second = one[mask], other[mask]
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return np.asarray((first * second).sum(axis=1) / lengths)


def test_the_graph_in_floats_is_the_model(model: BertModel, tensors: dict[str, Array]) -> None:
    made = run(float_graph(tensors, SHAPE))[OUTPUT]
    mask = texts()[INPUTS[1]].astype(bool)
    # The words are in 8 bits in both graphs.
    np.testing.assert_allclose(made[mask], expected(model)[mask], atol=0.05)


def test_the_graph_in_whole_numbers_is_near_the_model(
    model: BertModel, tensors: dict[str, Array]
) -> None:
    seen = run(float_graph(tensors, SHAPE))
    seen.pop(OUTPUT)
    graph = int8_graph(tensors, SHAPE, measured_ranges([seen]))
    assert cosines(run(graph)[OUTPUT], expected(model)).min() > 0.99
