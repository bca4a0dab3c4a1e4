"""Ranks files of needs and capabilities, without a database.

Input: JSON Lines with ``id``, ``title``, ``description`` and optionally ``lang`` and ``kind``.
Output: a run in the TREC format, and on request the evidence of each pair as JSON Lines.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self, TextIO

from matchmaker.lines import BadLine, read_json_lines
from matchmaker.matching.answers import Answer, answer_of
from matchmaker.matching.artefacts import replaced
from matchmaker.matching.collection import Collection, Embedded
from matchmaker.matching.evidence import carrying_pairs
from matchmaker.matching.explanation import PassagePair
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import NEED, TITLE, Field, Profile
from matchmaker.matching.ranking import Match, rank
from matchmaker.matching.vectors import ProfileVectors, Progress, embed_profiles
from matchmaker.words.language import LANGUAGES, detect_language

CAPABILITY_KINDS = ("solution", "testbed", "expertise", "service")
_OTHER_NAMES = {"nb": "no", "nn": "no"}


class FileRefused(ValueError):  # noqa: N818 - named after what the reader of the message has
    """A file cannot be read or written; the message names it and says why."""


def rank_files(
    needs_path: Path,
    capabilities_path: Path,
    out_path: Path,
    *,
    open_pipeline: Callable[[], Pipeline],
    top: int = 100,
    evidence_path: Path | None = None,
    answers_path: Path | None = None,
    progress: Progress | None = None,
) -> int:
    """Write the best `top` capabilities of each need; return how many lines the run has.

    Needs keep the order of their file; capabilities come best first, ties by id. All outputs are
    written whole or not at all, and the same input gives the same output. `open_pipeline` is
    called only when all files have been found usable.

    Raises
    ------
    FileRefused
        When a file cannot be read, understood or written.
    """
    refuse_same_file([needs_path, capabilities_path], [out_path, evidence_path, answers_path])
    needs = read_profiles(needs_path, NEED)
    capabilities = read_profiles(capabilities_path, CAPABILITY_KINDS[0])
    with ExitStack() as stack:
        run = stack.enter_context(written(out_path))
        evidence = stack.enter_context(written(evidence_path)) if evidence_path else None
        answers = stack.enter_context(written(answers_path)) if answers_path else None
        if not needs or not capabilities:
            _write_unanswered(needs, answers)
            return 0
        pipeline = open_pipeline()
        texts = _Texts.of(pipeline, needs, capabilities, progress, with_evidence=bool(evidence))
        return _write_all(pipeline, texts, top, _Outputs(run, evidence, answers))


def read_profiles(path: Path, default_kind: str) -> list[Profile]:
    """Return the profiles of a file in its order.

    Raises
    ------
    FileRefused
        Naming the line, when one is no profile or repeats an id.
    """
    profiles: dict[str, Profile] = {}
    lines: dict[str, int] = {}
    try:
        for number, content in read_json_lines(path):
            profile = _profile(path, number, content, default_kind)
            key = str(profile.id)
            if key in profiles:
                raise BadLine(path, number, f"repeats the id {key!r} of line {lines[key]}")
            profiles[key], lines[key] = profile, number
    except BadLine as error:
        raise FileRefused(str(error)) from error
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}") from error
    return list(profiles.values())


def _profile(path: Path, number: int, content: dict[str, Any], default_kind: str) -> Profile:
    texts = [Field(name, _text(path, number, content, name)) for name in (TITLE, "description")]
    filled = tuple(field for field in texts if field.text.strip())
    if not filled:
        raise BadLine(path, number, "has neither a title nor a description")
    kind = _text(path, number, content, "kind")
    if default_kind == NEED or kind not in CAPABILITY_KINDS:
        kind = default_kind
    language = _language(path, number, content, filled)
    return Profile(_id(path, number, content), kind, language, filled)


def _id(path: Path, number: int, content: dict[str, Any]) -> str:
    value = content.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadLine(path, number, "needs an id that is text or a whole number")
    key = str(value)
    if not key or key.split() != [key]:
        raise BadLine(path, number, "has an id that is empty or holds a blank")
    return key


def _text(path: Path, number: int, content: dict[str, Any], name: str) -> str:
    value = content.get(name)
    if value is not None and not isinstance(value, str):
        raise BadLine(path, number, f"has a {name} that is not text")
    return value or ""


def _language(path: Path, number: int, content: dict[str, Any], fields: Sequence[Field]) -> str:
    """Return the stated language, or the detected one where none we know is stated."""
    stated = _text(path, number, content, "lang").strip().lower()
    stated = _OTHER_NAMES.get(stated, stated)
    if stated in LANGUAGES:
        return stated
    return detect_language("\n".join(field.text for field in fields))


def refuse_same_file(inputs: Sequence[Path], outputs: Sequence[Path | None]) -> None:
    """Refuse before anything is written when an output is an input or another output."""
    taken = [path.resolve() for path in inputs]
    for output in (path.resolve() for path in outputs if path):
        if output in taken:
            raise FileRefused(f"{output} is named twice: an output needs a file of its own")
        taken.append(output)


@contextmanager
def written(path: Path) -> Iterator[TextIO]:
    """Yield a file that appears under its name when all went well; a pipe is written directly."""
    try:
        if path.exists() and not path.is_file():
            with path.open("w", encoding="utf-8") as file:
                yield file
            return
        with replaced(path) as draft, draft.open("x", encoding="utf-8", newline="\n") as file:
            yield file
    except OSError as error:
        raise FileRefused(f"{path} cannot be written: {error.strerror}") from error


@dataclass(frozen=True)
class _Outputs:
    """The open files; `evidence` and `answers` are None when not asked for."""

    run: TextIO
    evidence: TextIO | None
    answers: TextIO | None


@dataclass(frozen=True)
class _Texts:
    """Both sides with their vectors; `vectors` finds those of a profile by its kind and id."""

    needs: list[Embedded]
    capabilities: list[Embedded]
    vectors: dict[tuple[bool, int | str], ProfileVectors]

    @classmethod
    def of(
        cls,
        pipeline: Pipeline,
        needs: Sequence[Profile],
        capabilities: Sequence[Profile],
        progress: Progress | None,
        *,
        with_evidence: bool,
    ) -> Self:
        profiles = [*needs, *capabilities]
        made = embed_profiles(pipeline.encoder, profiles, progress, with_evidence=with_evidence)
        embedded = [pipeline.embedded(p, v) for p, v in zip(profiles, made, strict=True)]
        vectors = {(p.is_need, p.id): v for p, v in zip(profiles, made, strict=True)}
        return cls(embedded[: len(needs)], embedded[len(needs) :], vectors)

    def pairs(self, pipeline: Pipeline, match: Match) -> list[PassagePair]:
        of_need = self.vectors[True, match.need.profile.id]
        of_capability = self.vectors[False, match.capability.profile.id]
        return carrying_pairs(pipeline, match.need, match.capability, of_need, of_capability)


def _write_all(pipeline: Pipeline, texts: _Texts, top: int, outputs: _Outputs) -> int:
    collection, count = Collection(texts.capabilities), 0
    for need in texts.needs:
        matches = rank(pipeline, need, collection, top)
        for place, match in enumerate(matches[:top], start=1):
            outputs.run.write(_run_line(match, place, pipeline.model))
            if outputs.evidence:
                pairs = texts.pairs(pipeline, match)
                outputs.evidence.write(_evidence_line(match, place, pairs))
            count += 1
        if outputs.answers:
            answer = answer_of(pipeline.reranker, matches)
            outputs.answers.write(_answer_line(need.profile.id, answer))
    return count


def _write_unanswered(needs: Sequence[Profile], answers: TextIO | None) -> None:
    if answers:
        nothing = Answer(answered=False, probability=0.0)
        answers.writelines(_answer_line(need.id, nothing) for need in needs)


def _answer_line(need_id: int | str, answer: Answer) -> str:
    content = {"id": need_id, "answered": answer.answered, "probability": answer.probability}
    return json.dumps(content, ensure_ascii=False) + "\n"


def _run_line(match: Match, place: int, model: str) -> str:
    need, capability = match.need.profile.id, match.capability.profile.id
    tag = "_".join(model.split())
    return f"{need} Q0 {capability} {place} {match.score:.6f} {tag}\n"


def _evidence_line(match: Match, place: int, pairs: Sequence[PassagePair]) -> str:
    content = {
        "need": match.need.profile.id,
        "capability": match.capability.profile.id,
        "rank": place,
        "score": match.score,
        "probability": match.probability,
        "passages": [asdict(pair) for pair in pairs],
        "features": match.features,
    }
    return json.dumps(content, ensure_ascii=False) + "\n"
