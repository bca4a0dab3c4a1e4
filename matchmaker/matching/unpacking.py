"""Makes a SentenceTransformer folder of the packaged weights, once for each cache folder.

The weights are those of the package with our tuning added, or, to compare with, without it. The
tuned ones come in floats and as a graph in whole numbers, which is what the service runs, and with
the encoder of English that is read beside them.
"""

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import filelock
import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from matchmaker.matching.artefacts import file_digest
from matchmaker.matching.english_folder import ENGLISH, english_revision, write_english_folder
from matchmaker.matching.graph_file import TOKENIZER_FILE, range_texts, write_graph
from matchmaker.matching.packaged_weights import (
    PackagedWeights,
    Shape,
    Vocabulary,
    find_weights_file,
    read_weights,
)
from matchmaker.matching.tuning import (
    Tensors,
    apply_tuning,
    shipped_tuning_folder,
    tuning_revision,
)

_FORMAT = "5"
_MARKER = "complete.json"
_NEEDED_MEGABYTES = 800
_REMOVED = "[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]"
_BLANKS = "[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


class UnpackingError(Exception):
    """The encoder could not be unpacked; the message says what to do."""


def packaged_revision(*, tuned: bool = True) -> str:
    """Return a name that changes with the weights, our tuning and how they are unpacked."""
    digest = file_digest(find_weights_file())
    tuning = tuning_revision(shipped_tuning_folder(), digest) if tuned else ""
    own = "-".join(part for part in ("e5-small", digest[:12], _FORMAT, tuning) if part)
    return f"{own}+{english_revision()}" if tuned else own


def unpacked_folder(cache_folder: Path, *, tuned: bool = True) -> Path:
    """Return the folder ``encoder-<revision>``, whole and checked; unpack it when it is not.

    Processes that start at once wait for the first one. A reader never sees a half-written
    folder: it is made under another name and renamed.

    Raises
    ------
    UnpackingError
        When the cache folder cannot be written, for want of room or of permission.
    WeightsError
        When the installation carries no usable weights or a tuning that does not fit them.
    """
    revision = packaged_revision(tuned=tuned)
    folder = cache_folder / f"encoder-{revision}"
    with _readable_errors(cache_folder):
        cache_folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(cache_folder / f"encoder-{revision}.lock"):
            if not _is_whole(folder):
                _replace(folder, read_weights(find_weights_file()), tuned)
    return folder


@contextlib.contextmanager
def _readable_errors(cache_folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnpackingError(
            f"the encoder cannot be unpacked in {cache_folder}: {reason} "
            f"(it takes {_NEEDED_MEGABYTES} MB; MATCHMAKER_CACHE names another folder)"
        ) from error


def _replace(folder: Path, weights: PackagedWeights, tuned: bool) -> None:
    draft = Path(tempfile.mkdtemp(prefix="unpacking-", dir=folder.parent))
    try:
        draft.chmod(0o755)
        tensors = named_tensors(weights, tuned=tuned)
        _write_folder(draft, weights, tensors)
        if tuned:
            write_graph(draft, tensors, weights.shape, _texts_in_turn())
            write_english_folder(draft / ENGLISH)
        _write_marker(draft)
        if folder.exists():
            shutil.rmtree(folder)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_folder(folder: Path, weights: PackagedWeights, tensors: Tensors) -> None:
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    _build_tokenizer(weights.vocabulary).save(str(folder / TOKENIZER_FILE), pretty=False)
    for name, content in _descriptions(weights).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=2), encoding="utf-8")


def _write_marker(folder: Path) -> None:
    digests = {
        str(path.relative_to(folder)): file_digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    (folder / _MARKER).write_text(json.dumps(digests, indent=2), encoding="utf-8")


def _texts_in_turn() -> Iterator[str]:
    """Yield texts as needs and as capabilities in turn."""
    for place, text in enumerate(range_texts()):
        yield ("query: ", "passage: ")[place % 2] + text


def _is_whole(folder: Path) -> bool:
    """Whether every file is there with the content that was written."""
    try:
        digests = json.loads((folder / _MARKER).read_text(encoding="utf-8"))
        digests_match = [file_digest(folder / name) == digest for name, digest in digests.items()]
        return bool(digests_match) and all(digests_match)
    except (OSError, ValueError, AttributeError):
        return False


def named_tensors(weights: PackagedWeights, *, tuned: bool) -> Tensors:
    """Return the tensors under the names of transformers' BertModel.

    Raises
    ------
    WeightsError
        When our tuning is asked for and is damaged or belongs to other weights.
    """
    named = {}
    for name, tensor in weights.tensors.items():
        part, kind = name.rsplit(".", 1)
        named[_bert_name(part, kind)] = np.ascontiguousarray(tensor)
    # Mean pooling never asks the pooler; without one BertModel would make it up at random.
    width = weights.shape.width
    named["pooler.dense.weight"] = np.zeros((width, width), np.float32)
    named["pooler.dense.bias"] = np.zeros(width, np.float32)
    if not tuned:
        return named
    return apply_tuning(named, shipped_tuning_folder(), file_digest(find_weights_file()))


def _bert_name(part: str, kind: str) -> str:
    """Return transformers' name of a tensor.

    >>> _bert_name("l3.ao", "b"), _bert_name("emb", "word")
    ('encoder.layer.3.attention.output.dense.bias', 'embeddings.word_embeddings.weight')
    """
    ending = "bias" if kind == "b" else "weight"
    if part == "emb":
        table = {"word": "word", "pos": "position", "type": "token_type"}[kind]
        return f"embeddings.{table}_embeddings.weight"
    if part == "emb.ln":
        return f"embeddings.LayerNorm.{ending}"
    layer, place = part.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER_NAMES[place]}.{ending}"


def _build_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """Return XLM-R's tokenizer. Its character table is NFKC but for control signs and blanks."""
    tokenizer = Tokenizer(models.Unigram(vocabulary.pieces, unk_id=vocabulary.unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_REMOVED), ""),
            normalizers.Replace(Regex(_BLANKS), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    names = {place: vocabulary.pieces[place][0] for place in (vocabulary.start, vocabulary.end)}
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{names[vocabulary.start]} $A {names[vocabulary.end]}",
        special_tokens=[(name, place) for place, name in names.items()],
    )
    return tokenizer


def _descriptions(weights: PackagedWeights) -> dict[str, Any]:
    """Return the small JSON files by name."""
    return {
        "config.json": _model_description(weights.shape, weights.vocabulary),
        "tokenizer_config.json": _tokenizer_description(weights),
        "modules.json": [
            _module(0, "", "Transformer"),
            _module(1, "1_Pooling", "Pooling"),
            _module(2, "2_Normalize", "Normalize"),
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": weights.shape.width,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": weights.shape.positions},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "similarity_fn_name": "cosine",
        },
    }


def _module(place: int, path: str, name: str) -> dict[str, Any]:
    kind = f"sentence_transformers.models.{name}"
    return {"idx": place, "name": str(place), "path": path, "type": kind}


def _model_description(shape: Shape, vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": shape.width,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.inner_width,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.token_types,
        "layer_norm_eps": shape.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": vocabulary.padding,
        "torch_dtype": "float32",
    }


def _tokenizer_description(weights: PackagedWeights) -> dict[str, Any]:
    pieces = weights.vocabulary.pieces
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": weights.shape.positions,
        "bos_token": pieces[weights.vocabulary.start][0],
        "cls_token": pieces[weights.vocabulary.start][0],
        "eos_token": pieces[weights.vocabulary.end][0],
        "sep_token": pieces[weights.vocabulary.end][0],
        "pad_token": pieces[weights.vocabulary.padding][0],
        "unk_token": pieces[weights.vocabulary.unknown][0],
    }
