"""`python -m tests.screenshots FOLDER [LANGUAGE [dark]]`: a picture of every page, on a phone and on a desk, over the
invented messages; what a page looks like is judged by looking."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from editor_ui.app import create_app
from editor_ui.language import COOKIE
from editor_ui.sessions import SESSION_COOKIE
from factcheck.clock import utc_now
from factcheck.db.migrate import migrate
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from factcheck.models import Article
from factcheck.settings import Settings
from factcheck.trial_data import load_fixtures
from tests.chromium import chromium
from tests.editor_ui.browser import logged_in
from tests.editor_ui.every_page import Shown, addresses, after_forms, populate
from tests.editor_ui.world import SECRET, World
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.mailer import FakeMailer
from tests.fakes.search import FakeSearch
from tests.serving import wsgi_server

WIDTHS = (360, 1280)


def main(folder: Path, language: str, scheme: str) -> None:
    with TemporaryDirectory() as var:
        engine = make_engine(f"sqlite:///{var}/factline.sqlite")
        migrate(engine)
        factory = make_session_factory(engine)
        with transaction(factory) as session:
            load_fixtures(session, secret_key=SECRET, now=utc_now())
        search, embedder = FakeSearch(), FakeEmbedder()
        world = World(factory, search, embedder, utc_now)
        with read_only(factory) as session:
            texts = dict(session.execute(select(Article.id, Article.text)).all())
        for article_id, text in texts.items():
            world.index(article_id, text)
        shown = populate(world)
        with wsgi_server() as (server, site), chromium() as browser:
            app = server.app = make_app(factory, search, embedder, site, language)
            for width in WIDTHS:
                context = browser.new_context(
                    viewport={"width": width, "height": 800}, locale=language, color_scheme=scheme
                )
                context.add_cookies([{"name": COOKIE, "value": language, "url": site}])
                take(context.new_page(), app, world, site, shown, folder / str(width))
                context.close()
        engine.dispose()


def make_app(factory: SessionFactory, search: FakeSearch, embedder: FakeEmbedder, site: str, language: str) -> Flask:
    settings = Settings(secret_key=SECRET, base_url=site, default_locale=language, trial=True)
    return create_app(settings, factory, search=search, embedder=embedder, mailer=FakeMailer())


def take(page: Page, app: Flask, world: World, site: str, shown: Shown, folder: Path) -> None:
    """Takes what a stranger sees, and then what differs for somebody who is logged in."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, address in addresses(app, app.test_client(), shown).items():
        page.goto(site + address)
        picture(page, folder, name)
    for name, go in after_forms(page, site, shown):
        go()
        picture(page, folder, name)
    client = logged_in(app, world, "amy@example.org").client
    cookie = client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": cookie.value, "url": site}])
    for name, address in addresses(app, client, shown).items():
        page.goto(site + address)
        picture(page, folder, f"{name}, logged in")


def picture(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=True)


if __name__ == "__main__":
    chosen = [*sys.argv[2:], *("zh-Hant", "light")[len(sys.argv[2:]) :]]
    main(Path(sys.argv[1]), *chosen[:2])
