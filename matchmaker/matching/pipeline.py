"""The parts of the ranking, each of which can be replaced by another."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from matchmaker.config import Settings
from matchmaker.database import Database
from matchmaker.matching.collection import Collection, Embedded, as_kept
from matchmaker.matching.encoder import Encoder, SentenceEncoder
from matchmaker.matching.hub_model import FIRST_STAGE_ALONE, SHIPPED, HubModel
from matchmaker.matching.hub_versions import load_hub_model
from matchmaker.matching.index import ProfileIndex
from matchmaker.matching.language_means import NO_MEANS, LanguageMeans, load_means
from matchmaker.matching.neighbours import NO_BACKGROUND, Background, load_background
from matchmaker.matching.profile import Profile
from matchmaker.matching.reranker import Reranker, Similarity, load_reranker
from matchmaker.matching.stored_profiles import Side
from matchmaker.matching.vectors import ProfileVectors, Progress, embed_profiles, role_of


@dataclass(frozen=True)
class Pipeline:
    """One for a process: threads share it, with the model and the vectors it holds in memory."""

    encoder: Encoder
    means: LanguageMeans = NO_MEANS
    background: Background = NO_BACKGROUND
    reranker: Reranker = field(default_factory=Similarity)
    index: ProfileIndex = field(default_factory=ProfileIndex)
    hub_model: HubModel = SHIPPED

    @property
    def second_stage(self) -> HubModel:
        """What turns the first stage's logit into the score of a pair.

        Plain similarity is no logit and takes no facts in.
        """
        return FIRST_STAGE_ALONE if self.reranker.remark else self.hub_model

    @property
    def model(self) -> str:
        """Names everything a score depends on besides the two texts."""
        first_stage = f"{self.encoder.revision}+{self.reranker.name}"
        return first_stage if self.reranker.remark else f"{first_stage}+{self.hub_model.name}"

    def embedded(self, profile: Profile, vectors: ProfileVectors) -> Embedded:
        """Return the profile with its language taken out of its vectors."""
        role = role_of(profile)
        whole = self.means.centred(vectors.whole, profile.language, role)
        return Embedded(
            profile=profile,
            whole=whole,
            passages=as_kept(self.means.centred(vectors.passages, profile.language, role)),
            hubness=self.background.hubness(whole, of_need=profile.is_need),
        )

    def embed(
        self, profiles: Sequence[Profile], progress: Progress | None = None
    ) -> list[Embedded]:
        """Return the profiles with vectors made now, none of them stored."""
        vectors = embed_profiles(self.encoder, profiles, progress)
        return [self.embedded(p, v) for p, v in zip(profiles, vectors, strict=True)]

    def collection(self, db: Database, side: Side, *, now: datetime) -> Collection:
        """Return the open profiles of one side of the database, ascending by id."""
        return self.index.collection(
            db, side, encoder=self.encoder, embedded=self.embedded, now=now
        )


def load_pipeline(settings: Settings) -> Pipeline:
    """Return the pipeline of the settings; the model itself is loaded at the first text.

    With another encoder than the packaged one, the first start embeds the shipped corpus to know
    its language means, which takes about a minute and is kept in the cache folder.
    """
    pipeline = open_pipeline(settings.encoder, settings.cache_folder)
    return replace(pipeline, hub_model=load_hub_model(settings.hub_models_folder))


def open_pipeline(encoder_name: str, cache_folder: Path) -> Pipeline:
    """Return the pipeline without needing a data folder, for commands that work on files."""
    encoder = SentenceEncoder(encoder_name, cache_folder)
    means = load_means(encoder, cache_folder)
    background = load_background(encoder, means, cache_folder)
    return Pipeline(encoder, means, background, load_reranker(encoder.revision))
