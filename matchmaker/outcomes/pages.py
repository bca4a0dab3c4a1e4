"""The pages of this package."""

from flask import Blueprint

blueprint = Blueprint("outcomes", __name__, url_prefix="/outcomes")
