"""Whether the tuned encoder lost anything outside its own work, on real texts made elsewhere.

Health purchasing codes: a Danish name has to find its English name among all of them. Danish
innovation projects: the text of a project has to find the organisations that took part in it by
the other projects they took part in; names of organisations are blanked out.
"""

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matchmaker.matching.encoder import Encoder, Vectors
from matchmaker.matching.metrics import average_precision

CODES = "cpv-codes-da-en.tsv"
PROJECTS = "danish-projects-2007-2013.jsonl"


@dataclass(frozen=True)
class General:
    """`codes` is an MRR; the others are MAP, over the projects that tuning saw and did not see."""

    codes: float
    projects: float
    projects_seen: float
    projects_unseen: float


def general_figures(encoder: Encoder, real_data: Path) -> General:
    """Measure by plain cosines, the encoder alone."""
    precisions = project_precisions(encoder, real_data / PROJECTS)
    return General(
        codes=code_mrr(encoder, real_data / CODES),
        projects=_mean(precisions),
        projects_seen=_mean(precisions[::2]),
        projects_unseen=_mean(precisions[1::2]),
    )


def code_mrr(encoder: Encoder, path: Path) -> float:
    with path.open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file, delimiter="\t") if r["health_33_85"] == "1"]
    danish = encoder.encode([row["name_da"] for row in rows], "query")
    english = encoder.encode([row["name_en"] for row in rows], "passage")
    cosines = danish @ english.T
    places = (cosines > np.diag(cosines)[:, None]).sum(axis=1) + 1
    return float((1 / places).mean())


def project_precisions(encoder: Encoder, path: Path) -> list[float | None]:
    """Return the average precision of each project, None where nobody took part in another."""
    projects = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    takers = [_takers(project) for project in projects]
    texts = [_blanked(project) for project in projects]
    queries, passages = _encoded(encoder, texts)
    cosines = queries @ passages.T
    np.fill_diagonal(cosines, -np.inf)
    taken: dict[str, list[int]] = {}
    for place, names in enumerate(takers):
        for name in sorted(key.lower() for key in names):
            taken.setdefault(name, []).append(place)
    known = {name: places for name, places in taken.items() if len(set(places)) > 1}
    nearest = np.stack([cosines[:, places].max(axis=1) for places in known.values()], axis=1)
    return [
        _precision(row, [name in {n.lower() for n in names} for name in known])
        for row, names in zip(nearest, takers, strict=True)
    ]


def _precision(scores: Vectors, is_right: list[bool]) -> float | None:
    right = np.array(is_right)
    if not right.any():
        return None
    return average_precision(right[np.argsort(-scores, kind="stable")].astype(np.float64))


def _encoded(encoder: Encoder, texts: list[str]) -> tuple[Vectors, Vectors]:
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    back = np.argsort(order)
    ordered = [texts[place] for place in order]
    return encoder.encode(ordered, "query")[back], encoder.encode(ordered, "passage")[back]


def _takers(project: dict[str, Any]) -> set[str]:
    partners = project["partners"]
    names = [p if isinstance(p, str) else p.get("name", "") for p in partners]
    return {str(name).strip() for name in (project["lead"], *names) if name and str(name).strip()}


def _blanked(project: dict[str, Any]) -> str:
    text = f"{project['title']}\n{project['description']}"
    for name in sorted(_takers(project), key=len, reverse=True):
        text = re.sub(re.escape(name), " ", text, flags=re.IGNORECASE)
    return text


def _mean(numbers: list[float | None]) -> float:
    return float(np.mean([number for number in numbers if number is not None]))
