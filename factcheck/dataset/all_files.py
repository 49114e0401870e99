from factcheck.dataset.files.analytics import ANALYTICS
from factcheck.dataset.files.anonymized_users import ANONYMIZED_USERS
from factcheck.dataset.files.article_categories import ARTICLE_CATEGORIES
from factcheck.dataset.files.article_clusters import ARTICLE_CLUSTERS
from factcheck.dataset.files.article_hyperlinks import ARTICLE_HYPERLINKS
from factcheck.dataset.files.article_languages import ARTICLE_LANGUAGES
from factcheck.dataset.files.article_media import ARTICLE_MEDIA
from factcheck.dataset.files.article_replies import ARTICLE_REPLIES
from factcheck.dataset.files.article_reply_feedback_reasons import ARTICLE_REPLY_FEEDBACK_REASONS
from factcheck.dataset.files.article_reply_feedbacks import ARTICLE_REPLY_FEEDBACKS
from factcheck.dataset.files.article_reply_statuses import ARTICLE_REPLY_STATUSES
from factcheck.dataset.files.articles import ARTICLES
from factcheck.dataset.files.categories import CATEGORIES
from factcheck.dataset.files.matches_by_day import MATCHES_BY_DAY
from factcheck.dataset.files.replies import REPLIES
from factcheck.dataset.files.reply_hyperlinks import REPLY_HYPERLINKS
from factcheck.dataset.files.reply_requests import REPLY_REQUESTS
from factcheck.dataset.files.vote_decisions import VOTE_DECISIONS
from factcheck.dataset.files.vote_nights import VOTE_NIGHTS

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
    ANALYTICS,
    ANONYMIZED_USERS,
    ARTICLE_LANGUAGES,
    ARTICLE_MEDIA,
    ARTICLE_CLUSTERS,
    ARTICLE_REPLY_STATUSES,
    ARTICLE_REPLY_FEEDBACK_REASONS,
    VOTE_NIGHTS,
    VOTE_DECISIONS,
    MATCHES_BY_DAY,
)
"""As the manifest, the read-me and the web page show them: those of Cofacts, then ours."""

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
    ARTICLE_LANGUAGES,
    ARTICLE_MEDIA,
    ARTICLE_CLUSTERS,
    ARTICLE_REPLY_STATUSES,
    ARTICLE_REPLY_FEEDBACK_REASONS,
    VOTE_NIGHTS,
    VOTE_DECISIONS,
    ANALYTICS,
    MATCHES_BY_DAY,
)
"""Rows come after what they point to. Users first: other files lack their times."""

WRITE_ORDER = tuple(reversed(IMPORT_ORDER))
"""What points to others before these: what is added meanwhile is then missing in no file that is pointed to."""
