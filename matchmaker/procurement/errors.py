"""Why something cannot be done before a purchase; nothing was changed when one is raised."""


class ProcurementError(Exception):
    """The base of what the pages turn into messages."""


class NotShownError(ProcurementError):
    """The reader was neither shown the need nor owns it."""


class RevealingTextError(ProcurementError):
    """A text for all names somebody; `words` are the ones to remove."""

    def __init__(self, words: str) -> None:
        super().__init__("a text for all names somebody")
        self.words = words


class EmptyTextError(ProcurementError):
    """A text for all is empty; `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is empty")
        self.field = field


class NobodyInterestedError(ProcurementError):
    """Nobody was shown the need, or all have declined: there is nobody to write to."""


class ContactKindError(ProcurementError):
    """A contact of this kind cannot be written down by hand."""


class ContactDateError(ProcurementError):
    """A contact is written down when it has been, not before."""


class AlreadyCorrectedError(ProcurementError):
    """The line of the log has been corrected, or is none that was written by hand."""


class UnknownAnswerError(ProcurementError):
    """An answer is none of those offered; `field` says which question it was for."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} has another answer")
        self.field = field


class StalePlanError(ProcurementError):
    """Somebody else answered after the page was opened."""
