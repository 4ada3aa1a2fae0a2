from pathlib import Path

import pytest

from alignment.app import create_app
from alignment.config import BadSetting, Settings


def test_without_any_setting_everything_has_a_default(tmp_path: Path) -> None:
    settings = Settings.from_environment({})

    assert settings.database == "sqlite:///var/alignment.db"
    assert settings.base_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({"ALIGNMENT_PORT": "8471"}, "http://127.0.0.1:8471"),
        ({"ALIGNMENT_HOST": "0.0.0.0"}, "http://127.0.0.1:8000"),
        ({"ALIGNMENT_HOST": "::1", "ALIGNMENT_PORT": "80"}, "http://[::1]"),
        ({"ALIGNMENT_HOST": "10.0.0.7"}, "http://10.0.0.7:8000"),
        (
            {"ALIGNMENT_PORT": "8471", "ALIGNMENT_BASE_URL": "https://a.example"},
            "https://a.example",
        ),
    ],
)
def test_links_lead_to_where_the_server_listens_unless_an_address_is_given(
    environment: dict[str, str], address: str
) -> None:
    assert Settings.from_environment(environment).base_url == address


def test_a_setting_is_read_from_its_variable() -> None:
    settings = Settings.from_environment(
        {"ALIGNMENT_PORT": "9000", "ALIGNMENT_BASE_URL": "https://alignment.example/"}
    )

    assert settings.port == 9000
    assert settings.base_url == "https://alignment.example"
    assert settings.is_https


HEX = "0123456789abcdef" * 2
UNUSABLE = {
    "PORT": ["eighty", "0", "-1", "1.5", "70000", "9" * 5_000, "²", "٨"],
    "HOST": ["300.1.1.1", "10.0.0", "no such host", "http://acme.test", "-acme", "[::1]"],
    "CONNECTIONS": ["0", "-1", "many", "70000"],
    "TRUSTED_PROXIES": ["-1", "one", "101"],
    "BASE_URL": [
        "alignment.example",
        "ftp://acme.test",
        "https://",
        "https://a b",
        "https://acme.test:99999",
        "https://acme.test/path",
        "https://acme.test?x=1",
        "https://user:pw@acme.test",
        "http://[::1",
    ],
    "DATABASE_URL": [
        "nonsense",
        "mysql://acme/db",
        "postgresql://acme/db",
        "postgresql+psycopg://acme:port/db",
        "sqlite://",
        "sqlite:///",
    ],
    "SECRET_KEY": ["dev", "a" * 40, " " * 40, "changeme" * 5, HEX],
    "INBOUND_SECRET": ["short", "12345678" * 5],
    "OUTGOING_HOSTS": ["relay", "relay:x", "http://relay:80", "relay:99999", "relay:80,other"],
    "REPLY_DOMAIN": ["no domain", "@acme.test", "sam@acme.test", "-x.test", "x..y"],
    "DEMO": ["yes", "true", "2"],
    "MAIL_URL": [
        "mail.example.com",
        "http://mail.example.com",
        "smtp://",
        "smtp://mail.example.com:port",
        "smtp://mail.example.com:0",
        "smtp://mail.example.com/folder",
        "smtp://[::1",
        "smtp+plain://mail.example.com:25",
    ],
    "MAIL_FROM": [
        "nobody",
        "a@b@c",
        "Alignment <>",
        "Alignment alignment@acme.test",
        "x\ny@z.test",
    ],
}


@pytest.mark.parametrize(
    ("name", "text"),
    [(name, text) for name, texts in UNUSABLE.items() for text in texts],
    ids=lambda text: text[:40],
)
def test_a_setting_that_cannot_be_used_is_refused_by_name(
    name: str, text: str, tmp_path: Path
) -> None:
    environment = {"ALIGNMENT_DATA_DIR": str(tmp_path), f"ALIGNMENT_{name}": text}

    with pytest.raises(BadSetting, match=rf"\AALIGNMENT_{name} .+\.?\Z") as refused:
        create_app(Settings.from_environment(environment))

    assert "SECRET" not in name or text not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("HOST", "0.0.0.0"),
        ("HOST", "::1"),
        ("BASE_URL", "https://align.acme.test:8443/"),
        ("BASE_URL", "http://[::1]:8000"),
        ("DATABASE_URL", "postgresql+psycopg://align:pw@db.acme.test:5432/align"),
        ("DATABASE_URL", "postgresql+psycopg:///align?host=/run/postgresql"),
        ("SECRET_KEY", "e0f2a69d1c4b4c8fb4b1c2d7a35e9f60"),
        ("OUTGOING_HOSTS", "relay.acme.test:8080, 10.0.0.7:80, [::1]:80"),
        ("REPLY_DOMAIN", "reply.acme.test"),
        ("MAIL_URL", "smtp://robot:p%40ss@mail.acme.test"),
        ("MAIL_FROM", "Alignment <alignment@localhost>"),
        ("MAIL_FROM", "align@acme.test"),
    ],
)
def test_a_setting_that_can_be_used_is_taken(name: str, text: str, tmp_path: Path) -> None:
    environment = {"ALIGNMENT_DATA_DIR": str(tmp_path), f"ALIGNMENT_{name}": text}

    create_app(Settings.from_environment(environment))


def test_every_setting_that_cannot_be_used_is_told_at_once() -> None:
    with pytest.raises(BadSetting) as refused:
        Settings.from_environment({"ALIGNMENT_PORT": "eighty", "ALIGNMENT_DEMO": "yes"})

    assert str(refused.value).splitlines() == [
        "ALIGNMENT_PORT must be a whole number from 1 to 65535, not 'eighty'.",
        "ALIGNMENT_DEMO must be 1 or 0.",
    ]


def test_each_installation_makes_a_secret_of_its_own_and_keeps_it(tmp_path: Path) -> None:
    ours = Settings(data_dir=tmp_path / "ours")
    theirs = Settings(data_dir=tmp_path / "theirs")

    assert ours.secret() == ours.secret()
    assert ours.secret() != theirs.secret()
    assert len(ours.secret()) >= 32


def test_a_secret_whose_file_is_deleted_meanwhile_stays_the_one_it_was(tmp_path: Path) -> None:
    before = Settings(data_dir=tmp_path).secret()
    (tmp_path / "secret_key").unlink()

    assert Settings(data_dir=tmp_path).secret() == before
    assert not (tmp_path / "secret_key").exists()


def test_only_its_owner_can_read_the_kept_secret(tmp_path: Path) -> None:
    Settings(data_dir=tmp_path).secret()

    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_kept_secret_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short")

    with pytest.raises(BadSetting, match="Delete the file"):
        Settings(data_dir=tmp_path).secret()
