"""Why something cannot be done with a collaboration; nothing was changed when one is raised."""


class CollaborationNotFoundError(LookupError):
    """No collaboration, party or question has this id."""


class CollaborationError(Exception):
    """The base of what the pages turn into messages."""


class StaleError(CollaborationError):
    """Somebody changed the collaboration after the page was opened."""


class StageError(CollaborationError):
    """The step does not follow upon the present stage."""

    def __init__(self, stage: str) -> None:
        super().__init__(f"the collaboration is at the stage {stage}")
        self.stage = stage


class TextMissingError(CollaborationError):
    """A text that others are to read is empty; `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is empty")
        self.field = field


class PartyMissingError(CollaborationError):
    """A collaboration joins one need with at least one capability."""


class NotApprovedError(CollaborationError):
    """A suggestion is not approved, belongs to another need, or is proposed elsewhere."""


class SameOrganisationError(CollaborationError):
    """The same house would stand on both sides."""


class ContactError(CollaborationError):
    """The person chosen may not speak for the organisation (any longer)."""


class DoubledContactError(CollaborationError):
    """One person cannot answer for two parties of a collaboration."""


class HiddenNameError(CollaborationError):
    """The text gives away what a party has not agreed to show; `words` are the ones to remove."""

    def __init__(self, words: str) -> None:
        super().__init__("the text names what is not shown")
        self.words = words


class ProfileNotOpenError(CollaborationError):
    """A need or capability has been taken down since it was chosen; `title` says which."""

    def __init__(self, title: str) -> None:
        super().__init__("a profile is no longer open")
        self.title = title


class BudgetUsedError(CollaborationError):
    """A need's owner or a testbed has been approached as often this month as they allow.

    `title` is that of the testbed, empty where it is the need's owner.
    """

    def __init__(self, used: int, allowed: int, title: str = "") -> None:
        super().__init__(f"{used} of {allowed} approaches this month are used")
        self.used = used
        self.allowed = allowed
        self.title = title


class ConflictError(CollaborationError):
    """Two parties have a conflict of interest, or who proposes has one with a party.

    `kind` is ``organisations``, ``ownership``, ``person`` or ``staff``; `names` are the
    organisations it is about.
    """

    def __init__(self, kind: str, names: tuple[str, ...]) -> None:
        super().__init__(f"a conflict of interest: {kind}")
        self.kind = kind
        self.names = names


class RefusedError(CollaborationError):
    """A party has said no thanks to this very pair, and the no still holds.

    `until` is the day it ends on where one was named.
    """

    def __init__(self, title: str, reason: str, until: str | None) -> None:
        super().__init__(f"the pair was refused: {reason}")
        self.title = title
        self.reason = reason
        self.until = until


class AnswerClosedError(CollaborationError):
    """The parties have been introduced or the proposal has been closed: answers are history."""

    def __init__(self, stage: str) -> None:
        super().__init__(f"the collaboration is at the stage {stage}")
        self.stage = stage


class NotPartyError(CollaborationError):
    """The person may not speak for this party, or it no longer takes part."""


class ReasonError(CollaborationError):
    """A no needs a reason from the list, and "other" says it in words."""


class LaterDateError(CollaborationError):
    """ "Later" names a day after today."""


class AlreadyAnsweredError(CollaborationError):
    """A colleague has answered the question; `answer` is what was written."""

    def __init__(self, answer: str) -> None:
        super().__init__("the question has been answered")
        self.answer = answer


class PurchasePathMissingError(CollaborationError):
    """A test cannot start before somebody has said how a purchase would go."""


class HubError(CollaborationError):
    """A collaboration can be handed to another hub only."""
