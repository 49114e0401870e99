import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import InvalidInputError, NotFoundError
from factcheck.ids import article_id
from factcheck.limits import MAX_REASON_LENGTH, MAX_TEXT_LENGTH
from factcheck.models import Article, ArticleHyperlink, Job, ReplyRequest, Status
from factcheck.services.articles import (
    find_exact,
    get_article,
    load_articles,
    request_check,
    submit_article,
)
from factcheck.services.indexing import INDEX_ARTICLE
from tests.conftest import MovableClock
from tests.factcheck.world import NOW, add_article, add_reply, add_user, at_once, user

TEXT = "Drinking garlic water cures the flu, see http://example.org/garlic and http://example.org/water"


def test_the_same_text_is_one_article_with_one_request_a_person(factory: SessionFactory, clock: MovableClock) -> None:
    with transaction(factory) as session:
        first = add_article(session, TEXT, "anna")
        assert first.id == article_id(TEXT)
        assert first.version == 1
        clock.advance(hours=1)
        again = add_article(session, TEXT, "ben", now=clock())
        assert again is first
        add_article(session, TEXT, "ben", now=clock())
    with read_only(factory) as session:
        article = get_article(session, article_id(TEXT))
        assert (article.text, article.user_id, article.created_at) == (TEXT, "anna", NOW)
        assert article.references == ["LINE", "LINE", "LINE"]
        assert article.reply_request_count == 2
        assert {request.user_id for request in article.reply_requests} == {"anna", "ben"}
        assert article.last_requested_at == clock()


def test_a_new_article_is_indexed_and_keeps_its_links(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        add_article(session, TEXT, "anna")
        add_article(session, TEXT, "ben")
    with read_only(factory) as session:
        jobs = session.scalars(select(Job).where(Job.kind == INDEX_ARTICLE)).all()
        assert [job.payload for job in jobs] == [{"article_id": article_id(TEXT)}]
        assert len(session.scalars(select(ArticleHyperlink.url)).all()) == 2


@pytest.mark.parametrize("text", ["", " \n\t　"])
def test_an_empty_message_is_refused(factory: SessionFactory, text: str) -> None:
    with transaction(factory) as session, pytest.raises(InvalidInputError) as caught:
        add_article(session, text)
    assert caught.value.field == "text"


def test_the_longest_message_is_taken_and_a_longer_one_refused(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        assert len(add_article(session, "長" * MAX_TEXT_LENGTH).text) == MAX_TEXT_LENGTH
        with pytest.raises(InvalidInputError) as caught:
            add_article(session, "長" * (MAX_TEXT_LENGTH + 1))
    assert caught.value.values == {"limit": MAX_TEXT_LENGTH}
    with read_only(factory) as session:
        assert session.scalar(select(func.count()).select_from(Article)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "👨‍👩‍👧‍👦🏳️‍🌈 e\u0301 \u202eabc\u202c",
        "'; DROP TABLE articles; -- %s %(x)s :name \\",
        "  spaces and\r\nline ends stay \n",
        "\U0010ffff\ufeff\u0001",
    ],
)
def test_odd_text_is_kept_exactly(factory: SessionFactory, text: str) -> None:
    with transaction(factory) as session:
        add_article(session, text)
    with read_only(factory) as session:
        assert get_article(session, article_id(text)).text == text


def test_texts_that_differ_in_a_space_are_two_articles(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        assert add_article(session, TEXT).id != add_article(session, TEXT + " ").id


def test_a_later_reason_replaces_an_earlier_one_and_silence_does_not(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article, ben = add_article(session, TEXT), user(session, "ben")
        assert request_check(session, article, ben, now=NOW, reason="my aunt sent it")
        assert not request_check(session, article, ben, now=NOW, reason="everybody sends it")
        assert not request_check(session, article, ben, now=NOW)
    with read_only(factory) as session:
        request = session.scalars(select(ReplyRequest).where(ReplyRequest.user_id == "ben")).one()
        assert request.reason == "everybody sends it"


def test_a_reason_has_a_limit(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article, ben = add_article(session, TEXT), user(session, "ben")
        with pytest.raises(InvalidInputError):
            request_check(session, article, ben, now=NOW, reason="x" * (MAX_REASON_LENGTH + 1))
        assert article.reply_request_count == 1
        assert request_check(session, article, ben, now=NOW, reason="x" * MAX_REASON_LENGTH)


def test_requests_that_moderation_hid_are_not_counted(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article = add_article(session, TEXT)
        session.scalars(select(ReplyRequest)).one().status = Status.BLOCKED
        request_check(session, article, user(session, "ben"), now=NOW)
        assert article.reply_request_count == 1


@pytest.mark.parametrize("status", [Status.BLOCKED, Status.DELETED])
def test_a_hidden_article_is_found_nowhere(factory: SessionFactory, status: Status) -> None:
    with transaction(factory) as session:
        article = add_article(session, TEXT)
        article.status = status
        session.flush()
        with pytest.raises(NotFoundError):
            get_article(session, article.id)
        assert load_articles(session, [article.id]) == []
        assert find_exact(session, TEXT) is None
        assert find_exact(session, TEXT.upper()) is None


def test_unknown_articles(factory: SessionFactory) -> None:
    with read_only(factory) as session:
        with pytest.raises(NotFoundError):
            get_article(session, "nothing")
        assert load_articles(session, []) == []
        assert find_exact(session, TEXT) is None


def test_articles_come_in_the_order_asked_for(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        ids = [add_article(session, f"message number {number}").id for number in range(5)]
    wanted = [ids[3], "nothing", ids[0], ids[4]]
    with read_only(factory) as session:
        assert [article.id for article in load_articles(session, wanted)] == [ids[3], ids[0], ids[4]]


def test_an_exact_text_goes_before_the_same_text_in_another_form(factory: SessionFactory) -> None:
    words, links = TEXT.split("http", 1)  # another case of a link may be another page
    shouting = f"{words.upper()}http{links}"
    with transaction(factory) as session:
        plain, shouted = add_article(session, TEXT), add_article(session, shouting)
        assert plain.fingerprint == shouted.fingerprint != ""
        add_reply(session, plain)
        assert find_exact(session, shouting) is shouted
        found = find_exact(session, f"{words.title()}http{links}")
        assert found is plain, "the answered one of several"


def test_what_has_no_fingerprint_is_only_found_exactly(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article = add_article(session, "!!!")
        assert article.fingerprint == ""
        assert find_exact(session, "!!!") is article
        assert find_exact(session, "???") is None


def test_two_first_submissions_at_once_end_as_one_article(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        add_user(session, "anna")
        add_user(session, "ben")

    def submit(key: str) -> None:
        with transaction(factory) as session:
            submit_article(session, TEXT, user(session, key), now=NOW)

    results = at_once(lambda: submit("anna"), lambda: submit("ben"))
    for key, result in zip(("anna", "ben"), results, strict=True):
        if result is not None:
            assert isinstance(result, IntegrityError)
            submit(key)  # what the worker does after a failure
    with read_only(factory) as session:
        article = get_article(session, article_id(TEXT))
        assert article.reply_request_count == len(article.reply_requests) == 2
        assert len(article.references) == 2
        assert session.scalar(select(func.count()).where(Job.kind == INDEX_ARTICLE)) == 1


def test_the_loser_of_a_race_for_a_new_text_succeeds_when_tried_again(postgresql_factory: SessionFactory) -> None:
    with transaction(postgresql_factory) as session:
        add_user(session, "anna")
        add_user(session, "ben")
    anna_session, ben_session = postgresql_factory(), postgresql_factory()
    with anna_session, ben_session:
        assert ben_session.get(Article, article_id(TEXT)) is None
        submit_article(anna_session, TEXT, user(anna_session, "anna"), now=NOW)
        results = at_once(
            lambda: submit_article(ben_session, TEXT, user(ben_session, "ben"), now=NOW), anna_session.commit
        )
        if results[0] is None or isinstance(results[0], IntegrityError):
            ben_session.rollback()
            submit_article(ben_session, TEXT, user(ben_session, "ben"), now=NOW)
        ben_session.commit()
    with read_only(postgresql_factory) as session:
        assert get_article(session, article_id(TEXT)).reply_request_count == 2


def test_everybody_who_asks_at_once_is_counted(factory: SessionFactory) -> None:
    people = [f"person-{number}" for number in range(8)]
    with transaction(factory) as session:
        add_article(session, TEXT)
        for key in people:
            add_user(session, key)

    def ask(key: str) -> None:
        with transaction(factory) as session:
            submit_article(session, TEXT, user(session, key), now=NOW)

    assert at_once(*(lambda key=key: ask(key) for key in people)) == [None] * 8  # type: ignore[misc]
    with read_only(factory) as session:
        article = get_article(session, article_id(TEXT))
        assert article.reply_request_count == len(article.reply_requests) == 9
        assert len(article.references) == 9


def test_one_person_who_asks_twice_at_once_is_counted_once(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        add_article(session, TEXT)
        add_user(session, "ben")

    def ask() -> bool:
        with transaction(factory) as session:
            article = session.get_one(Article, article_id(TEXT))
            return request_check(session, article, user(session, "ben"), now=NOW)

    assert sorted(at_once(ask, ask), key=bool) == [False, True]
    with read_only(factory) as session:
        assert get_article(session, article_id(TEXT)).reply_request_count == 2


def test_a_count_is_taken_from_the_rows_not_from_what_was_read_before(postgresql_factory: SessionFactory) -> None:
    with transaction(postgresql_factory) as session:
        add_article(session, TEXT, "anna")
        add_user(session, "ben")
        add_user(session, "cem")
    with transaction(postgresql_factory) as slow:
        article = get_article(slow, article_id(TEXT))
        with transaction(postgresql_factory) as quick:
            submit_article(quick, TEXT, user(quick, "ben"), now=NOW)
        submit_article(slow, TEXT, user(slow, "cem"), now=NOW)
        assert article.reply_request_count == 3
    with read_only(postgresql_factory) as session:
        article = get_article(session, article_id(TEXT))
        assert article.reply_request_count == 3
        assert len(article.references) == 3, "no submission is forgotten"
