"""Why a profile could not be read, changed or moved on."""


class ProfileNotFoundError(LookupError):
    """No profile has this id, or this reader may not know of it."""


class NotAllowedError(PermissionError):
    """This person may not change this profile."""


class WrongStateError(ValueError):
    """The profile's state does not allow this; perhaps somebody else was faster."""

    def __init__(self, verb: str, state: str) -> None:
        super().__init__(f"{verb} is not possible in state {state}")
        self.verb = verb
        self.state = state


class StaleVersionError(ValueError):
    """Somebody else has saved since this person began to write; nothing was overwritten."""

    def __init__(self, current: int) -> None:
        super().__init__(f"the profile is at version {current} by now")
        self.current = current


class InvalidProfileError(ValueError):
    """Fields that cannot be stored or shown as they are, each with a code such as ``required``."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(", ".join(f"{name}: {code}" for name, code in fields.items()))
        self.fields = fields


class IncompleteProfileError(InvalidProfileError):
    """A draft that others may not see yet, because fields that they need are empty."""
