"""What clients of Cofacts' API ask, and of which messages."""

import json
from collections.abc import Callable
from typing import Any

from werkzeug.test import TestResponse

LEMON = "Drinking warm lemon water every morning cures high blood pressure, says a doctor https://lemon.example/a?b=1"
SPOON = "A silver spoon in the fridge keeps all vegetables fresh for three months, says a new study"
REPLY = "It does not. Blood pressure needs medicine."

Ask = Callable[..., Any]


def read(answer: TestResponse) -> Any:
    return json.loads(answer.text)
