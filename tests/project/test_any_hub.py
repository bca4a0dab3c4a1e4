"""The whole hub at work, by chance and at once: what must never happen does not."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from matchmaker.database import open_database
from tests.project.hub_at_work import DEEDS, Deed, act
from tests.project.hub_people import open_hub
from tests.project.hub_truths import TRUTHS, every_suggestion_stands_where_the_log_leaves_it

THREADS, DEEDS_EACH = 4, 30


class AnyHub(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.hub = open_hub(open_database(":memory:"))

    @rule(deed=st.sampled_from(DEEDS), chance=st.integers(0, 2**32))
    def somebody_does_something(self, deed: Deed, chance: int) -> None:
        act(self.hub, deed, Random(chance))

    @invariant()
    def all_truths_hold(self) -> None:
        for truth in TRUTHS:
            truth(self.hub)

    def teardown(self) -> None:
        self.hub.db.close()


# A hub is slow to shrink: the steps as they were found tell enough.
AnyHub.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
)
TestAnyHub = AnyHub.TestCase


def test_people_at_work_at_once_keep_every_truth(tmp_path: Path) -> None:
    path = tmp_path / "matchmaker.db"
    hub = open_hub(open_database(path))
    begin = threading.Barrier(THREADS)

    def work(seed: int) -> None:
        chance = Random(seed)
        with contextlib.closing(open_database(path)) as db:
            begin.wait()
            for _ in range(DEEDS_EACH):
                act(hub.with_database(db), chance.choice(DEEDS), chance)

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(work, range(THREADS))) == [None] * THREADS
    for truth in TRUTHS:
        # Told by the order of the log, which is not that of the moments when several act at once.
        if truth is not every_suggestion_stands_where_the_log_leaves_it:
            truth(hub)
    hub.db.close()
