from pathlib import Path

import pytest

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


@pytest.mark.parametrize("text", ["eighty", "-1", "70000", "²", "٨"])
def test_a_port_that_is_no_port_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadSetting, match="ALIGNMENT_PORT"):
        Settings.from_environment({"ALIGNMENT_PORT": text})


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(BadSetting, match="at least 32"):
        Settings.from_environment({"ALIGNMENT_SECRET_KEY": "dev"})


def test_an_address_without_a_scheme_is_refused() -> None:
    with pytest.raises(BadSetting, match="http://"):
        Settings.from_environment({"ALIGNMENT_BASE_URL": "alignment.example"})


def test_each_installation_makes_a_secret_of_its_own_and_keeps_it(tmp_path: Path) -> None:
    ours = Settings(data_dir=tmp_path / "ours")
    theirs = Settings(data_dir=tmp_path / "theirs")

    assert ours.secret() == ours.secret()
    assert ours.secret() != theirs.secret()
    assert len(ours.secret()) >= 32


def test_only_its_owner_can_read_the_kept_secret(tmp_path: Path) -> None:
    Settings(data_dir=tmp_path).secret()

    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_kept_secret_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short")

    with pytest.raises(BadSetting, match="Delete the file"):
        Settings(data_dir=tmp_path).secret()
