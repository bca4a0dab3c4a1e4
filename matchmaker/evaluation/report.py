"""Writes the figures of a comparison as tables of Markdown."""

from collections.abc import Mapping

from matchmaker.evaluation.comparison import (
    MEASURES,
    SHORT_WORDS,
    Figure,
    Task,
    direction_values,
    figure,
    is_short,
    values,
)
from matchmaker.matching.judgements import Lists

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
    found = []
    for source, target in DIRECTIONS:
        numbers, needs = direction_values(task, lists, source, target)
        if needs:
            found.append((f"{source} to {target}", figure(task, numbers, needs)))
    judged = task.judged_needs()
    for name, short in ((f"up to {SHORT_WORDS} words", True), (f"over {SHORT_WORDS} words", False)):
        needs = [need for need in judged if is_short(need) is short]
        if needs:
            found.append((name, figure(task, values(task, lists, "nDCG@10", needs), needs)))
    return found


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table whose columns line up, so that it can be read as it is."""
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]

    def line(cells: list[str]) -> str:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        return "| " + " | ".join(padded) + " |"

    rule = "| " + " | ".join("-" * width for width in widths) + " |"
    return "\n".join([line(head), rule, *(line(row) for row in rows)])
