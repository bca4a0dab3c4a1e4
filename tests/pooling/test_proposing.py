import pytest

from matchmaker.database import Database
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.refresh import match_changed
from matchmaker.outbox.links import Links
from matchmaker.pooling.actions import ask, split, stay_out
from matchmaker.pooling.joint_need import JointNeed
from matchmaker.pooling.proposing import propose_joint_needs
from matchmaker.pooling.queries import list_live
from tests.factories import NOW, make_account, make_hub, make_need, make_organisation
from tests.matching.keyword_encoder import KeywordEncoder
from tests.pooling.test_pool_command import BY_COSINE

LINKS = Links("http://localhost", "only-for-tests")


class Site:
    """A hub whose needs are matched and compared, round by round."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.staff = make_account(db, make_hub(db), "hub_staff")
        self.place = make_organisation(db, kind="municipality")
        self.owner = make_account(db, self.place)
        self.pipeline = Pipeline(KeywordEncoder())

    def need(self, text: str, place: int | None = None) -> int:
        """Add a need of an organisation of its own, unless a place is named."""
        place = place or make_organisation(self.db, kind="municipality")
        return make_need(self.db, place, owner_id=self.owner.id, title=text, problem=text)

    def round(self) -> int:
        match_changed(self.db, self.pipeline, now=NOW)
        return propose_joint_needs(self.db, self.pipeline, BY_COSINE, now=NOW)

    def joint_needs(self) -> list[JointNeed]:
        return list_live(self.db)

    def pools(self) -> list[list[int]]:
        return [sorted(m.need_id for m in each.members) for each in self.joint_needs()]

    def ask(self) -> JointNeed:
        (found,) = self.joint_needs()
        ask(
            self.db, found.id, "Fald", version=found.version,
            actor=self.staff, links=LINKS, now=NOW,
        )  # fmt: skip
        return self.joint_needs()[0]


@pytest.fixture
def site(memory_db: Database) -> Site:
    return Site(memory_db)


def test_like_needs_are_proposed_and_each_is_compared_once(site: Site) -> None:
    first, second, _other = site.need("Fald"), site.need("A fall"), site.need("Ensomhed")
    assert site.round() == 3
    assert site.pools() == [[first, second]]
    third = site.need("Fald igen")
    assert site.round() == 1
    assert site.pools() == [[first, second, third]]
    assert site.round() == 0


def test_needs_of_one_organisation_alone_are_no_joint_need(site: Site) -> None:
    first, second = site.need("Fald", site.place), site.need("A fall", site.place)
    site.round()
    assert site.pools() == []
    third = site.need("Fald igen")
    site.round()
    assert site.pools() == [[first, second, third]]


def test_what_is_no_longer_open_or_like_leaves_a_proposal(site: Site) -> None:
    ids = [site.need("Fald") for _ in range(3)]
    site.round()
    site.db["need"].update(ids[0], {"state": "closed"})
    site.db["need"].update(ids[1], {"title": "Ensomhed", "problem": "Ensomhed"})
    site.round()
    assert site.pools() == []


def test_needs_that_staff_split_are_not_proposed_together_again(site: Site) -> None:
    first, second, third = (site.need("Fald") for _ in range(3))
    site.round()
    (found,) = site.joint_needs()
    split(site.db, found.id, frozenset({third}), version=found.version, actor=site.staff, now=NOW)
    fourth = site.need("Fald")
    site.round()
    for pool in site.pools():
        assert not ({first, second} & set(pool) and third in pool)
    assert any(fourth in pool for pool in site.pools())


def test_what_is_asked_about_grows_and_loses_nothing_that_is_open(site: Site) -> None:
    first, second = site.need("Fald"), site.need("A fall")
    site.round()
    asked = site.ask()
    site.db["need"].update(second, {"title": "Ensomhed", "problem": "Ensomhed"})
    third = site.need("Fald")
    site.round()
    assert {first, second} <= set(site.pools()[0])
    states = {m.need_id: m.state for each in site.joint_needs() for m in each.members}
    assert states[first] == "asked"
    assert states.get(third, "proposed") == "proposed"
    assert site.joint_needs()[0].id == asked.id


def test_who_stayed_out_is_not_proposed_for_it_again(site: Site) -> None:
    ids = [site.need("Fald", site.place), site.need("Fald"), site.need("Fald")]
    site.round()
    asked = site.ask()
    stay_out(site.db, asked.id, ids[0], actor=site.owner, now=NOW)
    site.need("Søvn")
    site.round()
    assert site.pools() == [ids[1:]]


def test_two_of_whom_one_stayed_out_are_not_proposed_anew(site: Site) -> None:
    first, _second = site.need("Fald", site.place), site.need("Fald")
    site.round()
    asked = site.ask()
    stay_out(site.db, asked.id, first, actor=site.owner, now=NOW)
    site.need("Søvn")
    site.round()
    assert site.pools() == []
