"""What has happened to a need, told without saying who did it."""

from dataclasses import dataclass
from itertools import zip_longest

from matchmaker.audit.log import list_events
from matchmaker.database import Database

#: What anybody may know; the rest is for those who see all of the need.
_PUBLIC = frozenset({"need.publish", "need.support", "need.resume", "need.renew"})


@dataclass(frozen=True)
class NeedStep:
    """One audit event of the need by its code, such as ``need.publish``."""

    at: str
    code: str


def list_steps(db: Database, need_id: int, *, is_full: bool) -> list[NeedStep]:
    """Return the steps, oldest first; of several changes in a row only the last."""
    steps = [NeedStep(event.at, event.action) for event in list_events(db, "need", need_id)]
    return [
        step
        for step, following in zip_longest(steps, steps[1:])
        if (is_full or step.code in _PUBLIC)
        and not (step.code == "need.change" and following and following.code == "need.change")
    ]
