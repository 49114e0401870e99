"""A page as a reader meets it, parsed; and what must hold on every page."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

from editor_ui.language import LANGUAGES

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
CHANGES_NOTHING = frozenset({"/check", "/check/share", "/search"})
"""Addresses of forms that need no CSRF token."""


@dataclass
class Node:
    tag: str
    attrs: dict[str, str | None]
    parent: "Node | None" = None
    children: list["Node | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What is read, white space collapsed."""
        return " ".join("".join(self._strings()).split())

    @property
    def raw_text(self) -> str:
        return "".join(self._strings())

    def _strings(self) -> list[str]:
        parts: list[str] = []
        for child in self.children:
            parts += [child] if isinstance(child, str) else child._strings()
        return parts

    @cached_property
    def _descendants(self) -> list["Node"]:
        found, left = [], [self]
        while left:
            node = left.pop()
            found.append(node)
            left += [child for child in reversed(node.children) if isinstance(child, Node)]
        return found[1:]

    def all(self, tag: str = "", **attrs: str) -> list["Node"]:
        """Descendants with this tag and these attributes, in their order."""
        wanted = attrs.items()
        return [
            node
            for node in self._descendants
            if (not tag or node.tag == tag) and all(node.attrs.get(name) == value for name, value in wanted)
        ]

    def one(self, tag: str = "", **attrs: str) -> "Node":
        found = self.all(tag, **attrs)
        assert len(found) == 1, f"{len(found)} of <{tag} {attrs}>"
        return found[0]

    def get(self, name: str) -> str:
        return self.attrs.get(name) or ""

    def with_class(self, name: str) -> list["Node"]:
        return [node for node in self.all() if name in node.get("class").split()]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"attribute twice in <{tag} {attrs}>"
        node = Node(tag, dict(attrs), self.open)
        self.open.children.append(node)
        if tag not in VOID:
            self.open = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.children.append(Node(tag, dict(attrs), self.open))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.tag == tag, f"</{tag}> closes <{self.open.tag}>"
        assert self.open.parent is not None
        self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


def parse(html: str) -> Node:
    """Raises AssertionError for elements that are closed in another order than they were opened."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.open is builder.root, f"<{builder.open.tag}> is never closed"
    return builder.root


def check_page(root: Node) -> None:
    """What holds for every page, whatever it shows."""
    assert root.one("html").get("lang") in LANGUAGES
    assert root.one("title").text
    assert root.one("h1").text
    assert root.one("main").get("id") == "main"
    ids = [node.get("id") for node in root.all() if node.get("id")]
    assert not [one for one in ids if len(one.split()) != 1], "HTML allows no spaces in an id"
    assert len(ids) == len(set(ids)), f"ids twice: {sorted(x for x in ids if ids.count(x) > 1)}"
    _check_references(root, set(ids))
    _check_forms(root)
    _check_fields(root)
    names = [node.get("aria-label") or node.get("aria-labelledby") for node in root.all("nav")]
    assert len(names) == len(set(names)), f"two navigations are called the same: {names}"
    for node in root.all():
        assert node.tag != "style"
        assert not any(name.startswith("on") or name == "style" for name in node.attrs), node.attrs
        if node.tag == "script" and node.get("type") == "application/ld+json":
            assert json.loads(node.raw_text)
        elif node.tag == "script":
            assert node.get("src").startswith("/static/")
            assert not node.raw_text
        if node.tag in ("a", "button"):
            assert node.text or node.get("aria-label"), f"nothing to read in {node.attrs}"


def _check_references(root: Node, ids: set[str]) -> None:
    for node in root.all():
        for name in ("aria-describedby", "aria-labelledby", "for"):
            for target in node.get(name).split():
                assert target in ids, f"{name}={target} points to nothing"
        if node.tag == "a" and node.get("href").startswith("#"):
            assert node.get("href")[1:] in ids, f"{node.get('href')} points to nothing"


def _check_forms(root: Node) -> None:
    for form in root.all("form"):
        assert form.get("method") in ("get", "post"), form.attrs
        assert form.get("action"), form.attrs
        tokens = form.all("input", name="csrf_token")
        may_lack = form.get("action") in CHANGES_NOTHING and not tokens
        assert may_lack or len(tokens) == (1 if form.get("method") == "post" else 0), form.attrs
        assert form.all("button"), "a form needs a button to work without scripts"


def _check_fields(root: Node) -> None:
    labelled = {label.get("for") for label in root.all("label")}
    for tag in ("input", "textarea", "select"):
        for control in root.all(tag):
            if control.get("type") != "hidden":
                assert control.get("id") in labelled, f"no label for {control.attrs}"
