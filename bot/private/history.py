import re

from bot.messages import lists
from bot.messages.lists import PAGE_SIZE, MineView
from bot.private.turn import Turn
from factcheck.services.replies import replies_for
from factcheck.services.seen_articles import Mine, count_mine, load_mine
from factcheck.services.usage import Usage

PAGE = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


def show(turn: Turn, arguments: tuple[str, ...]) -> None:
    """`arguments` is the page, from 1; the first if there is none such."""
    total, new = count_mine(turn.session, turn.user)
    wanted = arguments[0] if arguments else ""
    page = int(wanted) if PAGE.fullmatch(wanted) else 1
    if (page - 1) * PAGE_SIZE >= total:
        page = 1
    turn.note(Usage.LISTED)
    mine = load_mine(turn.session, turn.user, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    if not mine:
        turn.say(lists.no_messages(turn.t))
        return
    views = [_view(each) for each in mine]
    turn.say(lists.my_messages(turn.t, turn.locale, views, page=page, total=total, new=new))


def _view(mine: Mine) -> MineView:
    replies = replies_for(mine.article)
    return MineView(
        article_id=mine.article.id,
        text=mine.article.text,
        reply_type=replies[0].reply.type if replies else None,
        people=mine.article.cluster_request_count,
        at=mine.at,
        is_new=mine.is_new,
    )
