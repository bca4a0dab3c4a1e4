"""Addresses in mails: full, and signed where the mail itself is the key."""

from dataclasses import dataclass, field
from typing import Any

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer


class LinkError(ValueError):
    """The link was changed on its way or is none of ours."""


class LinkExpiredError(LinkError):
    """The link was good once."""


@dataclass(frozen=True)
class Links:
    """Makes links; domain code receives one, because it knows neither Flask nor settings.

    >>> links = Links("https://hub.example", "secret")
    >>> links.page("/needs/7")
    'https://hub.example/needs/7'
    >>> token = links.sign("renew-need", need_id=7)
    >>> links.read("renew-need", token, max_age_days=30)
    {'need_id': 7}
    """

    base_url: str
    secret_key: str = field(repr=False)

    def page(self, path: str) -> str:
        return f"{self.base_url}{path}"

    def sign(self, purpose: str, **payload: Any) -> str:
        """Return a token that only :meth:`read` with the same purpose accepts."""
        return self._serializer(purpose).dumps(payload)

    def read(self, purpose: str, token: str, *, max_age_days: int) -> dict[str, Any]:
        """Return the payload of a token.

        Raises
        ------
        LinkExpiredError
            When the token is older than `max_age_days`.
        LinkError
            When it was not signed by us for this purpose.
        """
        try:
            payload = self._serializer(purpose).loads(token, max_age=max_age_days * 86_400)
        except SignatureExpired as error:
            raise LinkExpiredError("the link has expired") from error
        except BadData as error:
            raise LinkError("the link is not valid") from error
        return dict(payload)

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret_key, salt=f"matchmaker.{purpose}")
