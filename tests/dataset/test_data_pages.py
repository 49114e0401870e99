"""The page on a small app of its own, with a base template of the same blocks as the real one."""

import hashlib
import html
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader

import editor_ui
from editor_ui.dependencies import EXTENSION, make_parts
from editor_ui.pages.data import blueprint, size_text
from factcheck.clock import utc_now
from factcheck.dataset.all_files import DATA_FILES
from factcheck.dataset.papers import PAPERS
from factcheck.dataset.publish import publish_dataset
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, transaction
from factcheck.settings import Settings, load_settings
from tests.conftest import MovableClock
from tests.dataset.sample import fill

BASE = "<!doctype html><title>{% block title %}{% endblock %}</title><main>{% block content %}{% endblock %}</main>"
LICENCE = "CC BY-SA 4.0"
TEMPLATES = Path(editor_ui.__file__).parent / "templates"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(var_dir=tmp_path / "var", base_url="https://facts.example", dataset_licence=LICENCE)


@pytest.fixture
def app(settings: Settings) -> Flask:
    app = Flask("stub")
    app.jinja_loader = ChoiceLoader([DictLoader({"base.html": BASE}), FileSystemLoader(TEMPLATES)])
    Babel(app)
    app.jinja_env.globals["asset"] = lambda name: f"/static/{name}"
    nothing: Any = None
    app.extensions[EXTENSION] = make_parts(
        settings, nothing, search=nothing, embedder=nothing, mailer=nothing, clock=utc_now
    )
    app.register_blueprint(blueprint)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def release(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests, which look at copies of it."""
    folder = tmp_path_factory.mktemp("release")
    shutil.copy(sqlite_template, folder / "factline.sqlite")
    engine = make_engine(f"sqlite:///{folder}/factline.sqlite")
    factory = make_session_factory(engine)
    with transaction(factory) as session:
        fill(session)
    made = publish_dataset(factory, folder / "dataset", clock=MovableClock(), licence=LICENCE)
    engine.dispose()
    return made


@pytest.fixture
def export(settings: Settings, release: Path) -> Path:
    shutil.copytree(release.parent, settings.resolved_dataset_dir, symlinks=True)
    return settings.resolved_dataset_dir / release.name


def test_before_the_first_export(client: FlaskClient) -> None:
    answer = client.get("/data/")
    assert answer.status_code == 200
    assert "There is no export yet." in answer.text
    assert "CC BY-SA 4.0" in answer.text
    assert client.get("/data/latest/articles.csv.zip").status_code == 404


def test_the_page_says_what_there_is(client: FlaskClient, export: Path) -> None:
    page = client.get("/data/").text
    assert "2026-03-01T12:00:00.000Z" in page
    assert (
        f"Factline open dataset, release of 2026-03-01, CC BY-SA 4.0, https://facts.example/data/{export.name}/" in page
    )
    manifest = json.loads((export / "manifest.json").read_text())
    for file in manifest["files"]:
        assert f'href="/data/{export.name}/{file["name"]}"' in page
        assert f'href="/data/{export.name}/{file["parquet"]["name"]}"' in page
    assert f'href="/data/{export.name}/everything.zip"' in page
    assert all(bias in page.replace("&#39;", "'") for bias in manifest["biases"])
    assert '<rect class="mark articles"' in page
    unescaped = html.unescape(page)
    for file in DATA_FILES:
        assert all(column.description in unescaped for column in file.columns)


def test_every_link_of_the_page_works(client: FlaskClient, export: Path) -> None:
    links = re.findall(r'href="(/data/[^"]+)"', client.get("/data/").text)
    # Both formats, the archive, the papers, the notebook, and the release itself.
    assert len(links) == 2 * len(DATA_FILES) + 1 + len(PAPERS) + 2
    for link in links:
        with client.get(link) as answer:
            assert answer.status_code == 200


def test_a_download_is_the_file(client: FlaskClient, export: Path) -> None:
    with client.get(f"/data/{export.name}/articles.csv.zip") as answer:
        assert answer.mimetype == "application/zip"
        assert answer.headers["Content-Disposition"] == "attachment; filename=articles.csv.zip"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["ETag"].strip('"') == hashlib.sha256(answer.data).hexdigest()
        assert zipfile.ZipFile(io.BytesIO(answer.data)).namelist() == ["articles.csv"]


def test_a_download_can_be_taken_up_again(client: FlaskClient, export: Path) -> None:
    address = f"/data/{export.name}/articles.csv.zip"
    whole = (export / "articles.csv.zip").read_bytes()
    etag = f'"{hashlib.sha256(whole).hexdigest()}"'
    with client.get(address, headers={"Range": "bytes=100-", "If-Range": etag}) as rest:
        assert rest.status_code == 206
        assert rest.data == whole[100:]
    with client.get(address, headers={"Range": "bytes=100-", "If-Range": '"an older one"'}) as other:
        assert (other.status_code, other.data) == (200, whole)
    with client.get(address, headers={"If-None-Match": etag}) as same:
        assert (same.status_code, same.data) == (304, b"")
    with client.get(address, headers={"Range": "bytes=999999999-"}) as beyond:
        assert beyond.status_code == 416


def test_the_steady_address_leads_to_the_newest(
    client: FlaskClient,
    export: Path,
    settings: Settings,
    new_database: Callable[[], SessionFactory],
    clock: MovableClock,
) -> None:
    first = client.get("/data/latest/replies.csv.zip")
    assert (first.status_code, first.location) == (302, f"/data/{export.name}/replies.csv.zip")
    clock.advance(days=1)
    newer = publish_dataset(new_database(), settings.resolved_dataset_dir, clock=clock, licence="L")
    assert client.get("/data/latest/replies.csv.zip").location == f"/data/{newer.name}/replies.csv.zip"
    with client.get(first.location) as answer:
        assert answer.status_code == 200


def test_a_release_has_a_page_that_stays(
    client: FlaskClient,
    export: Path,
    settings: Settings,
    new_database: Callable[[], SessionFactory],
    clock: MovableClock,
) -> None:
    clock.advance(days=7)
    newer = publish_dataset(new_database(), settings.resolved_dataset_dir, clock=clock, licence="L")
    page = client.get(f"/data/{export.name}/").text
    assert "2026-03-01T12:00:00.000Z" in page
    assert "An earlier release" in page
    assert "What has changed" in client.get(f"/data/{newer.name}/").text
    assert client.get("/data/").text == client.get(f"/data/{newer.name}/").text


def test_a_release_of_before_there_was_a_card_is_shown(client: FlaskClient, export: Path) -> None:
    """Its manifest says less, and it has fewer files."""
    manifest = json.loads((export / "manifest.json").read_text())
    for name in ("code_version", "user_key", "address", "biases", "changes"):
        del manifest[name]
    for file in manifest["files"]:
        del file["parquet"], file["by_year"], file["is_in_cofacts"]
        file["columns"] = [{key: column[key] for key in ("name", "description")} for column in file["columns"]]
    (export / "manifest.json").write_text(json.dumps(manifest))
    for name in (*PAPERS, "everything.zip"):
        if name != "manifest.json":
            (export / name).unlink()
    (export / "README.txt").write_text("as it was")
    page = client.get("/data/").text
    assert f'href="/data/{export.name}/README.txt"' in page
    assert "everything.zip" not in page
    with client.get(f"/data/{export.name}/README.txt") as answer:
        assert answer.text == "as it was"


@pytest.mark.parametrize(
    "path",
    [
        "{export}/.lock",
        "{export}/secret.txt",
        "{export}/..%2Flatest.json",
        "{export}/..%2f..%2ffactline.sqlite",
        "{export}/articles.csv",
        "..%2f{export}/articles.csv.zip",
        "../{export}/articles.csv.zip",
        "20200101T000000Z/articles.csv.zip",
        "latest.json",
        "latest/secret.txt",
        "latest/..%2flatest.json",
        ".draft-abc/articles.csv.zip",
        "20200101T000000Z/",
    ],
)
def test_nothing_else_can_be_fetched(client: FlaskClient, export: Path, path: str) -> None:
    (export / "secret.txt").write_text("mine")
    assert client.get(f"/data/{path.format(export=export.name)}", follow_redirects=True).status_code == 404


def test_sizes_as_people_read_them(app: Flask) -> None:
    with app.test_request_context():
        assert [size_text(n) for n in (0, 999, 1000, 1_305_976, 2_500_000_000)] == [
            "0 B",
            "999 B",
            "1 kB",
            "1.3 MB",
            "2.5 GB",
        ]
