"""The labelled texts, and how well the coach's hints agree with the labels.

Of ``labelled.tsv`` every second text was in sight while the rules were written. The texts of
``labelled_elsewhere.tsv`` are from the gold set of the ranking, by other writers and much terser:
the first `SEEN_ELSEWHERE` showed where the rules fell short, the others met them afterwards.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from matchmaker.coach.advice import advise
from matchmaker.coach.draft import Draft

KINDS = (
    "problem", "target", "extent", "requirements", "evidence", "marking", "replaces", "price",
    "solution", "jargon",
)  # fmt: skip
SEEN_ELSEWHERE = 52


@dataclass(frozen=True)
class Labelled:
    kind: str
    language: str
    expected: frozenset[str]
    text: str


@dataclass(frozen=True)
class Agreement:
    """Hints of one kind: rightly given, wrongly given, and missing."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right else 0.0


def read_labelled(*, held_out: bool) -> list[Labelled]:
    return _read("labelled.tsv")[int(held_out) :: 2]


def read_unseen_elsewhere() -> list[Labelled]:
    return _read("labelled_elsewhere.tsv")[SEEN_ELSEWHERE:]


def _read(name: str) -> list[Labelled]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [_labelled(row) for row in rows]


def _labelled(row: dict[str, str]) -> Labelled:
    codes = [code for code in row["lacks"].split(",") if code]
    codes += [code for code in ("solution", "jargon") if row[code]]
    return Labelled(row["kind"], row["language"], frozenset(codes), row["text"])


def given(labelled: Labelled) -> frozenset[str]:
    main = "problem" if labelled.kind == "need" else "description"
    hints = advise(Draft(labelled.kind, labelled.language, {main: labelled.text}))
    return frozenset(hint.code for hint in hints) & set(KINDS)


def agreement(texts: list[Labelled]) -> dict[str, Agreement]:
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for each in texts:
        hints = given(each)
        right.update(hints & each.expected)
        wrong.update(hints - each.expected)
        missed.update(each.expected - hints)
    return {kind: Agreement(right[kind], wrong[kind], missed[kind]) for kind in KINDS}
