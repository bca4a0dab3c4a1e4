"""The encoder of English as a folder of sentence-transformers, with our tuning added."""

import hashlib
import json
import shutil
from pathlib import Path

from safetensors.numpy import save_file

from matchmaker.matching.artefacts import file_digest
from matchmaker.matching.english_weights import (
    WEIGHTS_FILE,
    find_english_folder,
    read_english_shape,
    read_english_weights,
)
from matchmaker.matching.graph_file import range_texts, write_graph
from matchmaker.matching.joined import joining_file
from matchmaker.matching.tuning import apply_tuning, shipped_tuning_folder, tuning_revision
from matchmaker.resources import resource_folder
from matchmaker.words.glosses import gloss, glosses_file

#: Where it lies in the folder of the encoder that it is read beside.
ENGLISH = "english"
TUNING = "english_encoder"


def english_revision() -> str:
    """Return a name that changes with weights, tuning, glosses, and how they are joined."""
    models = resource_folder("models")
    digest = weights_digest(find_english_folder())
    tuning = tuning_revision(shipped_tuning_folder(TUNING), digest)
    files = (glosses_file(models), joining_file(models))
    # Before the two encoders were ever joined there is nothing to name.
    rest = "".join(file_digest(path) for path in files if path.exists())
    read_with = hashlib.sha256(rest.encode()).hexdigest()
    return "-".join(part for part in ("minilm", digest[:12], tuning, read_with[:12]) if part)


def weights_digest(package: Path) -> str:
    return file_digest(package / WEIGHTS_FILE)


def write_english_folder(folder: Path) -> None:
    """Write the tuned weights in floats and as a graph, and all that is read beside them.

    Raises
    ------
    WeightsError
        When the package or our tuning is missing, damaged or does not fit the other.
    """
    package = find_english_folder()
    shape = read_english_shape(package)
    # The package keeps its weights itself, and what came with them from elsewhere is not needed.
    described = ("config.json", "modules.json", "tokenizer.json", "tokenizer_config.json")
    (folder / "1_Pooling").mkdir(parents=True)
    for name in (*described, "1_Pooling/config.json"):
        shutil.copyfile(package / name, folder / name)
    reading = {"max_seq_length": shape.positions}
    (folder / "sentence_bert_config.json").write_text(json.dumps(reading), encoding="utf-8")
    tensors = apply_tuning(
        read_english_weights(package), shipped_tuning_folder(TUNING), weights_digest(package)
    )
    save_file(tensors, folder / WEIGHTS_FILE, {"format": "pt"})
    write_graph(folder, tensors, shape, (gloss(text) for text in range_texts()))
