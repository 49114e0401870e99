"""Rows as a large service would have them, made inside PostgreSQL, as loading them would take longer.

python -m benchmarks.dataset_rows DATABASE_URL SHARE
"""

import sys
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from factcheck.db.migrate import migrate
from factcheck.db.session import make_engine, make_session_factory, transaction

LETTERS = "疫苗口罩政府新聞謠言銀行醫院檸檬"
"""In place of the sixteen digits, so that a text is as long in bytes, and packs about as well, as a Chinese one."""


@dataclass(frozen=True)
class Size:
    articles: int
    replies: int
    votes: int
    analytics: int

    @property
    def users(self) -> int:
        return max(10, self.articles // 5)


WHOLE = Size(articles=1_000_000, replies=500_000, votes=4_000_000, analytics=10_000_000)


def scaled(share: float) -> Size:
    numbers = (WHOLE.articles, WHOLE.replies, WHOLE.votes, WHOLE.analytics)
    return Size(*(max(100, int(number * share)) for number in numbers))


STATEMENTS = (
    "INSERT INTO apps (id, name) VALUES ('WEBSITE', ''), ('RUMORS_LINE_BOT', '') ON CONFLICT DO NOTHING",
    """INSERT INTO users (id, app_id, name, published_id, published_key, is_friend, wants_notices, session_version)
    SELECT 'u' || n, 'RUMORS_LINE_BOT', 'n' || n, md5('a' || n) || md5('b' || n), 1, true, true, 1
    FROM generate_series(1, :users) n""",
    """INSERT INTO articles (id, text, article_type, status, fingerprint, "references", user_id, app_id,
        reply_request_count, normal_article_reply_count, version, created_at, updated_at, last_requested_at,
        cluster_id, listed, cluster_size, cluster_request_count, cluster_reply_count, cluster_checked,
        similar_checked, language, need, queue_place)
    SELECT id, (SELECT string_agg(translate(md5(n || 'x' || k), '0123456789abcdef', :letters), '，')
            FROM generate_series(1, 2 + n % 8) k), 'TEXT', 'NORMAL', '', '["LINE"]', 'u' || 1 + n % :users,
        'RUMORS_LINE_BOT', 0, 0, 1, moment, moment, moment, id, true, 1, 0, 0, true, true, 'zh-Hant', 'REPLY', 0
    FROM (SELECT n, 'a' || md5(n::text) AS id, TIMESTAMPTZ '2018-01-01' + n * INTERVAL '4 minutes' AS moment
        FROM generate_series(1, :articles) n) made""",
    """INSERT INTO replies (id, type, text, reference, user_id, app_id, created_at)
    SELECT 'r' || md5(n::text), (ARRAY['RUMOR', 'NOT_RUMOR', 'OPINIONATED', 'NOT_ARTICLE'])[1 + n % 4],
        (SELECT string_agg(translate(md5(n || 'y' || k), '0123456789abcdef', :letters), '。')
            FROM generate_series(1, 4 + n % 8) k), 'https://example.org/' || n, 'u' || 1 + n % :users, 'WEBSITE',
        TIMESTAMPTZ '2018-02-01' + n * INTERVAL '8 minutes'
    FROM generate_series(1, :replies) n""",
    """INSERT INTO article_replies (article_id, reply_id, user_id, app_id, status, positive_feedback_count,
        negative_feedback_count, created_at, updated_at)
    SELECT 'a' || md5(n::text), 'r' || md5(n::text), 'u' || 1 + n % :users, 'WEBSITE', 'NORMAL', 0, 0, moment, moment
    FROM (SELECT n, TIMESTAMPTZ '2018-02-01' + n * INTERVAL '8 minutes' AS moment
        FROM generate_series(1, :replies) n) made""",
    """INSERT INTO article_reply_feedbacks (article_id, reply_id, user_id, score, comment, status, created_at,
        updated_at)
    SELECT 'a' || md5((1 + n % :replies)::text), 'r' || md5((1 + n % :replies)::text),
        'u' || 1 + (n / :replies + n % :replies) % :users, CASE WHEN n % 5 = 0 THEN -1 ELSE 1 END,
        CASE WHEN n % 20 = 0 THEN 'thank you for this ' || n ELSE '' END, 'NORMAL', moment, moment
    FROM (SELECT n, TIMESTAMPTZ '2018-03-01' + n * INTERVAL '1 minute' AS moment
        FROM generate_series(0, :votes - 1) n) made ON CONFLICT DO NOTHING""",
    # As services and the import count: or the files would differ once they are imported.
    """UPDATE article_replies SET positive_feedback_count = helpful, negative_feedback_count = votes - helpful
    FROM (SELECT article_id, reply_id, count(*) AS votes, count(*) FILTER (WHERE score > 0) AS helpful
        FROM article_reply_feedbacks GROUP BY article_id, reply_id) counted
    WHERE article_replies.article_id = counted.article_id AND article_replies.reply_id = counted.reply_id""",
    """UPDATE articles SET normal_article_reply_count = 1, cluster_reply_count = 1
    FROM article_replies WHERE article_replies.article_id = articles.id""",
    """INSERT INTO analytics (doc_type, doc_id, day, line_user, line_visit, web_user, web_visit, liff_user, liff_visit)
    SELECT 'article', 'a' || md5((1 + n % :articles)::text), DATE '2020-01-01' + (n / :articles)::int, n % 7, n % 11,
        n % 13, n % 17, 0, 0
    FROM generate_series(0, :analytics - 1) n""",
)


def fill(session: Session, size: Size) -> None:
    """Fills an empty schema."""
    values = {**vars(size), "users": size.users, "letters": LETTERS}
    for statement in STATEMENTS:
        wanted = {name: value for name, value in values.items() if f":{name}" in statement}
        session.execute(text(statement), wanted)
    session.execute(text("ANALYZE"))


def main() -> None:
    engine = make_engine(sys.argv[1])
    migrate(engine)
    with transaction(make_session_factory(engine)) as session:
        fill(session, scaled(float(sys.argv[2])))


if __name__ == "__main__":
    main()
