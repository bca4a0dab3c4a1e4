"""Turns texts into vectors. The only module that imports torch and sentence-transformers.

Both are imported at the first text that is embedded, because they take seconds and most commands
and requests never need them.
"""

import contextlib
import hashlib
import json
import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from matchmaker.matching.english_folder import ENGLISH
from matchmaker.matching.joined import joining_file, read_joining
from matchmaker.matching.packaged_weights import WeightsError
from matchmaker.matching.unpacking import UnpackingError, packaged_revision, unpacked_folder
from matchmaker.resources import resource_folder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
Role = Literal["query", "passage"]

# Our encoder, and the one it was made of.
PACKAGED = "packaged"
UNTUNED = "untuned"
THREADS = 2
BATCH = 32
# Under a second of work, which is the longest that somebody else waits for a turn.
_BATCH_CHARACTERS = 12_000


class EncoderError(Exception):
    """No vectors can be made; the message says why in a way that an operator can act on."""


class Encoder(Protocol):
    """What the ranking needs of an encoder; tests give one of one-hot keywords."""

    @property
    def revision(self) -> str:
        """A name that changes whenever the same text may get another vector."""

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Return one row of length 1 for each text, in order; safe from several threads."""


class Turns:
    """A lock that is given in the order in which it was asked for.

    With an ordinary lock a thread that asks again at once nearly always gets it again, and
    another one may wait until the first has no more to do.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        mine = threading.Lock()
        mine.acquire()
        with self._guard:
            self._queue.append(mine)
            is_first = len(self._queue) == 1
        if not is_first:
            mine.acquire()

    def __exit__(self, *_: object) -> None:
        with self._guard:
            self._queue.popleft()
            if self._queue:
                self._queue[0].release()


class SentenceEncoder:
    """An encoder of sentence-transformers: the packaged one, a folder, or a name on a model hub.

    The packaged one and a folder never use the network. Loading happens at the first use, once.
    """

    def __init__(self, source: str, cache_folder: Path) -> None:
        self._source = source
        self._cache_folder = cache_folder
        self._model: SentenceTransformer | None = None
        self._revision: str | None = None
        self._turns = Turns()

    @property
    def revision(self) -> str:
        if self._revision is None:
            with self._turns:
                self._revision = self._read_revision()
        return self._revision

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Return one row of length 1 for each text, in order.

        A turn lasts one batch, so that a single text that somebody waits for is not kept waiting
        while a long import is embedded.
        """
        if not texts:
            return np.zeros((0, self._dimension()), np.float32)
        return np.concatenate([self._encode_batch(batch, role) for batch in _batches(texts)])

    def in_dynamic_int8(self) -> "SentenceEncoder":
        """Return a copy whose products PyTorch counts in 8 bits, to compare with."""
        import torch

        other = SentenceEncoder(self._source, self._cache_folder)
        with self._turns:
            model = self._loaded()
        quantise: Any = torch.ao.quantization.quantize_dynamic
        other._model = quantise(model, {torch.nn.Linear}, dtype=torch.qint8)
        return other

    def _encode_batch(self, texts: Sequence[str], role: Role) -> Vectors:
        with self._turns:
            model = self._loaded()
            prefix = _prefix(model, self._source, role)
            vectors = model.encode(
                list(texts),
                prompt=prefix,
                batch_size=BATCH,
                show_progress_bar=False,
                normalize_embeddings=True,
                convert_to_numpy=True,
            )
        return np.asarray(vectors, dtype=np.float32)

    def _dimension(self) -> int:
        with self._turns:
            return int(self._loaded().get_embedding_dimension() or 0)

    def _loaded(self) -> "SentenceTransformer":
        if self._model is None:
            with _named_errors(self._source):
                self._model = _load(self._source, self._cache_folder)
        return self._model

    def _read_revision(self) -> str:
        if self._source in (PACKAGED, UNTUNED):
            with _named_errors(self._source):
                return packaged_revision(tuned=self._source == PACKAGED)
        folder = Path(self._source)
        if folder.is_dir():
            return f"{folder.name}-{_folder_digest(folder)[:12]}"
        configuration = getattr(self._loaded()[0], "auto_model", None)
        commit = getattr(getattr(configuration, "config", None), "_commit_hash", None)
        return f"{self._source}-{(commit or 'unknown')[:12]}"


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """Yield the texts in order, as many at a time as are embedded in under a second."""
    batch: list[str] = []
    for text in texts:
        longest = max(map(len, [*batch, text]))
        if batch and (len(batch) == BATCH or longest * (len(batch) + 1) > _BATCH_CHARACTERS):
            yield batch
            batch = []
        batch.append(text)
    yield batch


@contextlib.contextmanager
def _named_errors(source: str) -> Iterator[None]:
    try:
        yield
    except (UnpackingError, WeightsError) as error:
        raise EncoderError(str(error)) from error
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise EncoderError(f"MATCHMAKER_ENCODER={source} cannot be loaded: {reason}") from error


def _load(source: str, cache_folder: Path) -> "SentenceTransformer":
    place = source
    if source in (PACKAGED, UNTUNED):
        place = str(unpacked_folder(cache_folder, tuned=source == PACKAGED))
    is_local = Path(place).is_dir()
    if not is_local and place.startswith((".", "/", "~")):
        raise EncoderError(f"MATCHMAKER_ENCODER={source}: there is no such folder")
    if is_local:
        # Read when the libraries are imported, so that even a bug of theirs fetches nothing.
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer

    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(THREADS)
    if source == PACKAGED:
        return _load_in_whole_numbers(Path(place))
    return SentenceTransformer(place, device="cpu", local_files_only=is_local)


def _load_in_whole_numbers(folder: Path) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize

    from matchmaker.matching.int8_reader import Int8Reader
    from matchmaker.matching.joined_module import JoinedTransformer

    joining = read_joining(joining_file(resource_folder("models")))
    joined = JoinedTransformer(Int8Reader(folder), Int8Reader(folder / ENGLISH), joining, THREADS)
    modules: list[Any] = [joined, Normalize()]
    configuration = (folder / "config_sentence_transformers.json").read_text(encoding="utf-8")
    prompts = json.loads(configuration)["prompts"]
    return SentenceTransformer(modules=modules, device="cpu", prompts=prompts)


def _prefix(model: "SentenceTransformer", source: str, role: Role) -> str:
    """Return what the model was trained to see before a text of this role."""
    names = ("query",) if role == "query" else ("passage", "document")
    prompts = model.prompts or {}
    found = next((prompts[name] for name in names if prompts.get(name)), "")
    if not found and "e5" in Path(source).name.lower():
        return f"{role}: "
    return str(found)


def _folder_digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
