"""What staff put together before anybody is invited, and what must be true of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matchmaker.collaborations.collaboration import stated
from matchmaker.collaborations.discretion import check_discreet
from matchmaker.collaborations.errors import (
    DoubledContactError,
    PartyMissingError,
    SameOrganisationError,
    TextMissingError,
)
from matchmaker.screening.screen import refuse_patient_data


@dataclass(frozen=True)
class PartyDraft:
    """One party to be: its profile (a need or a capability), its contact, what it shows."""

    account_id: int
    need_id: int | None = None
    capability_id: int | None = None
    show_organisation: bool = True


@dataclass(frozen=True)
class Draft:
    title: str
    language: str
    introduction: str
    suggestion_ids: tuple[int, ...]
    parties: tuple[PartyDraft, ...]


@dataclass(frozen=True)
class Candidate:
    """A party to be, with what the rules need to know of its organisation and contact."""

    draft: PartyDraft
    organisation_id: int
    organisation_name: str
    parent_id: int | None
    kind: str
    title: str
    owner_id: int | None
    private_words: tuple[str, ...]
    is_blind: bool = False
    #: The house above the organisation.
    above: str | None = None

    @property
    def family(self) -> frozenset[int]:
        return stated(self.organisation_id, self.parent_id)

    @property
    def people(self) -> frozenset[int]:
        """The contact, and who owns the profile, though another one is asked."""
        return stated(self.draft.account_id, self.owner_id)

    @property
    def shows_itself(self) -> bool:
        return self.draft.show_organisation and not self.is_blind

    @property
    def unshown_words(self) -> tuple[str, ...]:
        """What no text may say before all have accepted."""
        if self.shows_itself:
            return self.private_words
        return (self.organisation_name, *self.private_words)


def check_parties(candidates: Sequence[Candidate]) -> None:
    """Raise what keeps these parties from standing in one collaboration."""
    needs = [candidate for candidate in candidates if candidate.draft.need_id is not None]
    others = [candidate for candidate in candidates if candidate.draft.need_id is None]
    if len(needs) != 1 or not others:
        raise PartyMissingError
    # A hospital may test at its own testbed; buying from its own house is no collaboration.
    sellers = [candidate for candidate in others if candidate.kind != "testbed"]
    if any(needs[0].family & candidate.family for candidate in sellers):
        raise SameOrganisationError
    accounts = [candidate.draft.account_id for candidate in candidates]
    if len(set(accounts)) < len(accounts):
        raise DoubledContactError


def check_texts(draft: Draft, candidates: Iterable[Candidate]) -> None:
    """Raise when a text is empty or gives away who a party is."""
    for field in ("title", "introduction"):
        if not getattr(draft, field).strip():
            raise TextMissingError(field)
    refuse_patient_data({"title": draft.title, "introduction": draft.introduction})
    candidates = list(candidates)
    unshown = [words for candidate in candidates for words in candidate.unshown_words]
    unshown += _houses_above(candidates)
    check_discreet(f"{draft.title}\n{draft.introduction}", unshown)


def _houses_above(candidates: Sequence[Candidate]) -> list[str]:
    """Return the houses above hidden parties, but for those that show themselves as a party."""
    named = {each.organisation_name for each in candidates if each.shows_itself}
    houses = [each.above for each in candidates if not each.shows_itself]
    return [house for house in houses if house and house not in named]
