"""The pages of this package."""

from flask import Blueprint

blueprint = Blueprint("conflicts", __name__, url_prefix="/conflicts")
