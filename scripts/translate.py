"""Keep the Danish catalogue in step with the source.

    scripts/translate.py update             extract all texts and list those that lack Danish
    scripts/translate.py add texts.json     the same, after adding {"English": "Danish"} from a file

Plurals are given as {"one form": ["ental", "flertal"]}.
"""

import argparse
import json
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "matchmaker" / "translations"
KEYWORDS = {
    "_": None, "gettext": None, "_l": None, "lazy_gettext": None, "N_": None,
    "ngettext": (1, 2), "lazy_ngettext": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip


def extract() -> Catalog:
    """Return every translatable text of the Python sources and the templates."""
    with (FOLDER / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalog = Catalog(project="matchmaker", charset="utf-8")
    for path, _line, message, comments, context in extract_from_dir(
        ROOT, methods, options, KEYWORDS, ("Translators:",), directory_filter=_is_ours
    ):
        # Files without line numbers: the catalogue then changes only when a text does.
        catalog.add(message, None, [(path, 0)], auto_comments=comments, context=context)
    return catalog


def _is_ours(folder: str) -> bool:
    return Path(folder).name not in {".venv", ".data", "tests", "build", "dist", ".git", "static"}


def read_danish() -> Catalog:
    path = FOLDER / "da" / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return Catalog(locale="da", project="matchmaker", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="da")


def write(danish: Catalog, template: Catalog) -> None:
    folder = FOLDER / "da" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    for catalog, path in ((template, FOLDER / "messages.pot"), (danish, folder / "messages.po")):
        with path.open("wb") as file:
            write_po(
                file, catalog, width=100, sort_output=True, ignore_obsolete=True,
                include_lineno=False, omit_header=catalog is template,
            )  # fmt: skip


def missing(danish: Catalog) -> list[str]:
    """Return the texts without a complete Danish entry."""
    return [
        str(message.id)
        for message in danish
        if message.id and (message.fuzzy or not _is_complete(message.string))
    ]


def _is_complete(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def add(danish: Catalog, texts: dict[str, str | list[str]]) -> list[str]:
    """Set the Danish of known texts; return the English ones that the source does not have."""
    unknown = []
    for english, translated in texts.items():
        message = danish.get(english)
        if message is None:
            unknown.append(english)
            continue
        message.string = tuple(translated) if isinstance(translated, list) else translated
        message.flags.discard("fuzzy")
    return unknown


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=("update", "add", "check"))
    parser.add_argument("file", nargs="?", type=Path)
    arguments = parser.parse_args()
    template, danish = extract(), read_danish()
    danish.update(template, no_fuzzy_matching=True)
    unknown = add(danish, json.loads(arguments.file.read_text())) if arguments.file else []
    if arguments.action != "check":
        write(danish, template)
    for english in unknown:
        print(f"not in the source: {english}")
    lacking = missing(danish)
    for english in lacking:
        print(f"lacks Danish: {english}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
