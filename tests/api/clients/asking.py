"""What programs written for Cofacts' API ask about, and how their answers are read."""

from typing import Any

from tests.api.serving import Site

LEMON = "Drinking warm lemon water every morning cures high blood pressure, says a doctor https://lemon.example/a?b=1"
SPOON = "A silver spoon in the fridge keeps all vegetables fresh for three months, says a new study"
REPLY = "It does not. Blood pressure needs medicine."


def sent(site: Site, body: Any, headers: dict[str, str], target: str = "/graphql") -> Any:
    answer = site.send("POST", target, body, headers)
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"].startswith("application/json")
    return answer.json()


def data(told: Any) -> Any:
    """Clients fail on any `errors`."""
    assert "errors" not in told, told
    return told["data"]
