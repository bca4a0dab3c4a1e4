"""The link to the other language leads to the same page, whatever stands in the address."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    "query", ["_scheme=javascript", "_external=1", "_anchor=x", "endpoint=x", "q=a+b&q=c"]
)
def test_nothing_in_the_address_steers_it_elsewhere(client: FlaskClient, query: str) -> None:
    response = client.get(f"/needs?{query}", headers={"Host": "elsewhere.example"})
    assert response.status_code == 200
    links = re.findall(r'href="([^"]*)" lang="(?:da|en)"', response.text)
    assert links
    for link in links:
        assert unescape(link).startswith("/needs?")
        assert "lang=en" in link


def test_what_was_searched_for_is_kept(client: FlaskClient) -> None:
    assert "q=a+b&amp;q=c&amp;lang=en" in client.get("/needs?q=a+b&q=c").text
