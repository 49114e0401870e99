from pathlib import Path

from factcheck.clock import Clock
from factcheck.dataset.all_files import DATA_FILES
from factcheck.dataset.export import export_dataset
from factcheck.db.session import SessionFactory
from tests.dataset.reading import csv_bytes

FIELD_HEADERS = {
    "articles": "id,articleType,status,text,normalArticleReplyCount,createdAt,updatedAt,lastRequestedAt,"
    "userIdsha256,appId,references",
    "article_hyperlinks": "articleId,url,normalizedUrl,title",
    "article_categories": "articleId,categoryId,aiConfidence,aiModel,userIdsha,appId,negativeFeedbackCount,"
    "positiveFeedbackCount,status,createdAt,updatedAt",
    "categories": "id,title,description,createdAt,updatedAt",
    "article_replies": "articleId,replyId,userIdsha256,negativeFeedbackCount,positiveFeedbackCount,replyType,appId,"
    "status,createdAt,updatedAt",
    "replies": "id,type,reference,userIdsha256,appId,text,createdAt",
    "reply_hyperlinks": "replyId,url,normalizedUrl,title",
    "reply_requests": "articleId,reason,status,positiveFeedbackCount,negativeFeedbackCount,userIdsha256,appId,"
    "createdAt",
    "article_reply_feedbacks": "articleId,replyId,score,comment,status,userIdsha256,appId,createdAt",
    "analytics": "type,docId,date,lineUser,lineVisit,webUser,webVisit,liffUser,liffVisit",
    "anonymized_users": "userIdsha256,appId,createdAt,lastActiveAt,blockedReason",
}
"""What analyses of the Cofacts dataset expect."""
OUR_HEADERS = {
    "article_languages": "articleId,language",
    "article_media": "articleId,attachmentHash,alternativeText",
    "article_clusters": "articleId,clusterId",
    "article_reply_statuses": "articleId,replyId,voteStatus,reasons",
    "article_reply_feedback_reasons": "articleId,replyId,userIdsha256,somewhat,reasons",
    "vote_nights": "night,parameters",
    "vote_decisions": "night,articleId,replyId,status,helpful,somewhat,notHelpful,bound,score",
    "matches_by_day": "date,outcome,matches",
}


def test_headers_are_those_of_the_field(factory: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    export_dataset(factory, tmp_path / "out", clock=clock, licence="L")
    headers = {name.removesuffix(".csv"): data.decode() for name, data in csv_bytes(tmp_path / "out").items()}
    assert headers == {name: f"{header}\n" for name, header in (FIELD_HEADERS | OUR_HEADERS).items()}
    assert {file.name for file in DATA_FILES if file.is_in_cofacts} == FIELD_HEADERS.keys()


def test_every_column_and_file_is_described() -> None:
    undescribed = [
        f"{file.name}.{column.name}"
        for file in DATA_FILES
        for column in file.columns
        if len(column.description.split()) < 2 or not column.description.endswith(".")
    ]
    undescribed += [file.name for file in DATA_FILES if not file.description.endswith(".")]
    assert undescribed == []


def test_no_column_has_two_meanings_in_one_file() -> None:
    for file in DATA_FILES:
        assert len(set(file.header)) == len(file.header)
