"""Security headers on every answer; pages load nothing from elsewhere and hold no inline code."""

import secure
from flask import Flask, Response

from matchmaker.config import Settings


def init_headers(app: Flask, settings: Settings) -> None:
    policy = (
        secure.ContentSecurityPolicy()
        .default_src("'self'")
        .object_src("'none'")
        .base_uri("'none'")
        .form_action("'self'")
        .frame_ancestors("'none'")
    )
    headers = secure.Secure(
        csp=policy,
        hsts=secure.StrictTransportSecurity().max_age(31_536_000) if settings.is_https else None,
        referrer=secure.ReferrerPolicy().same_origin(),
        xcto=secure.XContentTypeOptions(),
        coop=secure.CrossOriginOpenerPolicy().same_origin(),
        corp=secure.CrossOriginResourcePolicy().same_origin(),
    )

    @app.after_request
    def set_headers(response: Response) -> Response:
        headers.set_headers(response)
        if not response.cache_control.max_age:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
