"""A small hub, and the people who have to do with it."""

import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from matchmaker.accounts.account import Account
from matchmaker.alerts.wishes import MailWishes, keep_wishes
from matchmaker.collaborations.collaboration import Collaboration
from matchmaker.collaborations.queries import get_collaboration
from matchmaker.database import Database
from matchmaker.pooling.changes import add_joint_need
from matchmaker.reviews.actions import review_suggestion
from tests.collaborations.conftest import World, make_world
from tests.factories import (
    NOW,
    make_account,
    make_capability,
    make_need,
    make_organisation,
    make_suggestion,
)


class Clock:
    """Goes forward only; no two things happen in the same second."""

    def __init__(self) -> None:
        self._moment = NOW
        self._lock = threading.Lock()

    def tick(self, **time: int) -> datetime:
        with self._lock:
            self._moment += timedelta(**(time or {"seconds": 1}))
            return self._moment


@dataclass(frozen=True)
class Hub:
    """The place and the people; each thread has its own `db`, all have the same clock."""

    db: Database
    clock: Clock
    world: World
    staff: tuple[Account, ...]
    contacts: dict[int, Account]
    offers: dict[int, Account]
    needs: dict[int, Account]
    suggestions: tuple[int, ...]
    joint_need: int

    def with_database(self, db: Database) -> "Hub":
        return replace(self, db=db)

    @property
    def everybody(self) -> list[Account]:
        return [*self.staff, *self.contacts.values()]

    @property
    def collaborations(self) -> list[Collaboration]:
        rows = self.db.rows("select id from collaboration order by id")
        return [get_collaboration(self.db, row["id"]) for row in rows]


def open_hub(db: Database) -> Hub:
    """Two needs (one of them confidential), two solutions, two testbeds and two hubs."""
    world = make_world(db)
    shop, lab, town = (
        make_organisation(db, name=name, kind=kind)
        for name, kind in (("Sårvagt A/S", "company"), ("Bæk", "municipality"), ("Eng", "hospital"))
    )
    sofie, maja, bo = (
        make_account(db, organisation, "editor", name=name, phone=phone)
        for organisation, name, phone in (
            (shop, "Sofie Kjær", "51 52 53 54"), (lab, "Maja Bech", ""), (town, "Bo Lund", ""),
        )
    )  # fmt: skip
    secret = make_need(
        db, town, hub_id=world.hub, owner_id=bo.id, confidential=1, approaches_per_month=1,
        blind_problem="Vi opdager liggesår for sent.",
    )  # fmt: skip
    offers = {
        world.solution: world.jonas,
        world.testbed: world.tina,
        make_capability(db, shop, owner_id=sofie.id): sofie,
        make_capability(
            db, lab, kind="testbed", owner_id=maja.id, approaches_per_month=1
        ): maja,
    }  # fmt: skip
    needs = {world.need: world.karen, secret: bo}
    pairs = [(need, offer) for need in needs for offer in offers]
    old = [(world.need, world.solution), (world.need, world.testbed)]
    made = [make_suggestion(db, *pair) for pair in pairs if pair not in old]
    # Both needs may ask Maja's testbed: within a month only its own budget stops the second.
    for suggestion in (*made[:4], made[-1]):
        review_suggestion(db, suggestion, "approve", actor=world.staff, now=NOW, seen_sequence=0)
    for offer in offers:
        db["capability_period"].insert(
            {"capability_id": offer, "starts_on": "2026-11-01", "ends_on": "2027-12-31"}
        )
    with db.atomic():
        joint_need = add_joint_need(db, needs, actor_id=None, now=NOW)
    keep_wishes(db, world.karen.id, MailWishes(steps="each"), actor_id=None, now=NOW)
    people = (*offers.values(), *needs.values())
    return Hub(
        db, Clock(), world,
        (
            world.staff,
            make_account(db, world.hub, "hub_manager", name="Bent Friis"),
            make_account(db, world.other_hub, "hub_staff", name="Rita Mørk"),
        ),
        {person.id: person for person in people}, offers, needs,
        (*world.suggestions, *made), joint_need,
    )  # fmt: skip
