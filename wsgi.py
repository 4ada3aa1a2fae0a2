"""For a WSGI server: ``waitress-serve wsgi:app``."""

from alignment.app import create_app

app = create_app()
