"""Texts for a generated hub: those the encoder was trained with, given to invented owners.

A record has a need, what answers it and two near misses, so that it is known beforehand what
belongs together; records of one topic stay together, as likely neighbours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from matchmaker.demo.content import Entry
from matchmaker.demo.invented import COMPANY_KINDS, Cast
from matchmaker.matching.profile import TITLE, Profile
from matchmaker.matching.training_records import TrainingRecord, read_records
from matchmaker.resources import resource_folder
from matchmaker.screening.screen import screen

_EXTENTS = {
    "da": ("Det sker hver uge.", "Det gælder omkring 40 borgere.", "Flere gange i hver vagt."),
    "en": ("It happens every week.", "It concerns about 40 people.", "Several times a shift."),
}
_TRIED = {
    "da": ("Vi har forsøgt med en fast procedure, og den holder ikke.", "", ""),
    "en": ("We have tried a fixed procedure, which does not last.", "", ""),
}
_APPROACH = {"da": "Skriv først, så ringer vi.", "en": "Please write first; we call back."}
_CLASSES = ("not_a_device", "mdr_i", "mdr_i", "mdr_iia", None)


@dataclass(frozen=True)
class Borrowed:
    """One record with the entries made of it: its need and its capabilities, the answer first."""

    topic: str
    need: Entry
    capabilities: tuple[Entry, ...]


def borrow_texts(random: Random, cast: Cast, count: int) -> list[Borrowed]:
    """Return so many records, whole topics of several records before the rest.

    Raises
    ------
    ValueError
        When there are not so many records without anything that looks like a patient.
    """
    records = _in_topics(random, _read())
    found = list(islice((record for record in records if _is_harmless(record)), count))
    if len(found) < count:
        raise ValueError(f"there are only {len(found)} records")
    return [_borrowed(random, cast, number, record) for number, record in enumerate(found)]


def _read() -> list[TrainingRecord]:
    return read_records(resource_folder("models") / "training" / "records.jsonl")


def _in_topics(random: Random, records: Sequence[TrainingRecord]) -> Iterator[TrainingRecord]:
    topics: dict[str, list[TrainingRecord]] = {}
    for record in records:
        topics.setdefault(record.topic, []).append(record)
    order = sorted(topics, key=lambda topic: (-min(len(topics[topic]), 8), topic))
    large = [topic for topic in order if len(topics[topic]) >= 8]
    random.shuffle(large)
    for topic in [*large, *order[len(large) :]]:
        yield from topics[topic]


def _is_harmless(record: TrainingRecord) -> bool:
    texts = (
        part.text for profile in (record.need, *record.capabilities) for part in profile.fields
    )
    return not screen("\n\n".join(texts))


def _borrowed(random: Random, cast: Cast, number: int, record: TrainingRecord) -> Borrowed:
    capabilities = (
        _capability(random, cast, f"{number}.{place}", profile)
        for place, profile in enumerate(record.capabilities)
    )
    need = _need(random, cast, str(number), record.need)
    return Borrowed(record.topic, need, tuple(capabilities))


def _need(random: Random, cast: Cast, key: str, profile: Profile) -> Entry:
    organisation, language = random.choice(cast.owners), profile.language
    return {
        "key": f"need-{key}", "organisation": organisation, "owner": cast.speakers[organisation],
        "language": language, "title": profile.text_of(TITLE),
        "problem": profile.text_of("description"), "target": "",
        "extent": random.choice(_EXTENTS[language]), "tried": random.choice(_TRIED[language]),
        "requirements": "", "approach": _APPROACH[language], "state": "draft",
        "approaches_per_month": random.choice((2, 4, 4, 8)),
        "show_organisation": random.random() < 0.9,
    }  # fmt: skip


def _capability(random: Random, cast: Cast, key: str, profile: Profile) -> Entry:
    is_product = profile.kind in COMPANY_KINDS
    organisation = random.choice(cast.companies if is_product else cast.partners)
    stated = random.random() < 0.7
    return {
        "key": f"capability-{key}", "organisation": organisation,
        "owner": cast.speakers[organisation], "kind": profile.kind, "language": profile.language,
        "title": profile.text_of(TITLE), "description": profile.text_of("description"),
        "evidence": "", "state": "published",
        "trl": random.randint(4, 9) if is_product and stated else None,
        "device_class": random.choice(_CLASSES) if profile.kind == "solution" and stated else None,
        "ce_marked": random.random() < 0.7 if profile.kind == "solution" and stated else None,
        "markets": ["DK", "SE"] if is_product and stated else [],
        "languages": [profile.language, "en"] if is_product and stated else [],
        "price_model": "", "facilities": "", "target_groups": "", "research_field": "",
        "past_projects": "", "free_periods": [],
    }  # fmt: skip
