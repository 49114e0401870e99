from datetime import datetime

from bot.messages.answers import ReplyView
from factcheck.models import Article, ArticleReply
from factcheck.wording import years_old


def reply_view(
    article: Article, link: ArticleReply, other_replies: int, *, article_url: str, now: datetime, sent: str = ""
) -> ReplyView:
    return ReplyView(
        article_id=article.id,
        reply_id=link.reply_id,
        type=link.reply.type,
        text=link.reply.text,
        reference=link.reply.reference,
        created_at=max(filter(None, (link.created_at, link.reply.edited_at)), default=None),
        helpful=link.positive_feedback_count,
        not_helpful=link.negative_feedback_count,
        somewhat=link.somewhat_feedback_count,
        vote_status=link.vote_status,
        other_replies=other_replies,
        article_text=article.text,
        article_type=article.article_type,
        first_reported=article.created_at,
        article_url=article_url,
        sent=sent,
        years=years_old(link.reply.edited_at or link.reply.created_at or link.created_at, now),
    )
