"""Why something cannot be done in the work around a collaboration; nothing was changed then."""

from datetime import date


class CaseworkNotFoundError(LookupError):
    """No task, file, meeting or booking has this id, or its reader may not know of it."""


class CaseworkError(Exception):
    """The base of what the pages turn into messages; `field` says where they belong."""

    field = ""


class ClosedError(CaseworkError):
    """The collaboration is closed: what it holds can be read, and is not added to."""


class NotIntroducedError(CaseworkError):
    """The parties do not know each other yet, so that nothing can be shared between them."""


class TextMissingError(CaseworkError):
    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is empty")
        self.field = field


class ResponsibleError(CaseworkError):
    """The person has no part in the collaboration, or may not read the task."""

    field = "responsible"


class StaleError(CaseworkError):
    """Somebody changed it after the page was opened."""


class GuestError(CaseworkError):
    """A meeting needs somebody who takes part in the collaboration."""

    field = "guests"


class MomentError(CaseworkError):
    """The meeting would begin in the past, or at a time that the clock jumps over."""

    field = "starts_on"


class MeetingOverError(CaseworkError):
    """The meeting has been: it can neither be changed nor called off."""


class FarAheadError(MomentError):
    """The meeting would begin after the last day that is taken; it carries that day."""

    def __init__(self, latest: date) -> None:
        super().__init__(latest)
        self.latest = latest


class FileError(CaseworkError):
    """The base of what is wrong with a file."""

    field = "file"


class FileKindError(FileError):
    """The content is none of the kinds that may be shared, or is damaged."""


class FileMacroError(FileError):
    """The document holds macros, which could run at whoever opens it."""


class FileSizeError(FileError):
    """The file is empty or larger than what may be shared."""


class FileCountError(FileError):
    """The collaboration holds as many files as it may."""


class StorageError(FileError):
    """The disk is full or cannot be written: nothing was kept."""


class PeriodError(CaseworkError):
    """The period ends before it begins, or has begun already."""

    field = "starts_on"


class NotOfferedError(CaseworkError):
    """The testbed has not said that it is free in the whole period."""

    field = "starts_on"


class TakenError(CaseworkError):
    """The testbed is booked in a part of the period; `taken` are the days, by others or by us."""

    field = "starts_on"

    def __init__(self, taken: tuple[tuple[date, date], ...]) -> None:
        super().__init__("the testbed is taken in this period")
        self.taken = taken


class NoTestbedError(CaseworkError):
    """The testbed does not take part in the collaboration."""
