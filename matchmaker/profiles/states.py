"""What the state of a need or capability allows."""

from collections.abc import Mapping
from typing import ClassVar

#: For each verb the state it leads to from each state that allows it.
Moves = Mapping[str, Mapping[str, str]]


class Stateful:
    """Something with a state and the moves that its kind knows."""

    MOVES: ClassVar[Moves]
    state: str

    @property
    def is_public(self) -> bool:
        return self.state == "published"

    @property
    def can_change(self) -> bool:
        return self.state != "closed"

    @property
    def can_submit(self) -> bool:
        return self._allows("submit")

    @property
    def can_publish(self) -> bool:
        return self._allows("publish")

    @property
    def can_pause(self) -> bool:
        return self._allows("pause")

    @property
    def can_resume(self) -> bool:
        return self._allows("resume")

    @property
    def can_renew(self) -> bool:
        return self._allows("renew")

    @property
    def can_close(self) -> bool:
        return self._allows("close")

    def _allows(self, verb: str) -> bool:
        return self.state in self.MOVES.get(verb, {})
