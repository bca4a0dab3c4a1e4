"""Mails from templates: one plain text, of which the HTML part is made: both say the same."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from matchmaker.clock import COPENHAGEN, to_moment
from matchmaker.outbox.blocks import read_blocks, split_paragraphs
from matchmaker.outbox.mail import UNPRINTED
from matchmaker.resources import resource_folder
from matchmaker.translations import DATE_LOCALES, read_catalogue


@dataclass(frozen=True)
class RenderedMail:
    subject: str
    body_text: str
    body_html: str


def render_mail(template: str, language: str, **values: Any) -> RenderedMail:
    """Render ``templates/emails/<template>.txt`` in the reader's language.

    The template's first line is the subject; ``blocks.py`` says how the rest becomes the HTML
    part, where what users wrote is escaped.

    Raises
    ------
    jinja2.UndefinedError
        When a value that the template uses is missing.
    """
    environment = _environment(language)
    text = environment.get_template(f"emails/{template}.txt").render(**values)
    first, _, body = text.strip().partition("\n")
    subject = _one_line(first)
    paragraphs = split_paragraphs(body)
    plain = "\n\n".join(paragraphs) + "\n"
    html = environment.get_template("emails/layout.html").render(
        language=language, subject=subject, blocks=read_blocks(plain)
    )
    return RenderedMail(subject, plain, html)


@lru_cache(maxsize=4)
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(resource_folder("templates")),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = lambda text: _day(text, language)
    environment.filters["one_line"] = _one_line
    environment.install_gettext_translations(read_catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    return environment


def _one_line(text: str) -> str:
    """Return the text without the breaks, tabs and unseen signs that come along when it is pasted.

    >>> _one_line(" Sår\\tog\\u2028fald\\x0b ")
    'Sår og fald'
    """
    return " ".join(UNPRINTED.sub(" ", text).split())


def _day(text: str, language: str) -> str:
    """Return the Danish day of a stored moment, or a stored date."""
    stored = to_moment(text)
    if stored is not None and stored.tzinfo is not None:
        stored = stored.astimezone(COPENHAGEN)
    return str(format_date(stored, "long", locale=DATE_LOCALES[language]))
