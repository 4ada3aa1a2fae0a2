"""Protection of every page: trusted hosts, CSRF, content security policy and rate limits."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from alignment.config import Settings
from alignment.web import errors, request_limits

ONE_YEAR = 365 * 24 * 60 * 60
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# A refused try counts although its transaction is undone: the counts lie in memory, per process.
limiter = Limiter(key_func=get_remote_address, storage_uri="memory://", strategy="moving-window")
csrf = CSRFProtect()


def init_app(app: Flask, settings: Settings) -> None:
    """Set the whole protection up; call it before anything reads a request's form."""
    app.config.update(_checks(settings), **_cookies(settings))
    _trust_proxies(app, settings.trusted_proxies)
    request_limits.init_app(app)
    app.before_request(_refuse_other_sites)
    csrf.init_app(app)
    limiter.init_app(app)
    # Flask calls these in reverse: what is said here comes after the usual headers.
    app.after_request(_forbid_caching)
    _send_headers(app, settings)
    errors.init_app(app)


def _checks(settings: Settings) -> dict[str, Any]:
    own_host = urlsplit(settings.base_url).hostname
    return {
        "TRUSTED_HOSTS": [host for host in (own_host, "localhost", "127.0.0.1") if host],
        # A page may stay open all day: its token lives as long as the cookie it belongs to.
        "WTF_CSRF_TIME_LIMIT": None,
        # The origin is checked below, also where a page sends no referrer.
        "WTF_CSRF_SSL_STRICT": False,
    }


def _cookies(settings: Settings) -> dict[str, Any]:
    """Flask's own cookie holds flashes and the CSRF secret; who is signed in is in another."""
    return {
        "SESSION_COOKIE_NAME": "__Host-notes" if settings.is_https else "notes",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
    }


def _trust_proxies(app: Flask, proxies: int) -> None:
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]


def _send_headers(app: Flask, settings: Settings) -> None:
    Talisman(
        app,
        force_https=False,  # the proxy's work; here it would break the embedded installation
        frame_options="DENY",
        strict_transport_security=settings.is_https,
        strict_transport_security_max_age=ONE_YEAR,
        content_security_policy=POLICY,
        referrer_policy="same-origin",
        session_cookie_secure=settings.is_https,
    )


def _refuse_other_sites() -> None:
    """What a browser says of where a change comes from; the token is asked for besides."""
    if request.method in ("GET", "HEAD", "OPTIONS") or not current_app.config["WTF_CSRF_ENABLED"]:
        return
    if site := request.headers.get("Sec-Fetch-Site"):
        is_ours = site in ("same-origin", "none")
    else:
        # Older browsers and plain http send an origin at most; "null" says nothing.
        origin = request.headers.get("Origin", "null")
        is_ours = origin == "null" or urlsplit(origin).netloc == request.host
    if not is_ours:
        abort(403, "This came from another site. Open the page here and try again.")


def _forbid_caching(response: Response) -> Response:
    """No page stays in a cache, and an address that holds a token is told to nobody."""
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    if "token" in (request.view_args or {}):
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
    return response
