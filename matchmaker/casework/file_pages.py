"""Files are shared, fetched and taken away again."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from matchmaker.casework import files
from matchmaker.casework.errors import CaseworkError, CaseworkNotFoundError
from matchmaker.casework.file_store import FOLDER, FileStore
from matchmaker.casework.forms import FileForm, message_for
from matchmaker.casework.seat import take_seat
from matchmaker.clock import utc_now
from matchmaker.collaborations.errors import CollaborationError
from matchmaker.screening.screen import PatientDataFound
from matchmaker.web.db import get_current_account, get_db, get_settings
from matchmaker.web.errors import error_page
from matchmaker.web.limits import WRITE, limiter

WorkPage = Callable[..., str]


def init_file_pages(blueprint: Blueprint, work_page: WorkPage) -> None:
    @blueprint.post("/<int:collaboration_id>/files")
    @limiter.limit(WRITE)
    def add_file(collaboration_id: int) -> ResponseReturnValue:
        form = FileForm()
        form.offer(is_staff=get_current_account().is_hub_staff)
        if form.validate():
            try:
                _keep(collaboration_id, form)
                flash(_("The file is shared."), "success")
                return _back(collaboration_id)
            except (CaseworkError, CollaborationError, PatientDataFound) as error:
                form.show_error(error)
        return work_page(collaboration_id, file_form=form), 422

    blueprint.add_url_rule("/files/<int:file_id>", view_func=download)
    blueprint.add_url_rule("/files/<int:file_id>/remove", view_func=remove_file, methods=["POST"])
    blueprint.register_error_handler(RequestEntityTooLarge, too_large)


def download(file_id: int) -> ResponseReturnValue:
    """Send a file as something to be kept, never to be shown inside our pages."""
    file, _seat = files.get_file(get_db(), file_id, get_current_account())
    path = _store().find(file.stored_as, file.sha256)
    if path is None:
        raise CaseworkNotFoundError(file_id)
    response = send_file(
        path, mimetype=file.media_type, as_attachment=True, download_name=file.name
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@limiter.limit(WRITE)
def remove_file(file_id: int) -> ResponseReturnValue:
    actor = get_current_account()
    file, _seat = files.get_file(get_db(), file_id, actor)
    try:
        files.remove_file(get_db(), _store(), file_id, actor=actor, now=utc_now())
        flash(_("The file is deleted."), "success")
    except CaseworkError as error:
        flash(message_for(error), "error")
    return _back(file.collaboration_id)


def too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
    return error_page(413)


def _keep(collaboration_id: int, form: FileForm) -> None:
    actor = get_current_account()
    take_seat(get_db(), collaboration_id, actor)
    files.add_file(
        get_db(),
        _store(),
        collaboration_id,
        form.file.data.filename or "",
        form.file.data.read(files.LARGEST_BYTES + 1),
        audience=form.audience.data,
        actor=actor,
        now=utc_now(),
    )


def _store() -> FileStore:
    return FileStore(get_settings().data_folder / FOLDER)


def _back(collaboration_id: int) -> ResponseReturnValue:
    return redirect(url_for("casework.show", collaboration_id=collaboration_id, _anchor="files"))
