"""All files of the dataset, in the order in which they are shown and in the order in which they are loaded."""

from factcheck.dataset.files.anonymized_users import ANONYMIZED_USERS
from factcheck.dataset.files.article_categories import ARTICLE_CATEGORIES
from factcheck.dataset.files.article_hyperlinks import ARTICLE_HYPERLINKS
from factcheck.dataset.files.article_replies import ARTICLE_REPLIES
from factcheck.dataset.files.article_reply_feedbacks import ARTICLE_REPLY_FEEDBACKS
from factcheck.dataset.files.articles import ARTICLES
from factcheck.dataset.files.categories import CATEGORIES
from factcheck.dataset.files.replies import REPLIES
from factcheck.dataset.files.reply_hyperlinks import REPLY_HYPERLINKS
from factcheck.dataset.files.reply_requests import REPLY_REQUESTS

DATA_FILES = (
    ARTICLES,
    ARTICLE_HYPERLINKS,
    ARTICLE_CATEGORIES,
    CATEGORIES,
    ARTICLE_REPLIES,
    REPLIES,
    REPLY_HYPERLINKS,
    REPLY_REQUESTS,
    ARTICLE_REPLY_FEEDBACKS,
    ANONYMIZED_USERS,
)
"""In the order in which the manifest, the read-me and the web page show them."""

IMPORT_ORDER = (
    ANONYMIZED_USERS,
    CATEGORIES,
    ARTICLES,
    REPLIES,
    ARTICLE_REPLIES,
    REPLY_REQUESTS,
    ARTICLE_REPLY_FEEDBACKS,
    ARTICLE_HYPERLINKS,
    REPLY_HYPERLINKS,
    ARTICLE_CATEGORIES,
)
"""In an order in which what a row points to comes before it. The users first: a person who is met in another file
before would be entered without the times that this file knows."""
