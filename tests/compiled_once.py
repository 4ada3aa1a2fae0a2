"""What a served application compiles once, compiled once for a process of the tests as well.

Most tests have a database and an application of their own, and each of these would translate the
same routes, templates and statements again: two thirds of the time of a test of a page.
"""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

STATEMENTS = 3_000


def share_compiled(patch: pytest.MonkeyPatch) -> None:
    """Let all applications and databases of this process share what they compile."""
    share_templates(patch)
    share_routes(patch)
    share_statements(patch)


class SharedTemplates(BytecodeCache):
    """The code of each template, as long as its text is the same."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


def share_templates(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Flask, "jinja_options", {"bytecode_cache": SharedTemplates()})


def share_routes(patch: pytest.MonkeyPatch) -> None:
    """An address is built by the same function for every rule that is spelt the same."""
    compile_anew = Rule._compile_builder
    builders: dict[object, Callable[..., tuple[str, str]]] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return compile_anew(rule, append_unknown)
        spelt = (rule.rule, tuple(rule._trace), append_unknown)
        if spelt not in builders:
            builders[spelt] = compile_anew(rule, append_unknown)
        return builders[spelt]

    patch.setattr(Rule, "_compile_builder", compile_once)


def share_statements(patch: pytest.MonkeyPatch) -> None:
    """Statements are kept by dialect: that of one SQLite file is that of every other."""
    statements: LRUCache[Any, Any] = LRUCache(STATEMENTS)

    def connect(url: str, **given: Any) -> Engine:
        engine = create_engine(url, **given)
        engine.update_execution_options(compiled_cache=statements)
        return engine

    patch.setattr("alignment.db.create_engine", connect)
    patch.setattr(SQLiteDialect_pysqlite, "__hash__", lambda self: hash(type(self)))
    patch.setattr(SQLiteDialect_pysqlite, "__eq__", lambda self, other: type(self) is type(other))
