"""E-mail addresses: one way of writing each, so that nobody gets two accounts by accident."""

import hashlib
import hmac

from email_validator import EmailNotValidError, validate_email


class BadAddressError(ValueError):
    """The text is no e-mail address."""


def normal_address(text: str) -> str:
    """Return how the address is stored: trimmed, lower case, the domain in readable letters.

    Raises
    ------
    BadAddressError
        When it is no e-mail address. Whether mail arrives there is not asked.
    """
    try:
        valid = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise BadAddressError(text) from error
    return str(valid.normalized.lower())


def keyed_hash(key: str, *parts: object) -> str:
    """Return a hash that nobody can look up or try out without the key."""
    text = "\0".join(str(part) for part in parts)
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
