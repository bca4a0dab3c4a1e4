#!/usr/bin/env python3
"""Tune a packaged encoder for needs and capabilities, and write models/encoder/tuning.*.

With --english it is the one that reads glosses, and models/english_encoder/tuning.* is written.

Low-rank changes of every matrix of the layers (LoRA, Hu et al. 2022) are learned with word
embeddings left alone. Each step takes a batch of needs, of training records and of topics that
were judged as a whole (InfoNCE over the answers and the wrong capabilities of the whole batch,
both ways round; what helps a need in part is neither right nor wrong for it). One of a need's
wrong capabilities comes from another topic, where those that an earlier tuning took for better
than the answer have been judged. In turn comes one of

- pairs of real texts: purchasing codes, package descriptions and news in Danish and English, and
  research calls with their projects;
- the same need in two languages, or told anew by somebody else, with another need of its topic
  and one that only looks like it;
- real texts whose likeness to each other the untuned encoder knows, to be kept as it is, and
  Danish projects of one organisation. Only every second project is used: the others are for
  measuring what is lost.

The real texts lie outside the repository, see --real-data; without them only the texts written for
this project are used. About 25 minutes for an epoch on two cores, minutes on a GPU. The same seed
on the same machine gives the same weights. With --onwards a run goes on from the tuning that is
kept, and both differences are kept as one; with --share 0.5 only half way to where the run led, as
the middle of two sets of weights often holds better elsewhere than either (Wortsman et al. 2022).
Afterwards run scripts/train_ranker.py and scripts/train_pooling.py.

Example: .venv/bin/python scripts/train_encoder.py --real-data ../shared/data
"""

import argparse
import contextlib
import csv
import gzip
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional
from torch.nn.utils import parametrize
from tqdm import tqdm
from transformers import AutoTokenizer, BertModel

from matchmaker.config import read_cache_folder
from matchmaker.matching.artefacts import file_digest
from matchmaker.matching.english_folder import ENGLISH, TUNING, weights_digest
from matchmaker.matching.english_weights import find_english_folder
from matchmaker.matching.packaged_weights import find_weights_file
from matchmaker.matching.training_records import (
    JudgedTopic,
    TrainingRecord,
    read_elsewhere,
    read_judged,
    read_records,
)
from matchmaker.matching.tuning import Tensors, tuning_revision, write_tuning
from matchmaker.matching.unpacking import unpacked_folder
from matchmaker.words.glosses import gloss

MODELS = Path(__file__).resolve().parent.parent / "models"
TEMPERATURE = 0.02
LANGUAGE_TEMPERATURE = 0.05
RANKING_TEMPERATURE = 0.03
LIKENESS_TEMPERATURE = 0.03
WARM_UP = 0.06
LORA_SCALE = 2.0
RECORD_TOKENS, PAIR_TOKENS = 160, 96
# How much of each further loss goes into a step, next to the records' own.
PAIRS_WEIGHT, LANGUAGES_WEIGHT, LIKENESS_WEIGHT = 0.5, 1.0, 0.5
SAME_LANGUAGE_PULL = 3.0
LIKE_RANKING_WEIGHT = 1.5
# Records of one topic that stand together in a batch.
TOGETHER = 3
# How often an answer of a grade stands among those that are drawn from; wrong ones for a need.
TIMES_AN_ANSWER = {2: 1, 3: 2}
WRONG_ONES = 2
_NOT_ASKED = -50.0
SHORTENED_SHARE, SHORTENED_WORDS = 0.4, (10, 22)
# Needs are also read as people in a hurry write them: fewer words, letters swapped or left out.
HURRIED_SHARE, HURRIED_WORDS, MISTYPED_SHARE = 0.3, (8, 20), 0.06
# Kinds of pairs in the order of their turns, and how many make a batch.
PAIR_TURNS = (
    ("codes", 40), ("projects", 10), ("descriptions", 16),
    ("projects", 10), ("calls", 14), ("news", 20),
)  # fmt: skip
LANGUAGES_BATCH, LIKENESS_BATCH, PROJECTS_BATCH = 20, 28, 14

Pair = tuple[str, str]


@dataclass(frozen=True)
class Record:
    """A need, its answers, and texts that are known not to answer it.

    Better answers stand more than once. `related` are all texts that help, also those in part.
    """

    topic: str
    need: str
    answers: tuple[str, ...]
    wrong: tuple[str, ...]
    related: frozenset[str] = frozenset()
    wrong_elsewhere: tuple[str, ...] = ()


@dataclass
class Material:
    """All texts of a run.

    `translations` holds what says the same as a need, in another language or in other words, under
    its text; `mistaken` what looks like it and is another problem; `topics` its topic.
    """

    records: list["Record"]
    translations: dict[str, list[str]] = field(default_factory=dict)
    mistaken: dict[str, list[str]] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    pairs: dict[str, list[Pair]] = field(default_factory=dict)
    projects: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def parallel(self) -> list[Pair]:
        return [(text, other) for text, others in self.translations.items() for other in others]

    @property
    def real_texts(self) -> list[str]:
        return [text for name in sorted(self.pairs) for pair in self.pairs[name] for text in pair]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--models", type=Path, default=MODELS, help="the folder to write into")
    parser.add_argument("--real-data", type=Path, help="folder with the real texts")
    parser.add_argument("--english", action="store_true", help="tune the one that reads glosses")
    parser.add_argument("--epochs", type=float, default=1.5)
    parser.add_argument("--onwards", action="store_true", help="go on from the tuning that is kept")
    parser.add_argument(
        "--share", type=float, default=1.0, help="of what the run changed, how much is kept"
    )
    parser.add_argument("--rank", type=int, default=32, help="of the low-rank changes")
    parser.add_argument("--rate", type=float, default=3e-4, help="the highest learning rate")
    parser.add_argument("--batch", type=int, default=24, help="records in a step")
    parser.add_argument("--seed", type=int, default=20)
    arguments = parser.parse_args()
    material = read_material(arguments.models, arguments.real_data)
    base = english_base() if arguments.english else multilingual_base()
    folder = arguments.models / base.tuning
    begun_from = tuning_revision(folder, base.digest) if arguments.onwards else ""
    trainer = Trainer(material, base, arguments)
    trainer.run()
    about = {
        "begun_from": begun_from,
        "share": arguments.share,
        "weights": base.digest,
        "seed": arguments.seed,
        "epochs": arguments.epochs,
        "rate": arguments.rate,
        "batch": arguments.batch,
        "records": len(material.records),
        "parallel": len(material.parallel),
        "real_pairs": {name: len(pairs) for name, pairs in sorted(material.pairs.items())},
        "files": material.files,
        "torch": torch.__version__,
    }
    rank = arguments.rank * (1 + bool(begun_from))
    print(write_tuning(folder, *trainer.before_and_after(), rank, about))


def read_material(models: Path, real_data: Path | None) -> Material:
    folder = models / "training"
    records, judged, parallel, reworded, elsewhere = files = [
        folder / name
        for name in (
            "records.jsonl", "judged.jsonl", "parallel.jsonl", "reworded.jsonl", "elsewhere.tsv",
        )
    ]  # fmt: skip
    told = read_records(records)
    topics = read_judged(judged, told)
    needs = _needs(told, topics, read_elsewhere(elsewhere))
    material = Material(needs, topics={record.need: record.topic for record in needs})
    for content in map(json.loads, [*_lines(parallel), *_lines(reworded)]):
        key = _text(content["need"])
        material.translations.setdefault(key, []).append(_text(content["other"]))
        if "near_miss" in content:
            material.mistaken.setdefault(key, []).append(_text(content["near_miss"]))
    material.files = {path.name: file_digest(path) for path in files}
    if real_data:
        material.projects, of_one_organisation = _projects(real_data)
        material.pairs = _real_pairs(real_data) | {"projects": of_one_organisation}
        material.files |= {path.name: file_digest(path) for path in _real_files(real_data)}
    return material


def _needs(
    records: Sequence[TrainingRecord],
    topics: Sequence[JudgedTopic],
    elsewhere: Mapping[str, Mapping[str, int]],
) -> list[Record]:
    """Return every need that something answers once, with what was judged of it.

    `elsewhere` has grades of capabilities of other topics, by the ids of need and capability.
    """
    near_misses = {
        record.need.id: tuple(profile.text for profile in record.near_misses) for record in records
    }
    judged = {
        need.id: _judged_need(topic, place, near_misses.get(need.id, ()))
        for topic in topics
        for place, need in enumerate(topic.needs)
    }
    alone = {
        record.need.id: Record(
            topic=record.topic,
            need=record.need.text,
            answers=(record.answer.text,),
            wrong=near_misses[record.need.id],
        )
        for record in records
    }
    texts = {str(r.answer.id): r.answer.text for r in records}
    texts |= {str(c.id): c.text for topic in topics for c in topic.capabilities}
    return [
        _with_others(record, {texts[c]: g for c, g in elsewhere.get(str(need), {}).items()})
        for need, record in (alone | judged).items()
        if record.answers
    ]


def _with_others(record: Record, grades: Mapping[str, int]) -> Record:
    """Add what capabilities of other topics are to the need; the grades are by their texts."""
    return replace(
        record,
        answers=(*record.answers, *(t for t, g in grades.items() if g == max(TIMES_AN_ANSWER))),
        related=record.related | {text for text, grade in grades.items() if grade > 0},
        wrong_elsewhere=tuple(text for text, grade in grades.items() if grade == 0),
    )


def _judged_need(topic: JudgedTopic, place: int, near_misses: tuple[str, ...]) -> Record:
    texts = [profile.text for profile in topic.capabilities]
    graded = list(zip(texts, topic.grades[place], strict=True))
    return Record(
        topic=topic.topic,
        need=topic.needs[place].text,
        answers=tuple(text for text, g in graded for _ in range(TIMES_AN_ANSWER.get(int(g), 0))),
        wrong=(*near_misses, *(text for text, grade in graded if grade == 0)),
        related=frozenset(text for text, grade in graded if grade > 0),
    )


def _text(profile: dict[str, str]) -> str:
    return f"{profile['title']}\n{profile['description']}"


def _lines(path: Path) -> list[str]:
    """Return the lines; text in them may hold signs that str.splitlines takes for an end."""
    return [line for line in path.read_text("utf-8").split("\n") if line]


def _real_files(folder: Path) -> list[Path]:
    names = (
        "cpv-codes-da-en.tsv", "news-sentences-da-en.tsv", "software-descriptions-da-en.tsv.gz",
        "horizon-topics.tsv", "horizon-projects.jsonl", "danish-projects-2007-2013.jsonl",
    )  # fmt: skip
    return [folder / name for name in names]


def _real_pairs(folder: Path) -> dict[str, list[Pair]]:
    """Return pairs by kind. What the encoder is measured on, health codes and calls, stays out."""
    codes, news, descriptions, topics, projects, _ = _real_files(folder)
    title_of = {row["topic"]: row["title"] for row in _rows(topics)}
    calls = [
        (title_of[p["topic"]], f"{p['title']}\n{'; '.join(p['deliverables'])[:400]}")
        for p in map(json.loads, _lines(projects))
        if p["topic"] in title_of and not p["health"]
    ]
    packages = [(r["da"], r["en"]) for r in _rows(descriptions) if 40 < len(r["da"]) < 400]
    random.Random(1).shuffle(packages)  # noqa: S311 - a repeatable choice, no secret
    return {
        "codes": [(r["name_da"], r["name_en"]) for r in _rows(codes) if r["health_33_85"] == "0"],
        "news": [(row["da"], row["en"]) for row in _rows(news)],
        "descriptions": packages[:6_000],
        "calls": calls,
    }


def _projects(folder: Path) -> tuple[list[str], list[Pair]]:
    """Return every second project, names of organisations blanked out, and pairs that share one."""
    lines = _lines(_real_files(folder)[-1])
    texts, takers = [], []
    for content in map(json.loads, lines[::2]):
        partners = [p if isinstance(p, str) else p.get("name", "") for p in content["partners"]]
        names = {name.strip() for name in (content["lead"], *partners) if name and name.strip()}
        text = f"{content['title']}\n{content['description']}"
        for name in sorted(names, key=len, reverse=True):
            text = re.sub(re.escape(name), " ", text, flags=re.IGNORECASE)
        texts.append(text)
        takers.append({name.lower() for name in names})
    pairs = [
        (text, texts[other])
        for place, text in enumerate(texts)
        for other in range(len(texts))
        if other != place and takers[place] & takers[other]
    ]
    return texts, pairs


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        yield from csv.DictReader(file, delimiter="\t")


@dataclass(frozen=True)
class Base:
    """The encoder that is tuned; `read` makes what it reads of a role and a text."""

    tuning: str
    digest: str
    untuned: Path
    tuned: Callable[[], Path]
    read: Callable[[str, str], str]


def multilingual_base() -> Base:
    return Base(
        tuning="encoder",
        digest=file_digest(find_weights_file()),
        untuned=unpacked_folder(read_cache_folder(), tuned=False),
        tuned=lambda: unpacked_folder(read_cache_folder()),
        read=lambda role, text: f"{role}: {text}",
    )


def english_base() -> Base:
    package = find_english_folder()
    return Base(
        tuning=TUNING,
        digest=weights_digest(package),
        untuned=package,
        tuned=lambda: unpacked_folder(read_cache_folder()) / ENGLISH,
        read=lambda role, text: gloss(text),
    )


class LowRank(torch.nn.Module):
    """Adds the product of two narrow matrices to a weight; nothing at first."""

    def __init__(self, outputs: int, inputs: int, rank: int) -> None:
        super().__init__()
        self.columns = torch.nn.Parameter(torch.randn(rank, inputs) / inputs**0.5)
        self.rows = torch.nn.Parameter(torch.zeros(outputs, rank))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight + (self.rows @ self.columns) * LORA_SCALE


class Trainer:
    """One run: the model, its untuned twin, and the order in which texts are seen."""

    def __init__(self, material: Material, base: Base, options: argparse.Namespace) -> None:
        self.material, self.base, self.options = material, base, options
        self.random = random.Random(options.seed)  # noqa: S311 - repeatable, no secret
        torch.manual_seed(options.seed)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.tokenizer = AutoTokenizer.from_pretrained(base.untuned)
        self.untuned = _loaded(base.untuned, self.device).eval()  # type: ignore[no-untyped-call]
        self.model = _loaded(base.tuned() if options.onwards else base.untuned, self.device)
        self.begun = {name: tensor.clone() for name, tensor in self.model.state_dict().items()}
        self.parameters = _made_tunable(self.model, options.rank)
        self.real_texts = material.real_texts
        self.known: dict[str, list[str]] = {}
        for need in material.translations:
            self.known.setdefault(material.topics.get(need, need), []).append(need)

    def run(self) -> None:
        steps = int(self.options.epochs * (len(self.material.records) // self.options.batch))
        optimizer = torch.optim.AdamW(self.parameters, lr=self.options.rate, weight_decay=0.0)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer,
            lambda s: min(1.0, (s + 1) / (steps * WARM_UP + 1)) * max(0.02, (steps - s) / steps),
        )
        self.model.train()
        bar = tqdm(self._batches(steps), total=steps, unit=" steps")
        for step, batch in enumerate(bar):
            with parametrize.cached():
                losses = {"records": self._backward(self._record_loss(batch), 1.0)}
            with parametrize.cached():
                losses |= self._further_losses(step)
            torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            bar.set_postfix({name: f"{loss:.2f}" for name, loss in losses.items()})

    def before_and_after(self) -> tuple[Tensors, Tensors]:
        """Return the weights that were tuned, untuned and tuned, under transformers' names."""
        for module in self.model.encoder.modules():
            if parametrize.is_parametrized(module):
                parametrize.remove_parametrizations(module, "weight")
        before, after = self.untuned.state_dict(), self.model.state_dict()
        names = [name for name in before if name.startswith("encoder.layer.")]
        begun, led_to = _arrays(self.begun, names), _arrays(after, names)
        share = self.options.share
        kept = {name: begun[name] + share * (led_to[name] - begun[name]) for name in names}
        return _arrays(before, names), kept

    def _batches(self, steps: int) -> Iterator[list[Record]]:
        """Yield batches in which every record has others of its topic beside it.

        They are the hardest negatives: as long as an answer, about the same practice, and for
        another problem.
        """
        size, made = self.options.batch, 0
        while made < steps:
            order = self._order()
            for start in range(0, len(order) - size + 1, size):
                yield order[start : start + size]
                made += 1
                if made == steps:
                    return

    def _order(self) -> list[Record]:
        of_topic: dict[str, list[Record]] = {}
        for record in self.material.records:
            of_topic.setdefault(record.topic, []).append(record)
        groups = []
        for records in of_topic.values():
            self.random.shuffle(records)
            groups += [records[at : at + TOGETHER] for at in range(0, len(records), TOGETHER)]
        self.random.shuffle(groups)
        return [record for group in groups for record in group]

    def _further_losses(self, step: int) -> dict[str, float]:
        """One of the three each step, by turns; whatever is there."""
        losses = {}
        if step % 3 == 0 and self.known:
            losses["languages"] = self._backward(self._language_loss(), LANGUAGES_WEIGHT)
        if step % 3 == 1 and self.material.pairs:
            losses["pairs"] = self._backward(self._pair_loss(step // 3), PAIRS_WEIGHT)
        if step % 3 == 2 and self.real_texts:
            losses["likeness"] = self._backward(self._likeness_loss(), LIKENESS_WEIGHT)
        return losses

    def _backward(self, loss: torch.Tensor, weight: float) -> float:
        (weight * loss).backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    def _record_loss(self, batch: Sequence[Record]) -> torch.Tensor:
        """Return InfoNCE of the batch; a need known in two languages must rank alike in both."""
        known = self.material.translations
        answers = [self.random.choice(record.answers) for record in batch]
        wrong = [text for record in batch for text in self._wrong_ones(record)]
        shown = [*(self._shortened(text) for text in answers), *wrong]
        passages = self._vectors(shown, "passage", RECORD_TOKENS)
        twice = [place for place, record in enumerate(batch) if record.need in known]
        others = [self.random.choice(known[batch[place].need]) for place in twice]
        needs = [self._hurried(record.need) for record in batch]
        queries = self._vectors([*needs, *others], "query", RECORD_TOKENS)
        asked = [*range(len(batch)), *twice]
        helpful = self._helpful(batch, [*answers, *wrong])[asked]
        cosines = queries @ passages.T
        scores = (cosines / TEMPERATURE).masked_fill(helpful, _NOT_ASKED)
        loss = functional.cross_entropy(scores, torch.tensor(asked, device=self.device))
        loss = loss + 0.5 * _info_nce(scores[: len(batch), : len(batch)].T)
        if twice:
            both = cosines[twice] / RANKING_TEMPERATURE, cosines[len(batch) :] / RANKING_TEMPERATURE
            loss = loss + LIKE_RANKING_WEIGHT * _disagreement(*both)
        return loss

    def _helpful(self, batch: Sequence[Record], texts: Sequence[str]) -> torch.Tensor:
        """Return which texts help a need besides the answer drawn for it: (needs, texts)."""
        helpful = [
            [place != own and text in record.related for place, text in enumerate(texts)]
            for own, record in enumerate(batch)
        ]
        return torch.tensor(helpful, device=self.device)

    def _wrong_ones(self, record: Record) -> list[str]:
        """Return one that another topic offers, if one was judged, and else of the own topic."""
        across = self.random.sample(record.wrong_elsewhere, min(1, len(record.wrong_elsewhere)))
        return [*across, *self.random.sample(record.wrong, WRONG_ONES - len(across))]

    def _shortened(self, text: str) -> str:
        """Return the text, or its beginning: near misses are shorter, and length must not tell."""
        words = text.split(" ")
        kept = self.random.randint(*SHORTENED_WORDS)
        if self.random.random() > SHORTENED_SHARE or len(words) <= kept:
            return text
        return " ".join(words[:kept])

    def _hurried(self, text: str) -> str:
        """Return the text, or what of it a person in a hurry writes."""
        if self.random.random() > HURRIED_SHARE:
            return text
        words = text.split(" ")[: self.random.randint(*HURRIED_WORDS)]
        return " ".join(self._mistyped(word) for word in words)

    def _mistyped(self, word: str) -> str:
        """Return the word, seldom with two letters swapped or one left out."""
        if len(word) < 4 or self.random.random() > MISTYPED_SHARE:
            return word
        place = self.random.randint(1, len(word) - 2)
        swapped = word[place + 1] + word[place] if self.random.random() < 0.5 else word[place + 1]
        return word[:place] + swapped + word[place + 2 :]

    def _pair_loss(self, turn: int) -> torch.Tensor:
        name, size = PAIR_TURNS[turn % len(PAIR_TURNS)]
        known = self.material.pairs[name]
        unlike = dict(self.random.sample(known, min(size, len(known))))
        left, right = list(unlike), list(unlike.values())
        if name != "calls" and self.random.random() < 0.5:
            left, right = right, left
        tokens = RECORD_TOKENS if name == "projects" else PAIR_TOKENS
        queries = self._vectors(left, "query", tokens)
        passages = self._vectors(right, "passage", tokens)
        cosines = queries @ passages.T / TEMPERATURE
        same = torch.tensor([[mine == other for other in right] for mine in right])
        itself = torch.eye(len(right), dtype=torch.bool)
        cosines = cosines.masked_fill((same & ~itself).to(self.device), _NOT_ASKED)
        return (_info_nce(cosines) + _info_nce(cosines.T)) / 2

    def _language_loss(self) -> torch.Tensor:
        rows = self._two_of_each_topic()
        role = self.random.choice(["query", "query", "passage"])
        ours = self._vectors([text for text, _ in rows], role, RECORD_TOKENS)
        mistaken = self.material.mistaken
        near_misses = [self.random.choice(mistaken[need]) for need, _ in rows if need in mistaken]
        texts = [*(text for _, text in rows), *near_misses]
        theirs = self._vectors(texts, role, RECORD_TOKENS)
        cosines = ours @ theirs.T / LANGUAGE_TEMPERATURE
        apart = (1 - (ours * theirs[: len(rows)]).sum(1)).mean()
        both_ways = _info_nce(cosines) + _info_nce(cosines[:, : len(rows)].T)
        return both_ways / 2 + SAME_LANGUAGE_PULL * apart

    def _two_of_each_topic(self) -> list[Pair]:
        """Return needs and what says the same; two of a topic are the hardest to tell apart."""
        topics = self.random.sample(sorted(self.known), min(LANGUAGES_BATCH // 2, len(self.known)))
        needs = [
            need
            for topic in topics
            for need in self.random.sample(self.known[topic], min(2, len(self.known[topic])))
        ]
        return [(need, self.random.choice(self.material.translations[need])) for need in needs]

    def _likeness_loss(self) -> torch.Tensor:
        """Return how far the likeness of real texts is from what the untuned encoder sees."""
        texts, tokens = self.random.sample(self.real_texts, LIKENESS_BATCH), PAIR_TOKENS
        if self.random.random() < 0.5 and self.material.projects:
            texts, tokens = (
                self.random.sample(self.material.projects, PROJECTS_BATCH),
                RECORD_TOKENS,
            )
        now = self._likeness(self.model, texts, tokens)
        with torch.no_grad():
            before = self._likeness(self.untuned, texts, tokens)
        return functional.kl_div(now, before, log_target=True, reduction="batchmean")

    def _likeness(self, model: BertModel, texts: Sequence[str], tokens: int) -> torch.Tensor:
        queries = self._vectors(texts, "query", tokens, model)
        passages = self._vectors(texts, "passage", tokens, model)
        itself = torch.eye(len(texts), dtype=torch.bool, device=self.device)
        cosines = (queries @ passages.T / LIKENESS_TEMPERATURE).masked_fill(itself, _NOT_ASKED)
        return functional.log_softmax(cosines, 1)

    def _vectors(
        self, texts: Sequence[str], role: str, most_tokens: int, model: BertModel | None = None
    ) -> torch.Tensor:
        """Return one row of length 1 for each text; like lengths go through together."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        groups = np.array_split(order, max(1, len(order) // 8))
        rows = torch.cat(
            [
                self._embedded([self.base.read(role, texts[i]) for i in group], most_tokens, model)
                for group in groups
            ]
        )
        return rows[torch.argsort(torch.tensor(order))]

    def _embedded(
        self, texts: list[str], most_tokens: int, model: BertModel | None
    ) -> torch.Tensor:
        batch = self.tokenizer(
            texts, padding=True, truncation=True, max_length=most_tokens, return_tensors="pt"
        ).to(self.device)
        inputs = {"input_ids": batch["input_ids"], "attention_mask": batch["attention_mask"]}
        with torch.autocast(self.device, dtype=torch.bfloat16):
            tokens = (model or self.model)(**inputs).last_hidden_state
        mask = batch["attention_mask"][..., None]
        return functional.normalize((tokens.float() * mask).sum(1) / mask.sum(1), dim=-1)


def _loaded(folder: Path, device: str) -> BertModel:
    # Nothing is dropped: the runs are short, and drawing what to drop took a third of their time.
    model: Any = BertModel.from_pretrained(
        folder,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",
    )
    loaded: BertModel = model.to(device)
    return loaded


def _made_tunable(model: BertModel, rank: int) -> list[torch.nn.Parameter]:
    """Freeze everything, give each matrix of the layers a low-rank change, return those."""
    model.requires_grad_(False)
    found: list[torch.nn.Parameter] = []
    for module in list(model.encoder.modules()):
        if isinstance(module, torch.nn.Linear):
            outputs, inputs = module.weight.shape
            change = LowRank(outputs, inputs, rank).to(module.weight.device)
            parametrize.register_parametrization(module, "weight", change)
            found += [change.columns, change.rows]
    return found


def _info_nce(cosines: torch.Tensor) -> torch.Tensor:
    """Return the cross-entropy of each row's own column (van den Oord et al., 2018)."""
    return functional.cross_entropy(cosines, torch.arange(len(cosines), device=cosines.device))


def _disagreement(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Return the divergence of two rankings of the same candidates, both ways round."""
    first, second = functional.log_softmax(one, 1), functional.log_softmax(other, 1)
    there = functional.kl_div(first, second, log_target=True, reduction="batchmean")
    return there + functional.kl_div(second, first, log_target=True, reduction="batchmean")


def _arrays(state: dict[str, torch.Tensor], names: Sequence[str]) -> Tensors:
    return {name: state[name].detach().float().cpu().numpy() for name in names}


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
