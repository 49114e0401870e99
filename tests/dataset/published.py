"""Ids that Cofacts has published and that are no plain words, with a small dataset that has them."""

from pathlib import Path

from factcheck.dataset.importer import import_dataset
from factcheck.dataset.report import ImportReport
from factcheck.db.session import SessionFactory
from tests.dataset.reading import put

ARTICLE_ID = "7853社區轉化line-rumor"
REPLY_IDS = ("sample7 copy-answer", "7853社區轉化line-answer", "5362270457238 copy-answer", "AVq-Sz6ZyCdS-nWhucGd")
MESSAGE = "Rubbing an onion on the soles of the feet at night draws every poison out of the body by morning"
HASH = "ab" * 32
TIME = "2018-05-19T12:54:19.847Z"


def put_published(folder: Path) -> None:
    """One message with a reply of each id, and a vote for each."""
    put(folder, "articles", f"id,articleType,text,appId,createdAt\n{ARTICLE_ID},TEXT,{MESSAGE},WEBSITE,{TIME}\n")
    replies = [
        f"{one},RUMOR,https://example.org/{n},{HASH},WEBSITE,Reply {n}.,{TIME}" for n, one in enumerate(REPLY_IDS)
    ]
    links = [f"{ARTICLE_ID},{one},{HASH},0,1,RUMOR,WEBSITE,NORMAL,{TIME}" for one in REPLY_IDS]
    votes = [f"{ARTICLE_ID},{one},1,,{HASH},WEBSITE,{TIME}" for one in REPLY_IDS]
    put(folder, "replies", "\n".join(["id,type,reference,userIdsha256,appId,text,createdAt", *replies]))
    head = "articleId,replyId,userIdsha256,negativeFeedbackCount,positiveFeedbackCount,replyType,appId,status,createdAt"
    put(folder, "article_replies", "\n".join([head, *links]))
    head = "articleId,replyId,score,comment,userIdsha256,appId,createdAt"
    put(folder, "article_reply_feedbacks", "\n".join([head, *votes]))


def import_published(factory: SessionFactory, folder: Path) -> ImportReport:
    put_published(folder)
    return import_dataset(factory, folder)
