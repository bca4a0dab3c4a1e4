"""Our tuning of a packaged encoder: what is added to each of its weights.

Kept in a folder of ``models`` as the difference to the packaged weights, matrices as the product of
two narrow ones, because the packaged weights themselves come with a package and need not be kept
again. ``tuning.json`` names the weights it belongs to and holds the checksum of the difference.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load, save

from matchmaker.matching.packaged_weights import WeightsError
from matchmaker.resources import resource_folder

Tensors = dict[str, npt.NDArray[np.float32]]

_ROWS, _COLUMNS = ".rows", ".columns"
_FILE, _DESCRIPTION = "tuning.safetensors", "tuning.json"


def shipped_tuning_folder(name: str = "encoder") -> Path:
    return resource_folder("models") / name


def tuning_revision(folder: Path, weights_digest: str) -> str:
    """Return a name that changes with the tuning; empty when none is shipped.

    Raises
    ------
    WeightsError
        When the tuning is damaged or belongs to other weights.
    """
    if not (folder / _DESCRIPTION).exists():
        return ""
    return str(_description(folder, weights_digest)["sha256"])[:12]


def apply_tuning(tensors: Tensors, folder: Path, weights_digest: str) -> Tensors:
    """Return the tensors with the shipped difference added; themselves when none is shipped.

    Raises
    ------
    WeightsError
        When the tuning is damaged or belongs to other weights.
    """
    if not (folder / _DESCRIPTION).exists():
        return tensors
    description = _description(folder, weights_digest)
    content = _content(folder)
    if hashlib.sha256(content).hexdigest() != description["sha256"]:
        raise WeightsError(f"{folder / _FILE} is damaged: its checksum is not that of tuning.json")
    try:
        changes = expanded(load(content))
        return {
            name: tensor + changes[name] if name in changes else tensor
            for name, tensor in tensors.items()
        }
    except (SafetensorError, KeyError, ValueError) as error:
        raise WeightsError(f"{folder / _FILE} cannot be used: {error}") from error


def write_tuning(
    folder: Path, before: Tensors, after: Tensors, rank: int, about: dict[str, Any]
) -> str:
    """Keep the difference of two sets of weights, each matrix at most of this rank.

    Returns the revision. `about` goes into ``tuning.json`` as it is.
    """
    changes = {name: after[name] - before[name] for name in sorted(before) if name in after}
    content = save(narrowed({n: c for n, c in changes.items() if np.any(c)}, rank))
    digest = hashlib.sha256(content).hexdigest()
    (folder / _FILE).write_bytes(content)
    description = {"sha256": digest, "rank": rank, **about}
    text = json.dumps(description, indent=1, ensure_ascii=False) + "\n"
    (folder / _DESCRIPTION).write_text(text, encoding="utf-8")
    return digest[:12]


def narrowed(changes: Tensors, rank: int) -> dict[str, npt.NDArray[np.float16]]:
    """Return each matrix as the two factors of its best approximation of this rank.

    The truncated singular value decomposition is the nearest matrix of its rank (Eckart and
    Young, 1936). Vectors are kept whole.
    """
    kept: dict[str, npt.NDArray[np.float16]] = {}
    for name, change in changes.items():
        if change.ndim != 2:
            kept[name] = change.astype(np.float16)
            continue
        left, sizes, right = np.linalg.svd(change, full_matrices=False)
        root = np.sqrt(sizes[:rank])
        kept[name + _ROWS] = (left[:, :rank] * root).astype(np.float16)
        kept[name + _COLUMNS] = (root[:, None] * right[:rank]).astype(np.float16)
    return kept


def expanded(kept: dict[str, npt.NDArray[Any]]) -> Tensors:
    """Return what `narrowed` was given, as near as its rank allows."""
    changes = {}
    for name, content in kept.items():
        if name.endswith(_ROWS):
            columns = kept[name.removesuffix(_ROWS) + _COLUMNS]
            product = content.astype(np.float32) @ columns.astype(np.float32)
            changes[name.removesuffix(_ROWS)] = product
        elif not name.endswith(_COLUMNS):
            changes[name] = content.astype(np.float32)
    return changes


def _description(folder: Path, weights_digest: str) -> dict[str, Any]:
    path = folder / _DESCRIPTION
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
        named = description["weights"], description["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{path} cannot be read: {error}") from error
    if named[0] != weights_digest:
        raise WeightsError(
            f"{path} belongs to other weights than those that are installed; "
            "install the versions that scripts/constraints.txt names"
        )
    return dict(description)


def _content(folder: Path) -> bytes:
    try:
        return (folder / _FILE).read_bytes()
    except OSError as error:
        raise WeightsError(f"{folder / _FILE} cannot be read: {error.strerror}") from error
