from flask import request

from editor_ui.text import number_in

MAX_PAGE = 1_000_000


def page_number() -> int:
    """Gives 1 for anything that is not a number."""
    return min(number_in(request.args.get("page", "")) or 1, MAX_PAGE)


def page_links(number: int, pages: int) -> list[int | None]:
    """Lists page numbers; None stands for a gap: 1 … 4 5 6 … 20."""
    wanted = sorted({1, pages, *range(max(1, number - 1), min(pages, number + 1) + 1)})
    links: list[int | None] = []
    for page in wanted:
        if links and links[-1] is not None and page > links[-1] + 1:
            links.append(page - 1 if page == links[-1] + 2 else None)
        links.append(page)
    return links
