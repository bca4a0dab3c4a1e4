"""Pools the needs of a file, without a database.

Input: JSON Lines as for ``rank``; on request a file of two ids in each line, tab between, that are
never to be in one pool. Output: JSON Lines, one pool in each.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from matchmaker.lines import BadLine
from matchmaker.matching.files import FileRefused, read_profiles, refuse_same_file, written
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import NEED, Profile
from matchmaker.matching.vectors import Progress
from matchmaker.pooling.clustering import pools_of
from matchmaker.pooling.likeness import Likeness, likely_pairs, read_needs
from matchmaker.pooling.pair_model import PairModel

_DIGITS = 4
Apart = list[tuple[str, str]]


def pool_files(
    needs_path: Path,
    out_path: Path,
    *,
    open_pipeline: Callable[[], tuple[Pipeline, PairModel]],
    keep_apart_path: Path | None = None,
    progress: Progress | None = None,
) -> int:
    """Write the pools of two needs or more; return how many there are.

    A need that is like no other is in no line. Pools, their ids and their pairs are in the order
    of the ids, whatever the order of the input, and the output is written whole or not at all.
    `open_pipeline` is called only when all files have been found usable.

    Raises
    ------
    FileRefused
        When a file cannot be read, understood or written.
    """
    inputs = [needs_path, *([keep_apart_path] if keep_apart_path else [])]
    refuse_same_file(inputs, [out_path])
    needs = read_profiles(needs_path, NEED)
    apart = read_apart(keep_apart_path, needs) if keep_apart_path else []
    with written(out_path) as out:
        if len(needs) < 2:
            return 0
        pipeline, model = open_pipeline()
        pools = pool_profiles(pipeline, model, needs, apart, progress)
        out.writelines(_line(place, pool) for place, pool in enumerate(pools, start=1))
    return len(pools)


def pool_profiles(
    pipeline: Pipeline,
    model: PairModel,
    needs: Sequence[Profile],
    apart: Apart,
    progress: Progress | None = None,
) -> list[list[Likeness]]:
    """Return, for each pool, all its pairs with their probabilities, in the order of the ids."""
    ordered = sorted(needs, key=lambda need: str(need.id))
    read = read_needs(pipeline.embed(ordered, progress))
    by_id = {str(need.id): need for need in read}
    likely = {(str(a), str(b)): chance for (a, b), chance in likely_pairs(model, read).items()}
    pools = pools_of(likely, kept_apart=apart, least=model.least)
    return [model.pairs_of([by_id[key] for key in pool]) for pool in pools]


def read_apart(path: Path, needs: Sequence[Profile]) -> Apart:
    """Return the pairs of a file, in its order.

    Raises
    ------
    FileRefused
        Naming the line that does not hold two different ids of the needs, with a tab between.
    """
    known = {str(need.id) for need in needs}
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
        numbered = enumerate(lines, start=1)
        return [_apart(path, number, line, known) for number, line in numbered if line.strip()]
    except BadLine as error:
        raise FileRefused(str(error)) from error
    except UnicodeDecodeError as error:
        raise FileRefused(f"{path} cannot be read: it is not UTF-8") from error
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}") from error


def _apart(path: Path, number: int, line: str, known: set[str]) -> tuple[str, str]:
    ids = [part.strip() for part in line.split("\t")]
    if len(ids) != 2 or not all(ids):
        raise BadLine(path, number, "must be two ids with a tab between")
    for key in ids:
        if key not in known:
            raise BadLine(path, number, f"names the id {key!r}, which no need has")
    if ids[0] == ids[1]:
        raise BadLine(path, number, f"keeps the need {ids[0]!r} apart from itself")
    return ids[0], ids[1]


def _line(place: int, pairs: Sequence[Likeness]) -> str:
    ids = sorted({key for pair in pairs for key in (str(pair.first), str(pair.second))})
    content = {
        "pool": f"p{place}",
        "ids": ids,
        "probability": [
            {
                "a": str(pair.first),
                "b": str(pair.second),
                "probability": round(pair.chance, _DIGITS),
            }
            for pair in pairs
        ],
    }
    return json.dumps(content, ensure_ascii=False) + "\n"
