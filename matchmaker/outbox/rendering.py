"""Mails from templates: one plain text, of which the HTML part is made: both say the same."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from matchmaker.resources import resource_folder
from matchmaker.translations import read_catalogue

_LINK = re.compile(r"^https?://\S+$")


@dataclass(frozen=True)
class RenderedMail:
    subject: str
    body_text: str
    body_html: str


def render_mail(template: str, language: str, **values: Any) -> RenderedMail:
    """Render ``templates/emails/<template>.txt`` in the reader's language.

    The template's first line is the subject. A paragraph that is a bare link becomes a button in
    the HTML part; what users wrote is escaped there.

    Raises
    ------
    jinja2.UndefinedError
        When a value that the template uses is missing.
    """
    environment = _environment(language)
    text = environment.get_template(f"emails/{template}.txt").render(**values)
    subject, _, body = text.strip().partition("\n")
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", body) if part.strip()]
    html = environment.get_template("emails/layout.html").render(
        language=language,
        subject=subject.strip(),
        paragraphs=[(part, bool(_LINK.match(part))) for part in paragraphs],
    )
    return RenderedMail(subject.strip(), "\n\n".join(paragraphs) + "\n", html)


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
    environment.install_gettext_translations(read_catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    return environment
