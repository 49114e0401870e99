"""The parts keep to their borders. What the rules are is in `tests.rules.imports`."""

from pathlib import PurePosixPath

import pytest

from tests.rules.imports import PACKAGES, ROOT, source_files, violations


def test_every_module_keeps_the_rules() -> None:
    files = source_files()
    assert {path.relative_to(ROOT).parts[0] for path in files} == {*PACKAGES, "wsgi.py"}
    broken = [
        line
        for path in files
        for line in violations(PurePosixPath(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
    ]
    assert broken == []


def long_function(lines: int) -> str:
    return "def long() -> None:\n" + "    pass\n" * (lines - 1)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("factcheck/services/a.py", "import indexer"),
        ("factcheck/services/a.py", "from bot.inbound.webhook import signature"),
        ("factcheck/services/a.py", "def f():\n    from editor_ui import app"),
        ("factcheck/a.py", "if TYPE_CHECKING:\n    from indexer.factory import build_search"),
        ("factcheck/a.py", "import importlib\nimportlib.import_module('bot.inbound.webhook')"),
        ("factcheck/a.py", "import tests.fakes"),
        ("factcheck/a.py", "from .services import jobs"),
        ("factcheck/matching/a.py", "from sqlalchemy.orm import Session"),
        ("factcheck/matching/a.py", "from factcheck.models import Article"),
        ("factcheck/matching/a.py", "from factcheck import errors"),
        ("indexer/a.py", "from bot import webhook"),
        ("indexer/a.py", "from editor_ui.app import create_app"),
        ("bot/a.py", "from editor_ui.text import clean"),
        ("bot/a.py", "from indexer.embedding.model import load"),
        ("bot/a.py", "import indexer"),
        ("bot/a.py", "from indexer.factory_of_something import x"),
        ("editor_ui/a.py", "from bot.inbound.webhook import signature"),
        ("editor_ui/a.py", "from indexer import reindex"),
        ("bot/simulator/a.py", "from factcheck.ports import Hit"),
        ("bot/simulator/a.py", "from bot.inbound.webhook import signature"),
        ("bot/simulator/a.py", "from indexer.factory import build_search"),
        ("factcheck/services/a.py", "import flask"),
        ("bot/inbound/queue.py", "import flask"),
        ("factcheck/services/a.py", "from flask_babel import gettext"),
        ("indexer/a.py", "from flask import request"),
        ("bot/outbound/outbox.py", "from linebot.v3.messaging import ApiClient"),
        ("indexer/a.py", "import elasticsearch"),
        ("bot/a.py", "from elasticsearch.helpers import bulk"),
        ("bot/a.py", "import os\nx = os.environ['A']"),
        ("bot/a.py", "import os\nx = os.getenv('A')"),
        ("bot/simulator/a.py", "from os import environ"),
        ("indexer/media/engine.py", "import os\nos.environ.get('A')"),
        ("indexer/media/a.py", "import os\nos.putenv('A', '1')"),
        ("wsgi.py", "import os\nos.environ.get('A')"),
        ("factcheck/a.py", "datetime.now(UTC)"),
        ("factcheck/a.py", "import datetime\ndatetime.datetime.utcnow()"),
        ("bot/a.py", "f(default_factory=datetime.now)"),
        ("editor_ui/a.py", "import time\ntime.time()"),
        ("factcheck/services/a.py", "def f(session):\n    session.commit()"),
        ("bot/a.py", "self.connection.commit()"),
        ("factcheck/services/a.py", "_COPY = aliased(Article)"),
        ("factcheck/a.py", "class A:\n    pairs = {1: (orm.aliased(Article), 2)}"),
        ("factcheck/services/__init__.py", "from factcheck.jobs.queue import claim"),
        ("factcheck/services/__init__.py", '"""Services."""'),
        ("bot/a.py", long_function(61)),
        ("bot/a.py", "x = 1\n" * 401),
    ],
)
def test_a_broken_rule_is_found(path: str, source: str) -> None:
    found = violations(PurePosixPath(path), source)
    assert len(found) == 1
    assert found[0].startswith(f"{path}:")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("wsgi.py", "import bot.inbound.webhook, editor_ui.app, indexer.factory, factcheck.settings, flask"),
        ("bot/a.py", "from indexer.factory import build_search\nfrom factcheck.services import jobs"),
        ("bot/inbound/webhook.py", "import flask"),
        ("bot/line/client.py", "from linebot.v3 import messaging"),
        (
            "bot/simulator/a.py",
            "from bot.simulator.world.store import Store\nimport flask\ndatetime.now(UTC)\nx.commit()",
        ),
        ("indexer/backends/a.py", "import elasticsearch\nfrom factcheck.ports import Hit\nconnection.commit()"),
        ("factcheck/matching/a.py", "from factcheck.ports import Hit\nfrom factcheck.matching.text.urls import x"),
        ("factcheck/settings.py", "import os\nos.environ.get('A')"),
        ("indexer/media/engine.py", "import os\nos.putenv('A', '1')"),
        ("factcheck/clock.py", "datetime.now(UTC)"),
        ("factcheck/db/session.py", "session.commit()"),
        ("factcheck/a.py", "_COPY = shared_alias(Article)\ndef f():\n    return aliased(Article)"),
        ("factcheck/api/ops.py", "from flask import Blueprint"),
        ("factcheck/models/__init__.py", "from factcheck.models.chat import Match"),
        ("factcheck/db/migrations/versions/0001.py", long_function(500)),
        ("bot/a.py", long_function(60)),
        ("bot/a.py", "x = 1\n" * 400),
        ("bot/a.py", "import time\ntime.monotonic()\ntime.perf_counter()\nclock.now()"),
        ("bot/__init__.py", "\n"),
    ],
)
def test_what_is_allowed_is_not_found(path: str, source: str) -> None:
    assert violations(PurePosixPath(path), source) == []
