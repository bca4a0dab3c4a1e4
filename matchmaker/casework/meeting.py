"""A meeting of those who collaborate."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from matchmaker.clock import danish_day, to_text


@dataclass(frozen=True)
class Meeting:
    id: int
    collaboration_id: int
    title: str
    starts_at: datetime
    minutes: int
    place: str
    agenda: str
    uid: str
    sequence: int
    created_by: int
    updated_at: datetime
    cancelled_at: str | None
    guests: tuple[int, ...] = ()
    guest_names: tuple[str, ...] = ()

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    def called_off(self) -> "Meeting":
        """Return the meeting as those see it who are no longer invited."""
        return replace(self, cancelled_at=to_text(self.updated_at), guests=(), guest_names=())

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now


@dataclass(frozen=True)
class MeetingDraft:
    """What somebody typed; `starts_at` is None where the clock has no such time."""

    title: str
    starts_at: datetime | None
    minutes: int
    place: str
    agenda: str
    guests: tuple[int, ...]

    @property
    def day(self) -> date | None:
        """Return the day that it is in Denmark when the meeting begins."""
        return danish_day(self.starts_at) if self.starts_at else None
