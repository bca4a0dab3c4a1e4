"""The main menu: what each reader may open, in the order of the work."""

from dataclasses import dataclass

from flask import Flask, request
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from matchmaker.web.access import ACCESS, may_call
from matchmaker.web.db import find_current_account


@dataclass(frozen=True)
class Entry:
    endpoint: str
    label: LazyString

    @property
    def is_current(self) -> bool:
        endpoint = request.endpoint or ""
        return endpoint == self.endpoint or (
            endpoint.partition(".")[0] == self.endpoint.partition(".")[0] != "home"
        )


ENTRIES = (
    Entry("home.mine", _l("My page")),
    Entry("reviews.queue", _l("Review")),
    Entry("pooling.index", _l("Joint needs")),
    Entry("collaborations.index", _l("Collaborations")),
    Entry("overview.index", _l("Overview")),
    Entry("needs.board", _l("Needs")),
    Entry("capabilities.catalogue", _l("Capabilities")),
    Entry("themes.index", _l("Themes")),
    Entry("organisations.index", _l("Organisations")),
    Entry("outbox.index", _l("Mails")),
    Entry("home.about", _l("About")),
)


def main_menu() -> list[Entry]:
    account = find_current_account()
    return [
        entry
        for entry in ENTRIES
        if entry.endpoint in ACCESS and may_call(account, ACCESS[entry.endpoint])
    ]


def init_navigation(app: Flask) -> None:
    app.jinja_env.globals.update(main_menu=main_menu, current_account=find_current_account)
