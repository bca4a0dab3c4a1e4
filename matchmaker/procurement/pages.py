"""The pages of this package."""

from flask import Blueprint

blueprint = Blueprint("procurement", __name__, url_prefix="/procurement")
