"""The only place that asks what time it is; everything else receives ``now``."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def utc_now() -> datetime:
    return datetime.now(UTC)


def danish_day(moment: datetime) -> date:
    """Return the day it is in Denmark, which at night is not the day it is in UTC."""
    return moment.astimezone(COPENHAGEN).date()


def to_text(moment: datetime) -> str:
    """Return how a moment is stored: UTC, to the second, sortable as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def to_date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
