"""Every setting: its environment variable, type and default."""

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from alignment.setting_rules import RULES, SHORTEST_SECRET

EVERYWHERE = {"", "0.0.0.0", "::"}  # noqa: S104 nothing listens because of this
HTTP_PORT = 80
RESTORE_UNFINISHED = "restore-unfinished"
"""The file in the data folder that says that a restore was broken off there."""


class BadSetting(Exception):
    """A setting cannot be used; ``str()`` says which, and what to put instead."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the operator decides; each field is ``ALIGNMENT_<FIELD>`` in the environment."""

    data_dir: Path = Path("var")
    """Where the embedded database, the secret key and uploaded files live."""
    database_url: str = ""
    """``postgresql+psycopg://user@host/name``; empty means SQLite in the data folder."""
    secret_key: str = ""
    """Signs sessions and links; empty means one made and kept in the data folder."""
    base_url: str = ""
    """The address people type; every link in a mail begins with it. Empty means the address at
    which this machine reaches the web server."""
    host: str = "127.0.0.1"
    port: int = 8000
    """Where the web server listens."""
    connections: int = 1000
    """How many browsers may be connected at once; each takes one file descriptor."""
    mail_url: str = ""
    """``smtp://user:password@host:587`` (STARTTLS), ``smtps://…`` (TLS) or, on this machine only,
    ``smtp+plain://127.0.0.1:25``; empty keeps messages readable on the Mail page."""
    mail_from: str = "Alignment <alignment@localhost>"
    """The sender of every mail."""
    trusted_proxies: int = 0
    """How many proxies in front may be believed about the caller's address."""
    outgoing_hosts: str = ""
    """``host:port``, several with commas: chat and webhooks may go there although it is not public
    or speaks plain http, such as a relay of the company."""
    slack_signing_secret: str = ""
    """Of the company's own Slack app; with it the buttons under messages in Slack act."""
    reply_domain: str = ""
    """A mail domain of which all mail is handed to us: answers to our mails then count, and reports
    that one did not arrive; empty means that nobody can answer."""
    inbound_secret: str = ""
    """What a mail gateway shows when it hands mail over by HTTP; empty means that none may."""
    demo: bool = False
    """Whether the Mail page shows secret links; ``alignment serve --demo`` sets it for its own."""

    def __post_init__(self) -> None:
        if not self.base_url:
            object.__setattr__(self, "base_url", _local_address(self.host, self.port))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; an unusable one raises ``BadSetting``."""
        named = {name: environment.get(f"ALIGNMENT_{name.upper()}") for name in cls.names()}
        given = {name: text for name, text in named.items() if text}
        if problems := [*_problems(given)]:
            raise BadSetting("\n".join(problems))
        return cls(**{name: _parse(name, text) for name, text in given.items()})

    @classmethod
    def names(cls) -> tuple[str, ...]:
        return tuple(cls.__dataclass_fields__)

    @property
    def database(self) -> str:
        """The address of the database in use."""
        return self.database_url or f"sqlite:///{self.data_dir / 'alignment.db'}"

    @property
    def own_hosts(self) -> frozenset[str]:
        """The hosts ("host:port") of ``outgoing_hosts``."""
        return frozenset(host.strip().lower() for host in self.outgoing_hosts.split(",")) - {""}

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    def secret(self) -> str:
        """The given key, else this installation's own, made once and readable by its owner only."""
        return self.secret_key or _kept_secret(self.data_dir / "secret_key")


def _problems(given: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with each setting that cannot be used."""
    for name, text in given.items():
        try:
            RULES.get(name, _take_any)(text.rstrip("/") if name == "base_url" else text)
        except ValueError as reason:
            yield f"ALIGNMENT_{name.upper()} {reason}"


def _take_any(_text: str) -> None:
    """Whoever uses the setting looks at it."""


def _parse(name: str, text: str) -> Any:
    if name in ("port", "trusted_proxies", "connections"):
        return int(text)
    if name == "demo":
        return text == "1"
    if name == "data_dir":
        return Path(text)
    return text.rstrip("/") if name == "base_url" else text


def _local_address(host: str, port: int) -> str:
    """A server that listens everywhere is reached at this machine as well."""
    reached = "127.0.0.1" if host in EVERYWHERE else host
    name = f"[{reached}]" if ":" in reached else reached
    return f"http://{name}" if port == HTTP_PORT else f"http://{name}:{port}"


@cache
def _kept_secret(path: Path) -> str:
    """Read once: where the folder is deleted meanwhile, no other key may take the place of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _long_enough(path)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return _long_enough(path)


def _long_enough(path: Path) -> str:
    secret = path.read_text().strip()
    if len(secret) < SHORTEST_SECRET:
        raise BadSetting(
            f"The secret key in {path} is too short. Delete the file to have one made."
        )
    return secret
