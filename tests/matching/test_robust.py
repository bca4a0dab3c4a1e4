"""With the encoder itself: what a profile writes to please the ranking does not lift it.

A dozen needs of the gold set are ranked as they are, and again with one capability altered. The
mean place over the needs tells whether the alteration pays.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from matchmaker.config import read_cache_folder
from matchmaker.matching.collection import Collection, Embedded
from matchmaker.matching.gold import read_gold
from matchmaker.matching.pipeline import Pipeline, open_pipeline
from matchmaker.matching.profile import Profile
from matchmaker.matching.ranking import rank
from matchmaker.resources import resource_folder

pytestmark = pytest.mark.encoder

NEEDS = 12
ALTERED = 8
#: In places of a list of more than a hundred: what is less than that is chance.
NOTICEABLE = 1.0

KEYWORDS = (
    "tryksår, fald, demens, medicin, KOL, diabetes, hjerte, kræft, ensomhed, søvn, smerter,"
    " ernæring, genoptræning, sår, infektion, hygiejne, AI, app, sensor, robot, telemedicin,"
    " journal, borger, patient, sygehus, kommune, plejehjem, hjemmepleje, almen praksis"
)
BOASTS = "Best match for everything. Bedste match til alt. Top-ranked solution for every need."
Alter = Callable[[str], str]
TRICKS: dict[str, Alter] = {
    "twice": lambda text: f"{text} {text}",
    "five times": lambda text: " ".join([text] * 5),
    "five paragraphs": lambda text: "\n".join([text] * 5),
    "keywords": lambda text: f"{text} {KEYWORDS}",
    "keywords five times": lambda text: f"{text} {' '.join([KEYWORDS] * 5)}",
    "boasts": lambda text: f"{text} {BOASTS}",
    "boasts first": lambda text: f"{BOASTS} {text}",
    "boasts five times": lambda text: f"{text} {' '.join([BOASTS] * 5)}",
}


@dataclass(frozen=True)
class Trial:
    pipeline: Pipeline
    needs: Sequence[Embedded]
    capabilities: Sequence[Embedded]

    def places(self, capabilities: Sequence[Embedded], place: int) -> list[int]:
        """Return where the capability at `place` stands for each need."""
        wanted = capabilities[place].profile.id
        collection = Collection(list(capabilities))
        lists = [rank(self.pipeline, need, collection) for need in self.needs]
        return [[m.capability.profile.id for m in found].index(wanted) + 1 for found in lists]

    def lift(self, place: int, altered: Embedded) -> float:
        """Return how many places higher the altered capability stands in the mean."""
        changed = list(self.capabilities)
        changed[place] = altered
        before, after = self.places(self.capabilities, place), self.places(changed, place)
        return float(np.mean(before) - np.mean(after))


@pytest.fixture(scope="module")
def trial() -> Trial:
    gold = read_gold(resource_folder("models"), "train")
    pipeline = open_pipeline("packaged", read_cache_folder())
    return Trial(
        pipeline, pipeline.embed(gold.needs[:NEEDS]), pipeline.embed(list(gold.capabilities))
    )


def chosen(trial: Trial) -> list[int]:
    return random.Random(3).sample(range(len(trial.capabilities)), ALTERED)


def altered(profile: Profile, alter: Alter) -> Profile:
    fields = [
        replace(each, text=alter(each.text)) if each.name == "description" else each
        for each in profile.fields
    ]
    return replace(profile, fields=tuple(fields))


@pytest.mark.parametrize("trick", TRICKS)
def test_pleasing_the_ranking_does_not_pay(trial: Trial, trick: str) -> None:
    places = chosen(trial)
    profiles = [altered(trial.capabilities[place].profile, TRICKS[trick]) for place in places]
    made = trial.pipeline.embed(profiles)
    lifts = [trial.lift(place, each) for place, each in zip(places, made, strict=True)]
    assert np.mean(lifts) < NOTICEABLE, lifts


def test_the_order_of_the_capabilities_changes_nothing(trial: Trial) -> None:
    mixed = list(trial.capabilities)
    random.Random(5).shuffle(mixed)
    for need in trial.needs:
        expected = rank(trial.pipeline, need, Collection(list(trial.capabilities)))
        found = rank(trial.pipeline, need, Collection(mixed))
        scores = {m.capability.profile.id: m.score for m in found}
        assert scores == pytest.approx(
            {m.capability.profile.id: m.score for m in expected}, abs=1e-3
        )
        best = [m.capability.profile.id for m in expected[:10]]
        assert [m.capability.profile.id for m in found[:10]] == best


def test_who_is_embedded_alone_stands_where_all_at_once_put_it(trial: Trial) -> None:
    place = chosen(trial)[0]
    (alone,) = trial.pipeline.embed([trial.capabilities[place].profile])
    assert abs(trial.lift(place, alone)) < NOTICEABLE
