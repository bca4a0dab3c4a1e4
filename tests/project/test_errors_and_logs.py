"""What goes wrong is told in a page, and the log holds no key and nothing that was typed."""

import logging
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from matchmaker.serve import configure_logging

TOKEN = "eyJpZCI6MX0.aQ1b2c.Xy-zk3mPq7VdT0uWn8sL4hJ6"


@pytest.fixture
def _our_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level


@pytest.mark.parametrize("path", ["/needs", "/capabilities", "/organisations"])
def test_a_number_that_no_record_can_have_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"{path}/99999999999999999999").status_code == 404


@pytest.mark.usefixtures("_our_logging")
@pytest.mark.parametrize(
    "path",
    [
        f"/sign-in/link/{TOKEN}",
        f"/collaborations/answer/{TOKEN}/question",
        f"/needs/renew/{TOKEN}",
        f"/invitations/{TOKEN}",
        f"/register/{TOKEN}",
        "/needs?q=eyJpZCI6",
    ],
)
def test_the_log_holds_neither_keys_nor_searches(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging()
    logging.getLogger("matchmaker").error("Exception on %s [GET]", path)
    logged = capsys.readouterr().err
    assert "Exception on /" in logged
    assert "eyJ" not in logged
