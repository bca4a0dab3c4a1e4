"""The pages of this package."""

from flask import Blueprint

blueprint = Blueprint("casework", __name__, url_prefix="/casework")
