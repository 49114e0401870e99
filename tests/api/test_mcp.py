"""The server for assistants, spoken to by the SDK's own client: in this process, and over stdio as one starts it."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from factcheck.mcp_server import fetcher, make_server
from tests.api.serving import Site
from tests.editor_ui.world import World
from tests.loops import in_a_loop
from tests.rules.imports import ROOT

LEMON = "Drinking warm lemon water every morning cures high blood pressure, says a doctor from far away"


@pytest.fixture
def lemon(world: World) -> str:
    article_id = world.article(LEMON)
    world.reply(article_id, "It does not.")
    return article_id


async def called(transport: Any, name: str, **arguments: Any) -> Any:
    async with Client(transport) as client:
        return await client.call_tool(name, arguments)


def call(site: Site, name: str, **arguments: Any) -> Any:
    return in_a_loop(called(make_server(fetcher(site.url)), name, **arguments))


def test_messages_are_searched_compared_read_and_listed(site: Site, lemon: str) -> None:
    found = call(site, "search_fact_checks", words="lemon water").structured_content
    assert [one["id"] for one in found["items"]] == [lemon]
    assert call(site, "check_message", text=LEMON).structured_content["outcome"] == "ANSWER"
    read = call(site, "get_message", message_id=lemon).structured_content
    assert read["replies"][0]["reply"]["text"] == "It does not."
    for replied, count in ((True, 1), (False, 0), (None, 1)):
        assert len(call(site, "list_messages", replied=replied).structured_content["items"]) == count


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("get_message", {"message_id": "nothing/../at all"}, "There is"),
        ("check_message", {"text": "hi"}, "too short"),
        ("list_messages", {"cursor": "nonsense"}, "cursor"),
        ("search_fact_checks", {"words": "x", "limit": 500}, "50"),
    ],
)
def test_what_is_refused_is_said(site: Site, name: str, arguments: dict[str, Any], words: str) -> None:
    answer = call(site, name, **arguments)
    assert answer.is_error
    assert words in answer.content[0].text


def test_an_instance_that_is_away_is_an_error_and_no_crash(site: Site) -> None:
    server = make_server(fetcher("http://127.0.0.1:9"))
    answer = in_a_loop(called(server, "list_messages"))
    assert answer.is_error
    assert "did not answer" in answer.content[0].text


def test_it_speaks_over_stdio_and_only_reads(site: Site, lemon: str, tmp_path: Path) -> None:
    environment = {"PATH": os.defpath, "VAR_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "factcheck", "mcp", "--url", site.url], env=environment, cwd=str(ROOT)
    )

    async def spoken() -> tuple[Any, Any]:
        async with Client(stdio_client(command)) as client:
            return await client.list_tools(), await client.call_tool("get_message", {"message_id": lemon})

    tools, answer = in_a_loop(spoken())
    assert {tool.name for tool in tools.tools} == {
        "search_fact_checks",
        "check_message",
        "get_message",
        "list_messages",
    }
    assert all(tool.annotations.read_only_hint and tool.description and tool.output_schema for tool in tools.tools)
    assert answer.structured_content["text"] == LEMON
