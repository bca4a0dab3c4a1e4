"""Every mail, in both languages: a subject, a greeting, a sign-off, and nothing untranslated."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jinja2 import Environment, meta

from matchmaker.outbox import rendering
from matchmaker.resources import resource_folder
from matchmaker.translations import LANGUAGES, read_catalogue

FOLDER = resource_folder("templates") / "emails"
MAILS = sorted(path.stem for path in FOLDER.glob("[!_]*.txt"))
GREETINGS = {"da": "Hej", "en": "Hello"}
SIGN_OFFS = {"da": "Venlig hilsen", "en": "Kind regards"}
#: Words of others that stand in a mail; what the test looks for is outside of them.
WORD = "Qq"
_WORDS = re.compile(r"[^\W\d_]{2,}")


class Anything(int):
    """Stands for whatever a template is given: text, number, list, object or function."""

    def __new__(cls) -> "Anything":
        return super().__new__(cls, 2)

    def __str__(self) -> str:
        return WORD

    def __format__(self, _how: str) -> str:
        return WORD

    def __getattr__(self, name: str) -> Any:
        return self if not name.startswith("__") else object.__getattribute__(self, name)

    def __getitem__(self, _key: object) -> "Anything":
        return self

    def __call__(self, *_values: object, **_named: object) -> "Anything":
        return self

    def __iter__(self) -> Iterator["Anything"]:
        return iter([self])

    def __len__(self) -> int:
        return 1

    def split(self) -> list[str]:
        return [WORD]


@pytest.fixture
def environment(request: pytest.FixtureRequest) -> Environment:
    environment = rendering._environment.__wrapped__(request.param)
    environment.filters["day"] = environment.filters["one_line"] = lambda _text: WORD
    return environment


def render(environment: Environment, name: str) -> str:
    source = (FOLDER / f"{name}.txt").read_text()
    wanted = meta.find_undeclared_variables(environment.parse(source))
    values = {each: Anything() for each in wanted - set(environment.globals)}
    return environment.get_template(f"emails/{name}.txt").render(**values)


@pytest.mark.parametrize("environment", LANGUAGES, indirect=True)
@pytest.mark.parametrize("name", MAILS)
def test_a_mail_greets_and_ends_as_all_do(name: str, environment: Environment) -> None:
    language = "da" if environment.from_string('{{ _("Yes") }}').render() == "Ja" else "en"
    subject, _, body = render(environment, name).strip().partition("\n")
    assert subject.strip()
    assert body.startswith("\n"), "the subject is one line, with a blank one below"
    first, *rest = (part for part in re.split(r"\n\s*\n", body.strip()) if part.strip())
    assert first.startswith(GREETINGS[language])
    assert any(part.startswith(SIGN_OFFS[language]) for part in rest)


@pytest.mark.parametrize("environment", ["en"], indirect=True)
@pytest.mark.parametrize("name", MAILS)
def test_no_word_of_a_mail_stands_outside_the_catalogue(
    name: str, environment: Environment
) -> None:
    """What goes through the catalogue is taken out here: nothing but blanks may be left."""
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda _message: "", lambda _one, _many, _count: "", newstyle=True
    )
    left = render(environment, name).replace(WORD, "")
    assert _WORDS.findall(left) == []


@pytest.mark.parametrize("environment", ["en"], indirect=True)
@pytest.mark.parametrize("name", MAILS)
def test_every_word_of_a_mail_has_its_danish(name: str, environment: Environment) -> None:
    danish = read_catalogue("da")
    asked: list[str] = []
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: asked.append(message) or message,
        lambda one, many, count: asked.append(one) or one,
        newstyle=True,
    )
    render(environment, name)
    assert asked
    known = danish._catalog  # type: ignore[attr-defined]
    assert [text for text in asked if text not in known and (text, 0) not in known] == []
