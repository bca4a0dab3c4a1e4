"""The chapters of the guide: one file of Markdown each, in every language."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

FOLDER = Path(__file__).parent
LANGUAGES = ("da", "en")
_PAGE = "page:"
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


class ChapterNotFoundError(LookupError):
    """No chapter has this key."""


@dataclass(frozen=True)
class Chapter:
    """`key` is the same in all languages; `source` is Markdown without the title."""

    key: str
    title: str
    source: str

    def html(self, address_of: Callable[[str], str], picture_of: Callable[[str], str]) -> Markup:
        """Return the text, with links to endpoints and names of pictures made into addresses."""
        tokens = _MARKDOWN.parse(self.source)
        for token in _within(tokens):
            target = str(token.attrGet("href"))
            if token.type == "link_open" and target.startswith(_PAGE):
                token.attrSet("href", address_of(target.removeprefix(_PAGE)))
            elif token.type == "image":
                token.attrSet("src", picture_of(str(token.attrGet("src"))))
                token.attrSet("loading", "lazy")
        # The source is shipped with the program and its own HTML is switched off.
        return Markup(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))

    @property
    def endpoints(self) -> list[str]:
        return [target.removeprefix(_PAGE) for target in self._targets("link_open", "href")]

    @property
    def pictures(self) -> list[str]:
        return self._targets("image", "src")

    def _targets(self, kind: str, attribute: str) -> list[str]:
        tokens = _within(_MARKDOWN.parse(self.source))
        return [str(token.attrGet(attribute)) for token in tokens if token.type == kind]


def _within(tokens: list[Token]) -> list[Token]:
    return [inner for token in tokens for inner in (token, *_within(token.children or []))]


@lru_cache
def list_chapters(language: str) -> tuple[Chapter, ...]:
    """Return the chapters in their order."""
    return tuple(_read(path) for path in sorted((FOLDER / language).glob("*.md")))


def get_chapter(key: str, language: str) -> Chapter:
    """Return one chapter.

    Raises
    ------
    ChapterNotFoundError
        When there is none with this key.
    """
    for chapter in list_chapters(language):
        if chapter.key == key:
            return chapter
    raise ChapterNotFoundError(key)


def _read(path: Path) -> Chapter:
    title, _, source = path.read_text(encoding="utf-8").partition("\n")
    return Chapter(path.stem.partition("-")[2], title.removeprefix("# "), source.strip())
