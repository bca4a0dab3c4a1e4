"""A kept mail as a page shows it: its text in blocks, with links that can be followed.

The HTML part is made of the same text (see ``rendering.py``), so that nothing is lost and no
foreign markup ever reaches the page.
"""

from dataclasses import replace

from matchmaker.outbox.blocks import Block, read_blocks


def read_mail(body_text: str, base_url: str) -> list[Block]:
    """Return the blocks in order; only links to ourselves can be followed, as paths.

    >>> for block in read_mail("Hej\\n\\nhttp://localhost/a\\n\\nhttp://elsewhere/b",
    ...                        "http://localhost"):
    ...     print(block.kind, block.text)
    text Hej
    link /a
    text http://elsewhere/b
    """
    return [_with_own_links(block, base_url) for block in read_blocks(body_text)]


def _with_own_links(block: Block, base_url: str) -> Block:
    if block.kind == "link":
        path = _own_path(block.text, base_url)
        return replace(block, text=path) if path else replace(block, kind="text")
    items = (replace(item, address=_own_path(item.address, base_url)) for item in block.items)
    return replace(block, items=tuple(items))


def _own_path(address: str | None, base_url: str) -> str | None:
    """Return the path of a link of ours, so that it works at whatever address we are reached."""
    if address is None or not address.startswith(base_url + "/"):
        return None
    return address.removeprefix(base_url)
