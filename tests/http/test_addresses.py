"""Which addresses people may type, and which numbers we may connect to."""

import pytest

from alignment.http.addresses import NotAllowed, is_public, parse_url


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/hook",
        "https://localhost/hook",
        "https://127.1/hook",
        "https://2130706433/hook",
        "https://0x7f.1/hook",
        "https://0177.0.0.1/hook",
        "https://①②⑦.⓪.⓪.①/hook",
        "https://[::1]/hook",
        "https://[::ffff:127.0.0.1]/hook",
        "https://[64:ff9b::7f00:1]/hook",
        "https://[fd00::1]/hook",
        "https://[fe80::1]/hook",
        "https://169.254.169.254/latest",
        "https://100.64.0.1/",
        "https://metadata.google.internal/",
        "https://printer/",
        "file:///etc/passwd",
        "gopher://acme.test/",
        "ftp://acme.test/",
        "javascript:alert(1)",
        "http://hooks.acme.test/",
        "https://user:pw@acme.test/",
        "https://acme.test:22/",
        "https://acme.test:5432/",
        "https://acme.test:99999/",
        "https://acme.test:x/",
        "https://" + "a" * 300 + ".test/",
        "https://ac me.test/",
        "https://good.test\\@evil.test/",
        "https://acme.test/\r\nX-Header: 1",
        "https:///hook",
        "https://[::1/hook",
        "https://acme.test/" + "a" * 2000,
        "",
    ],
)
def test_an_address_that_may_lead_into_our_network_is_refused(url):
    with pytest.raises(NotAllowed, match=r"Give a public https address\.$"):
        parse_url(url)


@pytest.mark.parametrize(
    ("url", "host", "port", "target"),
    [
        ("https://hooks.slack.com/services/T/B/x", "hooks.slack.com", 443, "/services/T/B/x"),
        ("https://Acme.Test:8443/in?key=1", "acme.test", 8443, "/in?key=1"),
        ("https://acme.test.", "acme.test", 443, "/"),
        ("https://8.8.8.8/", "8.8.8.8", 443, "/"),
    ],
)
def test_a_public_https_address_is_taken(url, host, port, target):
    address = parse_url(url)

    assert (address.host, address.port, address.target) == (host, port, target)
    assert (address.is_https, address.is_own) == (True, False)


def test_the_operator_may_name_a_host_of_the_company():
    own = frozenset({"127.0.0.1:8025"})

    assert parse_url("http://127.0.0.1:8025/in", own_hosts=own).is_own
    with pytest.raises(NotAllowed):
        parse_url("http://127.0.0.1:8026/in", own_hosts=own)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://acme.test/", "acme.test"),
        ("https://acme.test:8443/", "acme.test:8443"),
        ("https://[2606:4700::1111]/", "[2606:4700::1111]"),
    ],
)
def test_the_host_is_named_as_the_other_side_knows_it(url, name):
    assert parse_url(url).name == name


@pytest.mark.parametrize(
    "number",
    [
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "192.88.99.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "0.0.0.0",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001::1",
        "2001:db8::1",
        "fc00::1",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
    ],
)
def test_a_number_of_a_private_or_special_network_is_not_public(number):
    assert not is_public(number)


@pytest.mark.parametrize("number", ["8.8.8.8", "::ffff:8.8.8.8", "2606:4700:4700::1111"])
def test_a_number_of_the_internet_is_public(number):
    assert is_public(number)
