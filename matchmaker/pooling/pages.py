"""The pages of this package."""

from flask import Blueprint

blueprint = Blueprint("pooling", __name__, url_prefix="/pooling")
