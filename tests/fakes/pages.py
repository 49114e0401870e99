from collections.abc import Mapping, Sequence

from factcheck.models import PageFault, PageState
from factcheck.ports import FetchedPage


class FakeFetcher:
    """Has the pages that a test puts in; any other one cannot be found by its name."""

    def __init__(self) -> None:
        self.pages: dict[str, FetchedPage] = {}
        self.asked: list[list[str]] = []

    def fetch(self, urls: Sequence[str]) -> Mapping[str, FetchedPage]:
        self.asked.append(list(urls))
        nowhere = FetchedPage(PageState.ERROR, fault=PageFault.NAME_NOT_RESOLVED)
        return {url: self.pages.get(url, nowhere) for url in urls}
