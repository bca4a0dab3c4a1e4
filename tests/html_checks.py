"""What every page must get right, whatever it shows."""

from collections import Counter
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib

XHTML = "{http://www.w3.org/1999/xhtml}"


def check_page(html: str, language: str) -> Element:
    """Return the parsed page after checking validity, language, headings, ids, labels, forms."""
    root: Element = html5lib.HTMLParser(strict=True).parse(html)
    assert root.get("lang") == language, f"lang is {root.get('lang')}, not {language}"
    assert (root.findtext(f".//{XHTML}title") or "").strip(), "the page has no title"
    _check_headings(root)
    _check_ids(root)
    _check_labels(root)
    _check_forms(root)
    assert not root.findall(f".//{XHTML}*[@style]"), "inline style breaks the content policy"
    return root


def _check_headings(root: Element) -> None:
    levels = [int(e.tag[-1]) for e in root.iter() if _name(e) in {"h1", "h2", "h3", "h4", "h5"}]
    assert levels.count(1) == 1, f"a page has one h1, not {levels.count(1)}"
    for before, after in pairwise(levels):
        assert after <= before + 1, f"heading h{after} follows h{before}"


def _check_ids(root: Element) -> None:
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    doubled = [name for name, count in Counter(ids).items() if count > 1]
    assert not doubled, f"ids used twice: {doubled}"
    for element in root.iter():
        for attribute in ("aria-describedby", "aria-labelledby"):
            for name in (element.get(attribute) or "").split():
                assert name in ids, f"{attribute} names {name}, which is not on the page"


def _check_labels(root: Element) -> None:
    labelled = {e.get("for") for e in root.iter() if _name(e) == "label"}
    for element in root.iter():
        if _name(element) not in {"input", "select", "textarea"}:
            continue
        if element.get("type") in {"hidden", "submit"} or element.get("aria-label"):
            continue
        assert element.get("id") in labelled, f"{element.get('name')} has no label"


def _check_forms(root: Element) -> None:
    for form in (e for e in root.iter() if _name(e) == "form"):
        if (form.get("method") or "get").lower() == "post":
            names = {e.get("name") for e in form.iter()}
            assert "csrf_token" in names, f"form {form.get('action')} has no CSRF token"


def _name(element: Element) -> str:
    return element.tag.removeprefix(XHTML) if isinstance(element.tag, str) else ""
