"""The pages shown when a request cannot be answered."""

import secrets

from flask import Flask, Response, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from alignment.web.request_limits import UnusableText

HTTP_ERROR_SENTENCES = {
    400: "The address or the form is not as this page expects.",
    401: "Please sign in first.",
    404: "There is no such page, or it is not yours to see.",
    405: "This page cannot be used in that way.",
    413: "That is more than this page takes.",
    415: "This page does not take that kind of file.",
    429: "There were many tries. Wait a quarter of an hour, then try again.",
}


def init_app(app: Flask) -> None:
    app.register_error_handler(SecurityError, _answer_other_host)
    app.register_error_handler(CSRFError, _answer_without_token)
    app.register_error_handler(InternalServerError, _answer_fault)
    app.register_error_handler(HTTPException, _answer)


def _answer(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code == 404:
        return render_template("errors/404.html"), 404
    if code == 403:
        return render_template("errors/403.html", reason=error.description), 403
    # Redirects of the router are exceptions too, and go as they are.
    if code < 400:
        return error.get_response()
    page = render_template("errors/other.html", code=code, sentence=_sentence(error, code))
    return Response(page, code, [header for header in error.get_headers() if _is_kept(header[0])])


def _sentence(error: HTTPException, code: int) -> str:
    if isinstance(error, UnusableText):
        return str(error.description)
    return HTTP_ERROR_SENTENCES.get(code, error.name)


def _is_kept(name: str) -> bool:
    return name in ("Allow", "Retry-After")


def _answer_other_host(_error: SecurityError) -> ResponseReturnValue:
    """No page can be drawn here: its links would point to the host that is not ours."""
    sentence = "This address is not the one of ALIGNMENT_BASE_URL. Ask your administrator."
    return Response(sentence, 400, mimetype="text/plain")


def _answer_without_token(_error: CSRFError) -> ResponseReturnValue:
    reason = "This page was open for too long. Reload it and try again."
    return render_template("errors/403.html", reason=reason), 403


def _answer_busy(number: str) -> ResponseReturnValue:
    current_app.logger.error("The database did not answer; that was shown as number %s", number)
    page = current_app.jinja_env.get_template("errors/503.html").render(number=number)
    return Response(page, 503, {"Retry-After": "10"})


def _answer_fault(error: InternalServerError) -> ResponseReturnValue:
    """Nothing here may need the database: it may be what failed."""
    number = secrets.token_hex(4)
    if isinstance(error.original_exception, OperationalError | TimeoutError):
        return _answer_busy(number)
    current_app.logger.error("The fault above was shown as number %s", number)
    page = current_app.jinja_env.get_template("errors/500.html").render(number=number)
    return Response(page, 500)
