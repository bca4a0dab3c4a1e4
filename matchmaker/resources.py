"""Where the files that are not Python code lie."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_folder(name: str) -> Path:
    """Return the folder ``templates`` or ``models``.

    In a checkout both stand beside the package; in an installed wheel they are inside it, so
    that one function serves both layouts.

    Raises
    ------
    FileNotFoundError
        When neither place holds the folder: the installation is incomplete.
    """
    for folder in (_PACKAGE / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the folder {name!r} is missing from this installation")
