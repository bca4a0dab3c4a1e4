"""Reads judgements and runs in the formats of TREC.

Judgements (qrels): ``need iteration capability grade``. Runs: ``need Q0 capability rank score
tag``; the order is that of the scores, ties by rank, as trec_eval has it but for ties.
"""

from collections.abc import Iterator
from pathlib import Path

Grades = dict[str, dict[str, int]]
Lists = dict[str, list[str]]


class BadJudgements(ValueError):  # noqa: N818 - named after what the reader of the message has
    """A file cannot be used; the message names the line and what is wrong with it."""


def read_qrels(path: Path) -> Grades:
    """Return the grade of each judged pair by need and capability.

    Raises
    ------
    BadJudgements
        When a line has not four columns, a grade is no whole number, or a pair comes twice.
    """
    grades: Grades = {}
    for number, columns in _lines(path):
        if len(columns) != 4:
            raise _bad(path, number, "needs four columns: need, iteration, capability, grade")
        need, _, capability, grade = columns
        if not grade.lstrip("-").isdecimal():
            raise _bad(path, number, f"has a grade that is no whole number: {grade!r}")
        of_need = grades.setdefault(need, {})
        if capability in of_need:
            raise _bad(path, number, f"judges {need} and {capability} a second time")
        of_need[capability] = max(0, int(grade))
    return grades


def read_run(path: Path) -> Lists:
    """Return the capabilities of each need, best first.

    Raises
    ------
    BadJudgements
        When a line has not six columns, rank or score is no number, or a pair comes twice.
    """
    found: dict[str, dict[str, tuple[float, int]]] = {}
    for number, columns in _lines(path):
        if len(columns) != 6:
            raise _bad(path, number, "needs six columns: need, Q0, capability, rank, score, tag")
        need, _, capability, rank, score, _ = columns
        try:
            place = -float(score), int(rank)
        except ValueError as error:
            raise _bad(path, number, "has a rank or a score that is no number") from error
        of_need = found.setdefault(need, {})
        if capability in of_need:
            raise _bad(path, number, f"lists {capability} for {need} a second time")
        of_need[capability] = place
    return {need: sorted(places, key=lambda c: (places[c], c)) for need, places in found.items()}


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.split()
    except OSError as error:
        raise BadJudgements(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadJudgements(f"{path} is not UTF-8 text") from error


def _bad(path: Path, number: int, reason: str) -> BadJudgements:
    return BadJudgements(f"{path}, line {number}: {reason}")
