from dataclasses import dataclass

import pytest

from matchmaker.accounts.account import Account, NotPermittedError
from matchmaker.audit.log import list_events
from matchmaker.database import Database
from matchmaker.outbox.links import Links
from matchmaker.pooling.actions import ask, join, keep_all_apart, merge, split, stay_out
from matchmaker.pooling.apart import list_kept_apart
from matchmaker.pooling.changes import add_joint_need
from matchmaker.pooling.joint_need import (
    JointNeedNotFoundError,
    KeptApartError,
    NotAskedError,
    StaleJointNeedError,
    WrongChoiceError,
)
from matchmaker.pooling.owners import get_owners_view
from matchmaker.pooling.queries import get_joint_need, list_joint_needs, list_mine
from matchmaker.screening.screen import PatientDataFound
from tests.factories import NOW, make_account, make_hub, make_need, make_organisation

LINKS = Links("http://localhost", "only-for-tests")


@dataclass(frozen=True)
class Scene:
    """Three municipalities with a need each, and a joint need proposed of them."""

    db: Database
    staff: Account
    owners: list[Account]
    needs: list[int]
    joint_need: int

    @property
    def version(self) -> int:
        return self.version_of(self.joint_need)

    def version_of(self, joint_need_id: int) -> int:
        return get_joint_need(self.db, joint_need_id).version

    def ask(self, title: str = "Natlige fald") -> None:
        ask(
            self.db, self.joint_need, title, version=self.version,
            actor=self.staff, links=LINKS, now=NOW,
        )  # fmt: skip

    def join(self, place: int) -> None:
        join(self.db, self.joint_need, self.needs[place], actor=self.owners[place], now=NOW)

    def split(self, *places: int) -> int | None:
        return split(
            self.db, self.joint_need, frozenset(self.needs[place] for place in places),
            version=self.version, actor=self.staff, now=NOW,
        )  # fmt: skip

    def states(self) -> list[str]:
        members = get_joint_need(self.db, self.joint_need).members
        return [each.state for each in sorted(members, key=lambda member: member.need_id)]

    def mails(self) -> list[str]:
        rows = self.db.rows("select recipient from outbox_mail order by id")
        return [row["recipient"] for row in rows]

    def propose(self, *need_ids: int) -> int:
        with self.db.atomic():
            return add_joint_need(self.db, need_ids, actor_id=None, now=NOW)


@pytest.fixture
def scene(memory_db: Database) -> Scene:
    hub = make_hub(memory_db)
    places = [
        make_organisation(memory_db, kind="municipality", name=f"Kommune {n}") for n in range(3)
    ]
    owners = [make_account(memory_db, place) for place in places]
    needs = [
        make_need(memory_db, place, owner_id=owner.id, title=f"Fald {place}")
        for place, owner in zip(places, owners, strict=True)
    ]
    staff = make_account(memory_db, hub, "hub_staff")
    with memory_db.atomic():
        joint_need = add_joint_need(memory_db, needs, actor_id=None, now=NOW)
    return Scene(memory_db, staff, owners, needs, joint_need)


def test_each_owner_is_asked_once(scene: Scene) -> None:
    scene.ask()
    scene.ask("Fald om natten")
    assert scene.states() == ["asked"] * 3
    assert scene.mails() == [owner.email for owner in scene.owners]


def test_the_mail_tells_of_no_other_need(scene: Scene) -> None:
    scene.ask()
    (first, *_) = scene.db.rows("select body_text, body_html, subject from outbox_mail order by id")
    for owner, place in zip(scene.owners[1:], ("Kommune 1", "Kommune 2"), strict=True):
        assert not any(word in " ".join(first.values()) for word in (owner.email, place))


def test_owners_see_each_other_only_when_both_have_joined(scene: Scene) -> None:
    scene.ask()
    scene.join(0)
    assert get_owners_view(scene.db, scene.joint_need, scene.owners[0]).fellows == ()
    assert get_owners_view(scene.db, scene.joint_need, scene.owners[1]).fellows == ()
    scene.join(1)
    (fellow,) = get_owners_view(scene.db, scene.joint_need, scene.owners[0]).fellows
    assert fellow.member.need_id == scene.needs[1]
    assert fellow.contacts[0].email == scene.owners[1].email
    assert get_owners_view(scene.db, scene.joint_need, scene.owners[2]).fellows == ()


def test_nobody_but_who_is_asked_sees_the_owners_page(scene: Scene) -> None:
    with pytest.raises(JointNeedNotFoundError):
        get_owners_view(scene.db, scene.joint_need, scene.owners[0])
    scene.ask()
    for stranger in (scene.staff, make_account(scene.db)):
        with pytest.raises(JointNeedNotFoundError):
            get_owners_view(scene.db, scene.joint_need, stranger)
    assert [each.id for each in list_mine(scene.db, scene.owners[0])] == [scene.joint_need]
    assert list_mine(scene.db, scene.staff) == []


def test_only_the_owner_answers_for_a_need(scene: Scene) -> None:
    scene.ask()
    for stranger in (scene.staff, scene.owners[1]):
        with pytest.raises(NotPermittedError):
            join(scene.db, scene.joint_need, scene.needs[0], actor=stranger, now=NOW)
    assert scene.states() == ["asked"] * 3


def test_who_was_not_asked_cannot_join(scene: Scene) -> None:
    with pytest.raises(NotAskedError):
        scene.join(0)


def test_who_leaves_is_seen_no_more(scene: Scene) -> None:
    scene.ask()
    scene.join(0)
    scene.join(1)
    stay_out(scene.db, scene.joint_need, scene.needs[1], actor=scene.owners[1], now=NOW)
    assert get_owners_view(scene.db, scene.joint_need, scene.owners[0]).fellows == ()
    with pytest.raises(NotAskedError):
        scene.join(1)


def test_a_joint_need_of_one_is_none(scene: Scene) -> None:
    scene.ask()
    for place in (1, 2):
        stay_out(scene.db, scene.joint_need, scene.needs[place], actor=scene.owners[place], now=NOW)
    assert get_joint_need(scene.db, scene.joint_need).state == "dissolved"


def test_what_is_split_off_stays_apart(scene: Scene) -> None:
    assert scene.split(2) is None
    first, second, third = scene.needs
    assert list_kept_apart(scene.db) == [(first, third), (second, third)]
    assert len(get_joint_need(scene.db, scene.joint_need).members) == 2


def test_two_that_are_split_off_are_a_joint_need_and_stand_as_before(scene: Scene) -> None:
    scene.ask()
    scene.join(0)
    made = scene.split(0, 1)
    assert made is not None
    assert [each.state for each in get_joint_need(scene.db, made).members] == ["joined", "asked"]
    assert get_joint_need(scene.db, scene.joint_need).state == "dissolved"
    assert len(scene.mails()) == 3


def test_splitting_takes_some_and_leaves_some(scene: Scene) -> None:
    for places in ((), (0, 1, 2)):
        with pytest.raises(WrongChoiceError):
            scene.split(*places)
    assert list_kept_apart(scene.db) == []


def test_needs_kept_apart_cannot_be_merged_through_a_third(scene: Scene) -> None:
    scene.split(2)
    owner = make_organisation(scene.db, kind="municipality")
    other = scene.propose(scene.needs[2], make_need(scene.db, owner))
    with pytest.raises(KeptApartError) as refused:
        merge(
            scene.db, scene.joint_need, other,
            version=scene.version, other_version=scene.version_of(other),
            actor=scene.staff, links=LINKS, now=NOW,
        )  # fmt: skip
    assert (scene.needs[0], scene.needs[2]) in refused.value.pairs


def test_merging_into_one_that_is_asked_asks_the_new_ones(scene: Scene) -> None:
    scene.ask()
    place = make_organisation(scene.db, kind="municipality")
    owner = make_account(scene.db, place)
    more = [make_need(scene.db, place, owner_id=owner.id) for _ in range(2)]
    other = scene.propose(*more)
    merge(
        scene.db, scene.joint_need, other,
        version=scene.version, other_version=scene.version_of(other),
        actor=scene.staff, links=LINKS, now=NOW,
    )  # fmt: skip
    assert scene.states() == ["asked"] * 5
    assert scene.mails()[3:] == [owner.email] * 2
    assert get_joint_need(scene.db, other).state == "dissolved"


def test_merging_one_that_is_asked_into_a_proposal_asks_about_the_larger_one(scene: Scene) -> None:
    scene.ask("Natlige fald")
    scene.join(0)
    place = make_organisation(scene.db, kind="municipality")
    owner = make_account(scene.db, place)
    larger = scene.propose(*(make_need(scene.db, place, owner_id=owner.id) for _ in range(2)))
    merge(
        scene.db, larger, scene.joint_need, version=scene.version_of(larger),
        other_version=scene.version, actor=scene.staff, links=LINKS, now=NOW,
    )  # fmt: skip
    merged = get_joint_need(scene.db, larger)
    assert (merged.state, merged.title) == ("asked", "Natlige fald")
    assert [each.state for each in merged.members] == ["asked"] * 5
    assert len(scene.mails()) == 3 + 5


def test_who_comes_second_changes_nothing(scene: Scene) -> None:
    seen = scene.version
    scene.split(2)
    with pytest.raises(StaleJointNeedError):
        keep_all_apart(scene.db, scene.joint_need, version=seen, actor=scene.staff, now=NOW)
    with pytest.raises(StaleJointNeedError):
        ask(
            scene.db, scene.joint_need, "Fald", version=seen,
            actor=scene.staff, links=LINKS, now=NOW,
        )  # fmt: skip
    assert scene.mails() == []


def test_who_merges_is_stopped_by_what_became_of_the_other_one(scene: Scene) -> None:
    place = make_organisation(scene.db, kind="municipality")
    other = scene.propose(*(make_need(scene.db, place) for _ in range(3)))
    third = scene.propose(*(make_need(scene.db, place) for _ in range(2)))
    seen = scene.version_of(other)

    def try_it() -> int:
        with pytest.raises(StaleJointNeedError) as stopped:
            merge(
                scene.db, scene.joint_need, other, version=scene.version, other_version=seen,
                actor=scene.staff, links=LINKS, now=NOW,
            )  # fmt: skip
        return stopped.value.joint_need_id

    taken = frozenset({get_joint_need(scene.db, other).members[0].need_id})
    split(scene.db, other, taken, version=seen, actor=scene.staff, now=NOW)
    assert try_it() == other
    merge(
        scene.db, third, other, version=scene.version_of(third),
        other_version=scene.version_of(other), actor=scene.staff, links=LINKS, now=NOW,
    )  # fmt: skip
    assert try_it() == other
    assert len(get_joint_need(scene.db, scene.joint_need).members) == 3


def test_only_staff_asks_and_patient_data_is_refused(scene: Scene) -> None:
    with pytest.raises(NotPermittedError):
        ask(
            scene.db, scene.joint_need, "Fald", version=scene.version,
            actor=scene.owners[0], links=LINKS, now=NOW,
        )  # fmt: skip
    with pytest.raises(PatientDataFound):
        scene.ask("Fald hos 010190-1233")
    assert scene.states() == ["proposed"] * 3


def test_all_is_logged(scene: Scene) -> None:
    scene.ask()
    scene.join(0)
    scene.split(2)
    keep_all_apart(scene.db, scene.joint_need, version=scene.version, actor=scene.staff, now=NOW)
    actions = [event.action for event in list_events(scene.db, "joint_need", scene.joint_need)]
    assert actions == [
        f"joint_need.{verb}" for verb in ("propose", "ask", "join", "split", "dissolve")
    ]
    assert len(list_kept_apart(scene.db)) == 3


def test_a_hub_lists_what_has_a_need_of_its_own(scene: Scene) -> None:
    assert list_joint_needs(scene.db, scene.staff.hub_ids).total == 1
    assert list_joint_needs(scene.db, [make_hub(scene.db)]).total == 0
    assert list_joint_needs(scene.db, None, state="asked").total == 0


def test_the_largest_come_first_and_then_the_likeliest(scene: Scene) -> None:
    place = make_organisation(scene.db, kind="municipality", name="Kommune 4")
    a, b, c, d, e, f = (make_need(scene.db, place, title=f"Behov {n}") for n in range(6))
    unlikely, likely, unknown = scene.propose(a, b), scene.propose(c, d), scene.propose(e, f)
    for first, second, chance in ((a, b, 0.4), (c, d, 0.9)):
        row = {"first_id": first, "second_id": second, "probability": chance}
        scene.db.insert_row("need_likeness", row)
    found = list_joint_needs(scene.db, None).joint_needs
    assert [each.id for each in found] == [scene.joint_need, likely, unlikely, unknown]
