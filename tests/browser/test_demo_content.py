"""What ``matchmaker demo`` makes with the packaged model; all browser tests look at that."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from matchmaker.database import open_database
from tests.browser.conftest import TOLD

pytestmark = pytest.mark.browser


def test_the_real_ranking_suggests_what_the_story_tells(demo_folder: Path) -> None:
    told = (demo_folder / TOLD).read_text(encoding="utf-8")
    played = re.search(r"Demo content: (\d+) events", told)
    left_out = re.search(r"Left out.*: (\d+)", told)
    assert played
    assert int(left_out[1] if left_out else 0) <= int(played[1]) * 0.05
    with closing(open_database(demo_folder / "matchmaker.db")) as db:
        assert len(db.rows("select id from collaboration")) >= 9
