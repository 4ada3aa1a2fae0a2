import pytest

from alignment.web.session_cookies import browser_name, local_path

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
FIREFOX = "Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (CHROME, "Chrome on Linux"),
        (EDGE, "Edge on Windows"),
        (IPHONE, "Safari on iPhone"),
        (PHONE, "Chrome on Android"),
        (FIREFOX, "Firefox on Mac OS X"),
        ("<script>", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_named_as_a_person_would(app, text, name):
    with app.test_request_context(headers={"User-Agent": text}):
        assert browser_name() == name


@pytest.mark.parametrize("wish", ["/", "/people", "/people?page=2#sam", "/a//b"])
def test_a_page_of_ours_may_be_wished_for(wish):
    assert local_path(wish) == wish


@pytest.mark.parametrize(
    "wish",
    ["", "people", "//evil.test", "/\\evil.test", "https:evil.test", "/\t/evil.test", "/a\r\nb"],
)
def test_any_other_wish_leads_to_the_first_page(wish):
    assert local_path(wish) == "/"
