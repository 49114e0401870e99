"""Files as they come from elsewhere, and from other years."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from factcheck import ids
from factcheck.clock import Clock
from factcheck.dataset.errors import DatasetError
from factcheck.dataset.importer import import_dataset
from factcheck.dataset.recount import recount
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.limits import MAX_IMPORTED_TEXT, MAX_ROW, SMALL_FILE_BYTES
from factcheck.matching.text.normalise import fingerprint
from factcheck.models import Article, ArticleReply, ArticleReplyFeedback, Job, Reply, ReplyRequest, User
from factcheck.services import articles, users
from tests.dataset.reading import put
from tests.dataset.sample import bulk

HASH = "ab" * 32
OTHER = "cd" * 32
MESSAGE = "Drinking mango juice with shrimp is deadly"
BARE = "a bare\rreturn"
MESSAGE_ID = ids.article_id(MESSAGE)

OLD_ARTICLES = "id,references,userIdsha256,appId,normalArticleReplyCount,replyRequestCount,text,hyperlinks,createdAt\n"
OLD_LINKS = (
    "articleId,replyId,userIdsha256,negativeFeedbackCount,positiveFeedbackCount,replyType,appId,status,createdAt\n"
)
OLD_VOTES = "articleId,replyId,score,comment,userIdsha256,appId,createdAt\n"
OLD_REQUESTS = "articleId,reason,positiveFeedbackCount,negativeFeedbackCount,userIdsha256,appId,createdAt\n"
TIME = "2018-05-19T12:54:19.847Z"


def put_old_files(folder: Path) -> None:
    """An article with a reply, as files of 2019 had them."""
    put(folder, "articles", f"{OLD_ARTICLES}{MESSAGE_ID},LINE,,RUMORS_LINE_BOT,7,9,{MESSAGE},,{TIME}\n")
    put(folder, "replies", f"id,type,reference,userIdsha256,appId,text,createdAt\nR1,RUMOR,,{HASH},WEBSITE,No,\n")
    put(folder, "article_replies", f"{OLD_LINKS}{MESSAGE_ID},R1,{HASH},8,40,RUMOR,WEBSITE,NORMAL,{TIME}\n")
    put(
        folder,
        "article_reply_feedbacks",
        f"{OLD_VOTES}{MESSAGE_ID},R1,1,,{OTHER},RUMORS_LINE_BOT,{TIME}\n{MESSAGE_ID},R1,-1,why?,{HASH},WEBSITE,\n",
    )
    put(folder, "reply_requests", f"{OLD_REQUESTS}{MESSAGE_ID},is it so?,1,0,{OTHER},RUMORS_LINE_BOT,{TIME}\n")


def test_files_of_2019(factory: SessionFactory, tmp_path: Path) -> None:
    put_old_files(tmp_path)
    report = import_dataset(factory, tmp_path)
    assert {file.name: file.new for file in report.files} == {
        "articles": 1,
        "replies": 1,
        "article_replies": 1,
        "reply_requests": 1,
        "article_reply_feedbacks": 2,
    }
    with read_only(factory) as session:
        article = session.get_one(Article, MESSAGE_ID)
        assert (article.text, article.references, article.status) == (MESSAGE, ["LINE"], "NORMAL")
        assert article.fingerprint == fingerprint(MESSAGE)
        assert article.user_id is None
        assert article.created_at is not None
        assert article.created_at.isoformat() == "2018-05-19T12:54:19.847000+00:00"
        assert session.get_one(Reply, "R1").created_at is None
        assert {row.status for row in session.scalars(select(ArticleReplyFeedback))} == {"NORMAL"}


def test_counters_say_what_the_rows_say(factory: SessionFactory, tmp_path: Path) -> None:
    put_old_files(tmp_path)
    report = import_dataset(factory, tmp_path)
    with read_only(factory) as session:
        article = session.get_one(Article, MESSAGE_ID)
        link = session.get_one(ArticleReply, (MESSAGE_ID, "R1"))
        assert (article.normal_article_reply_count, article.reply_request_count) == (1, 1)
        assert (link.positive_feedback_count, link.negative_feedback_count) == (1, 1)
    assert report.recounted == 2


def test_people_are_one_user_a_hash(factory: SessionFactory, tmp_path: Path) -> None:
    put_old_files(tmp_path)
    votes = f"{OLD_VOTES}{MESSAGE_ID},R1,1,,{OTHER},SOME_OTHER_APP,{TIME}\n"
    import_dataset(factory, tmp_path)
    put(tmp_path, "article_reply_feedbacks", votes)
    report = import_dataset(factory, tmp_path)
    assert report.file("article_reply_feedbacks").already_there == 1
    with read_only(factory) as session:
        people = {user.published_id: user for user in session.scalars(select(User))}
        assert set(people) == {HASH, OTHER}
        assert people[OTHER].app_id == "RUMORS_LINE_BOT"
        assert people[HASH].name
        assert not people[HASH].is_friend
        assert session.get_one(Reply, "R1").user_id == people[HASH].id
        assert HASH not in {user.id for user in people.values()}


def test_a_native_user_is_recognised_by_the_published_hash(
    factory: SessionFactory, tmp_path: Path, clock: Clock
) -> None:
    with transaction(factory) as session:
        native = users.get_or_create_line_user(session, "Uabc", secret_key="k", locale=None, now=clock())
        article = articles.submit_article(session, MESSAGE, native, now=clock(), reason="mine")
    row = f"{article.id},theirs,0,0,{native.published_id},RUMORS_LINE_BOT,{TIME}\n"
    put(tmp_path, "reply_requests", OLD_REQUESTS + row)
    assert import_dataset(factory, tmp_path).file("reply_requests").already_there == 1
    with read_only(factory) as session:
        assert session.scalars(select(ReplyRequest.reason)).all() == ["mine"]
        assert session.scalar(select(func.count()).select_from(User)) == 1


def test_existing_rows_are_not_overwritten(factory: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    with transaction(factory) as session:
        user = users.get_or_create_line_user(session, "Uabc", secret_key="k", locale=None, now=clock())
        articles.submit_article(session, MESSAGE, user, now=clock())
        version = session.get_one(Article, MESSAGE_ID).version
    put(tmp_path, "articles", f"{OLD_ARTICLES}{MESSAGE_ID},URL,,OTHER,0,0,{MESSAGE},,{TIME}\n")
    import_dataset(factory, tmp_path)
    with read_only(factory) as session:
        article = session.get_one(Article, MESSAGE_ID)
        assert (article.references, article.user_id, article.version) == (["LINE"], user.id, version)
        assert article.created_at == clock()


def test_rows_that_point_nowhere_are_counted_by_reason(factory: SessionFactory, tmp_path: Path) -> None:
    put_old_files(tmp_path)
    put(
        tmp_path,
        "article_replies",
        f"{OLD_LINKS}gone,R1,,0,0,RUMOR,WEBSITE,NORMAL,\n{MESSAGE_ID},gone,,0,0,RUMOR,WEBSITE,NORMAL,\n",
    )
    put(tmp_path, "article_hyperlinks", "articleId,url,normalizedUrl,title\ngone,http://a.example/,,\n")
    put(
        tmp_path,
        "article_categories",
        f"articleId,categoryId,aiConfidence,aiModel,userIdsha,appId\n{MESSAGE_ID},gone,1,bert,,X\n",
    )
    put(
        tmp_path,
        "reply_requests",
        f"{OLD_REQUESTS}{MESSAGE_ID},,0,0,,RUMORS_LINE_BOT,{TIME}\n{MESSAGE_ID},,0,0,{HASH},RUMORS_LINE_BOT,\n",
    )
    report = import_dataset(factory, tmp_path)
    left_out = {file.name: dict(file.left_out) for file in report.files if file.left_out}
    assert left_out == {
        "article_replies": {"article not here": 1, "reply not here": 1},
        "article_reply_feedbacks": {"reply not at this article": 2},
        "article_hyperlinks": {"article not here": 1},
        "article_categories": {"category not here": 1},
        "reply_requests": {"no user": 1},
    }
    for file in report.files:
        assert file.read == file.new + file.already_there + file.left_out.total() + file.malformed.total()
    with read_only(factory) as session:
        assert session.scalar(select(func.count()).select_from(User)) == 1  # nobody is made for a row that is left out


def test_odd_rows_are_counted_and_the_others_taken(factory: SessionFactory, tmp_path: Path) -> None:
    lines = [
        OLD_ARTICLES.encode(),
        f'{ids.article_id(BARE)},LINE,,X,0,0,"{BARE}",,{TIME}\n'.encode(),
        b"short,LINE\n",
        b"long,LINE,,X,0,0,text,,,,,,\n",
        b"\n",
        b"latin1,LINE,,X,0,0,caf\xe9,,\n",
        b"count,LINE,,X,many,0,text,,\n",
        b"when,LINE,,X,0,0,text,,yesterday\n",
        b",LINE,,X,0,0,no id,,\n",
        b"empty,LINE,,X,0,0, ,,\n",
        b'5362524864980-rumor,"LINE,URL",,,0,0,an old id,,\n',
        ("x" * 256 + ",LINE,,X,0,0,text,,\n").encode(),
        b"a:b,LINE,,X,0,0,an id that no button can carry,,\n",
    ]
    put(tmp_path, "articles", b"".join(lines))
    (file,) = import_dataset(factory, tmp_path).files
    assert file.read == 11
    assert file.new == 2
    assert dict(file.left_out) == {"empty text": 1}
    assert file.malformed.total() == 8
    assert file.malformed["not UTF-8"] == 1
    assert file.malformed_rows == [2, 3, 4, 5, 6]
    assert dict(file.notes) == {"legacy id": 1}
    with read_only(factory) as session:
        assert session.get_one(Article, ids.article_id(BARE)).text == BARE
        old = session.get_one(Article, "5362524864980-rumor")
        assert (old.references, old.app_id) == (["LINE", "URL"], "UNKNOWN")


def test_marks_that_databases_refuse(factory: SessionFactory, tmp_path: Path) -> None:
    put(tmp_path, "articles", b"\xef\xbb\xbfid,text,createdAt\nnul,a\x00b,2020-01-01T00:00:00+08:00\n")
    url = "http://example.org/" + "%E4%B8%80" * 300
    put(tmp_path, "article_hyperlinks", f"articleId,url\nnul,{url}\nnul,\nnul,http://a.example/\n")
    report = import_dataset(factory, tmp_path)
    assert dict(report.file("article_hyperlinks").left_out) == {"URL longer than 2000 bytes": 1, "no URL": 1}
    with read_only(factory) as session:
        article = session.get_one(Article, "nul")
        assert article.text == "ab"
        assert article.created_at is not None
        assert article.created_at.isoformat() == "2019-12-31T16:00:00+00:00"


def test_rows_twice_in_a_file_are_one(factory: SessionFactory, tmp_path: Path) -> None:
    put_old_files(tmp_path)
    row = f"{MESSAGE_ID},,0,0,{HASH},WEBSITE,{TIME}\n"
    put(tmp_path, "reply_requests", OLD_REQUESTS + row * 3)
    file = import_dataset(factory, tmp_path).file("reply_requests")
    assert (file.new, file.already_there) == (1, 2)


def test_more_rows_than_a_batch_and_a_huge_cell(factory: SessionFactory, tmp_path: Path) -> None:
    texts = ["長" * 200_000, *(f"message number {n}" for n in range(2_500))]
    rows = "".join(f"{ids.article_id(text)},{text}\n" for text in texts)
    put(tmp_path, "articles", f"id,text\n{rows}")
    (file,) = import_dataset(factory, tmp_path).files
    assert (file.read, file.new, file.notes.total()) == (2_501, 2_501, 0)


def test_an_unclosed_quote_costs_its_row_alone_and_its_line_is_said(factory: SessionFactory, tmp_path: Path) -> None:
    rows = ['a,"fine,\nwith ""two"" lines"', 'b,"never closed', "c,plain", 'd,"quoted"', 'e,"at the end', "f,last"]
    put(tmp_path, "articles", "id,text\n" + "\n".join(rows) + "\n")
    report = import_dataset(factory, tmp_path)
    (file,) = report.files
    assert (file.read, file.new, dict(file.malformed)) == (6, 4, {"a quote is not closed": 2})
    assert "    line 4: lost: the last one has an open quote" in report.table()
    assert "    line 7: lost: the last one has an open quote" in report.table()
    with read_only(factory) as session:
        texts = {article.id: article.text for article in session.scalars(select(Article))}
    assert texts == {"a": 'fine,\nwith "two" lines', "c": "plain", "d": "quoted", "f": "last"}


def test_a_row_without_end_is_passed_by_in_little_memory(factory: SessionFactory, tmp_path: Path) -> None:
    huge, line = 30 * MAX_ROW, 'x""' * 3_333 + "\n"
    lines = [
        'a,"' + line * (huge // 10_000) + '"',
        "b," + "y" * huge,
        "c,kept",
        f"d,{'z' * (MAX_IMPORTED_TEXT + 1)}",
        "e,kept",
    ]
    content = "id,text\n" + "\n".join(lines) + "\n"
    (tmp_path / "articles.csv").write_text(content)
    del content, lines
    tracemalloc.start()
    report = import_dataset(factory, tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    (file,) = report.files
    assert (file.read, file.new) == (5, 2)
    assert dict(file.malformed) == {f"longer than {MAX_ROW:,} characters": 2}
    assert dict(file.left_out) == {f"text longer than {MAX_IMPORTED_TEXT:,} characters": 1}
    assert f"    lines 2 to {2 + huge // 10_000}: passed by: one row, too long" in report.table()
    assert peak < huge / 2


def test_a_file_that_unpacks_to_far_more_is_refused_before_anything_is_written(
    factory: SessionFactory, tmp_path: Path
) -> None:
    put_old_files(tmp_path)
    put(tmp_path, "reply_requests", OLD_REQUESTS + " " * SMALL_FILE_BYTES)
    with pytest.raises(DatasetError, match=r"reply_requests\.csv\.zip unpacks to more than 100 times its size"):
        import_dataset(factory, tmp_path)
    with read_only(factory) as session:
        assert session.scalar(select(func.count()).select_from(Article)) == 0


def test_no_index_job_an_article(factory: SessionFactory, tmp_path: Path) -> None:
    put_old_files(tmp_path)
    report = import_dataset(factory, tmp_path)
    with read_only(factory) as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0
    assert "python -m indexer reindex" in report.table()


def test_the_report_is_a_table(factory: SessionFactory, tmp_path: Path) -> None:
    put(tmp_path, "articles", f"{OLD_ARTICLES}short\n{MESSAGE_ID},LINE,,X,0,0,{MESSAGE},,\n,,,X,0,0,,,\n")
    lines = import_dataset(factory, tmp_path).table().splitlines()
    assert lines[0].split() == "file rows read new already there left out malformed".split()
    assert lines[1].split() == ["articles", "3", "1", "0", "1", "1"]
    assert lines[2:5] == [
        "    left out: empty text: 1",
        "    malformed: 1 cells instead of 9: 1",
        "    malformed rows: 1",
    ]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"this is no zip archive", "damaged or not a zip archive"),
        (b"", "damaged or not a zip archive"),
        (b"PK\x03\x04 cut off", "damaged or not a zip archive"),
    ],
)
def test_not_a_zip_stops_before_anything_is_written(
    factory: SessionFactory, tmp_path: Path, content: bytes, complaint: str
) -> None:
    put_old_files(tmp_path)
    (tmp_path / "reply_requests.csv.zip").write_bytes(content)
    with pytest.raises(DatasetError, match=complaint) as error:
        import_dataset(factory, tmp_path)
    assert "reply_requests.csv.zip" in str(error.value)
    with read_only(factory) as session:
        assert session.scalar(select(func.count()).select_from(Article)) == 0


@pytest.mark.parametrize(
    ("header", "complaint"),
    [("", "not even a header"), ("a,b\n", "has no column id, text"), ("id\nx\n", "column text")],
)
def test_a_file_of_another_kind_stops_before_anything_is_written(
    factory: SessionFactory, tmp_path: Path, header: str, complaint: str
) -> None:
    put(tmp_path, "articles", header)
    with pytest.raises(DatasetError, match=complaint):
        import_dataset(factory, tmp_path)


def test_folders_without_a_dataset(factory: SessionFactory, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no dataset files"):
        import_dataset(factory, tmp_path)
    with pytest.raises(DatasetError, match="is not a folder, a zip archive or an address"):
        import_dataset(factory, tmp_path / "nowhere")


def test_plain_csv_files_will_do(factory: SessionFactory, tmp_path: Path) -> None:
    (tmp_path / "articles.csv").write_text(f"id,text\n{MESSAGE_ID},{MESSAGE}\n")
    assert import_dataset(factory, tmp_path).new == 1


def test_an_import_that_broke_off_is_finished_by_running_again(
    factory: SessionFactory, new_database: Callable[[], SessionFactory], tmp_path: Path
) -> None:
    put_old_files(tmp_path)
    more = "".join(f"R{n},RUMOR,,,WEBSITE,reply {n},\n" for n in range(2, 3_000))
    content = f"id,type,reference,userIdsha256,appId,text,createdAt\nR1,RUMOR,,{HASH},WEBSITE,No,\n{more}"
    path = put(tmp_path, "replies", content, compression=0)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"reply 2990", b"REPLY 2990"))  # the checksum is wrong now
    with pytest.raises(DatasetError, match=r"replies\.csv\.zip is damaged"):
        import_dataset(factory, tmp_path)
    with read_only(factory) as session:
        kept = session.scalar(select(func.count()).select_from(Reply)) or 0
        assert 1_000 <= kept < 2_999
        assert session.get_one(Article, MESSAGE_ID).normal_article_reply_count == 7  # not yet recounted
    path.write_bytes(whole)
    report = import_dataset(factory, tmp_path)
    assert (report.file("replies").new, report.file("replies").already_there) == (2_999 - kept, kept)
    with read_only(factory) as session:
        assert session.get_one(Article, MESSAGE_ID).normal_article_reply_count == 1


def test_counters_are_set_after_postgresql_took_the_tables_for_empty(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        bulk(session, 300, 20)
        session.flush()
        if session.get_bind().dialect.name != "postgresql":
            pytest.skip("SQLite looks at nothing by itself")
        with transaction(factory) as other:
            other.execute(text("ANALYZE articles, reply_requests, article_replies"))
    assert recount(factory) == 300
    with read_only(factory) as session:
        known = session.scalar(text("SELECT reltuples FROM pg_class WHERE oid = CAST('articles' AS regclass)"))
    assert known == 300
