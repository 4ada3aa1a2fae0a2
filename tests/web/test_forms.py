from werkzeug.datastructures import MultiDict

from alignment.web.forms import submitted_fields


def test_the_token_of_the_page_is_not_what_the_person_typed():
    form = MultiDict([("csrf_token", "x"), ("name", " Mona "), ("role", "")])

    assert submitted_fields(form) == {"name": " Mona ", "role": ""}
