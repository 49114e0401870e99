"""Rows that must be there before those of many files."""

from factcheck.dataset.data_file import Parent
from factcheck.db.insert import table_of
from factcheck.models import Article, ArticleReply, Category, Reply

LINK_KEY = ("article_id", "reply_id")

ARTICLE = Parent("article not here", table_of(Article), ("id",), ("article_id",))
REPLY = Parent("reply not here", table_of(Reply), ("id",), ("reply_id",))
CATEGORY = Parent("category not here", table_of(Category), ("id",), ("category_id",))
LINK = Parent("reply not at this article", table_of(ArticleReply), LINK_KEY, LINK_KEY)
