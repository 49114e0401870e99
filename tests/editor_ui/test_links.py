"""What pages show of the addresses in messages and replies."""

from sqlalchemy import select

from factcheck.db.session import transaction
from factcheck.models import Article, Hyperlink, PageFault, PageState, Status
from factcheck.ports import FetchedPage
from factcheck.services.hyperlinks import keep
from tests.editor_ui.browser import Browser
from tests.editor_ui.world import World
from tests.pictures import jpeg

ADDRESS = "https://news.example/salt"
FOUND = FetchedPage(
    PageState.OK, 200, title="<b>Salt</b> cures", summary="All of it.", canonical="https://news.example/salt"
)


def looked_at(world: World, url: str, page: FetchedPage) -> None:
    with transaction(world.factory) as session:
        assert session.scalar(select(Hyperlink.url).where(Hyperlink.url == url))
        keep(session, {url: page}, now=world.clock())


def test_a_message_that_is_only_an_address_shows_its_page(visitor: Browser, world: World) -> None:
    article_id = world.article(f"{ADDRESS} ")
    world.article(f"Read this, it is true: {ADDRESS}")
    visitor.get("/")
    assert visitor.main.text.count("The page has not been looked at yet.") == 1
    looked_at(world, ADDRESS, FOUND)
    visitor.get("/")
    assert [node.text for node in visitor.root.with_class("links")] == ["<b>Salt</b> cures news.example"]
    visitor.get(f"/article/{article_id}")
    [shown] = visitor.root.with_class("links")
    assert "<b>Salt</b> cures news.example All of it." in shown.text
    [archived] = shown.all("a")
    assert archived.get("href") == f"https://web.archive.org/web/20260301120000/{ADDRESS}"


def test_the_picture_of_a_page_is_seen_by_who_opens_it(visitor: Browser, world: World) -> None:
    article_id = world.article(f"Read this: {ADDRESS}")
    looked_at(world, ADDRESS, FOUND)
    visitor.get(f"/article/{article_id}")
    assert not visitor.main.all("img")
    world.looked_at(ADDRESS, "Salt cures")
    visitor.get(f"/article/{article_id}")
    [fold] = visitor.root.with_class("links")[0].all("details")
    assert "open" not in fold.attrs
    assert "Nobody here has looked at it." in fold.text
    picture = fold.one("img")
    assert (picture.get("width"), picture.get("height"), picture.get("loading")) == ("320", "240", "lazy")
    answer = visitor.client.get(picture.get("src"))
    assert (answer.mimetype, answer.data) == ("image/jpeg", jpeg(1))
    assert not visitor.get("/?show=all").one("main").all("img"), "none in lists"
    with transaction(world.factory) as session:
        session.get_one(Article, article_id).status = Status.BLOCKED
    assert visitor.client.get(picture.get("src")).status_code == 404


def test_a_reference_that_is_gone_is_said_and_its_copy_linked(visitor: Browser, world: World) -> None:
    article_id = world.article("Salt cures all.")
    reply_id = world.reply(article_id, reference=f"The paper: {ADDRESS}")
    looked_at(world, ADDRESS, FOUND)
    looked_at(world, ADDRESS, FetchedPage(PageState.GONE, 404, archived="https://web.archive.org/web/1/copy"))
    for path in (f"/article/{article_id}", f"/reply/{reply_id}"):
        visitor.get(path)
        [shown] = visitor.root.with_class("links")
        assert "<b>Salt</b> cures" in shown.text
        assert "This page is gone." in shown.text
        assert [link.get("href") for link in shown.all("a")] == ["https://web.archive.org/web/1/copy"]


def test_whoever_wrote_a_reply_learns_that_its_reference_is_gone(
    volunteer: Browser, visitor: Browser, world: World
) -> None:
    mine = world.reply(world.article("Salt cures all."), reference=ADDRESS, by="amy@example.org")
    world.reply(world.article("Sugar, too."), reference="https://other.example/x")
    volunteer.get("/me")
    assert "References that are gone" not in volunteer.main.text
    for url in (ADDRESS, "https://other.example/x"):
        looked_at(world, url, FetchedPage(PageState.GONE, 404))
    volunteer.get("/me")
    [shown] = volunteer.root.with_class("links")
    assert "news.example" in shown.text
    assert "other.example" not in shown.text
    assert shown.all("a", href=f"/reply/{mine}")


def test_an_address_inside_is_offered_nowhere(visitor: Browser, world: World) -> None:
    article_id = world.article("Look: http://10.0.0.1/secret")
    looked_at(world, "http://10.0.0.1/secret", FetchedPage(PageState.REFUSED, fault=PageFault.NOT_PUBLIC))
    visitor.get(f"/article/{article_id}")
    [shown] = visitor.root.with_class("links")
    assert "We do not open this address." in shown.text
    assert shown.all("a") == []
