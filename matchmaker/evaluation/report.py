"""Writes the figures of a comparison as tables of Markdown."""

from collections.abc import Mapping, Sequence

import numpy as np

from matchmaker.evaluation.comparison import (
    MEASURES,
    SHORT_WORDS,
    Figure,
    Numbers,
    Task,
    direction_values,
    figure,
    is_short,
    values,
)
from matchmaker.matching.judgements import Lists
from matchmaker.matching.profile import Profile

DIRECTIONS = (("da", "da"), ("da", "en"), ("en", "da"), ("en", "en"))


def comparison_report(task: Task, systems: Mapping[str, Lists], ours: str) -> str:
    """Return the tables: all systems, differences to `ours`, directions and lengths of `ours`."""
    judged = task.judged_needs()
    answers = sum(grade >= task.least_right for g in task.grades.values() for grade in g.values())
    head = (
        f"{len(judged)} needs with an answer among {len(task.capabilities)} capabilities, "
        f"{answers} right pairs (grade {task.least_right} or more). "
        "In brackets 95 % intervals, drawing topics again."
    )
    parts = [head, _systems(task, systems), _differences(task, systems, ours)]
    parts.append(_parts(task, systems[ours], ours))
    return "\n\n".join(parts) + "\n"


def _systems(task: Task, systems: Mapping[str, Lists]) -> str:
    judged = task.judged_needs()
    rows = [
        [name, *(str(figure(task, values(task, lists, m, judged), judged)) for m in MEASURES)]
        for name, lists in systems.items()
    ]
    return table(["ranking", *MEASURES], rows)


def _differences(task: Task, systems: Mapping[str, Lists], ours: str) -> str:
    judged = task.judged_needs()
    best = values(task, systems[ours], "nDCG@10", judged)
    rows = []
    for name, lists in systems.items():
        if name != ours:
            gap = figure(task, best - values(task, lists, "nDCG@10", judged), judged)
            rows.append([name, f"{gap.mean:+.3f} ({gap.low:+.3f} to {gap.high:+.3f})"])
    return table([f"nDCG@10 of {ours} less that of", "difference"], rows)


def _parts(task: Task, lists: Lists, ours: str) -> str:
    rows = [[name, str(found.count), str(found)] for name, found in part_figures(task, lists)]
    return table([f"{ours}: needs", "how many", "nDCG@10"], rows)


def part_figures(task: Task, lists: Lists) -> list[tuple[str, Figure]]:
    """Return nDCG@10 by direction of languages and by length, of those parts that have needs."""
    return joint_figures([(task, lists)])


def joint_figures(sides: Sequence[tuple[Task, Lists]]) -> list[tuple[str, Figure]]:
    """Return the same over several tasks whose needs have the same ids and topics."""
    parts: list[tuple[str, list[tuple[Numbers, list[Profile]]]]] = [
        (f"{source} to {target}", [direction_values(*side, source, target) for side in sides])
        for source, target in DIRECTIONS
    ]
    for name, short in ((f"up to {SHORT_WORDS} words", True), (f"over {SHORT_WORDS} words", False)):
        parts.append((name, [_length_values(*side, short=short) for side in sides]))
    return [
        (name, figure(sides[0][0], numbers, needs))
        for name, found in parts
        for numbers, needs in [_joined(found)]
        if needs
    ]


def _length_values(task: Task, lists: Lists, *, short: bool) -> tuple[Numbers, list[Profile]]:
    needs = [need for need in task.judged_needs() if is_short(need) is short]
    return values(task, lists, "nDCG@10", needs), needs


def _joined(found: Sequence[tuple[Numbers, list[Profile]]]) -> tuple[Numbers, list[Profile]]:
    return np.concatenate([numbers for numbers, _ in found]), [n for _, ns in found for n in ns]


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table whose columns line up, so that it can be read as it is."""
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]

    def line(cells: list[str]) -> str:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        return "| " + " | ".join(padded) + " |"

    rule = "| " + " | ".join("-" * width for width in widths) + " |"
    return "\n".join([line(head), rule, *(line(row) for row in rows)])
