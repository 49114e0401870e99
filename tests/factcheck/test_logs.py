"""An error is logged by its type and place, never by its text."""

import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from structlog.testing import capture_logs

from factcheck.db.session import SessionFactory, transaction
from factcheck.errors import InvalidInputError
from factcheck.jobs import queue
from factcheck.jobs.worker import RetryJobError, Worker
from factcheck.logs import configure_logging, describe
from tests.conftest import MovableClock

PRIVATE = "my neighbour owes me money"


@pytest.fixture
def configured() -> Iterator[None]:
    """As in `web` and `worker`."""
    factory, options = logging.getLogRecordFactory(), structlog.get_config()
    configure_logging()
    yield
    logging.setLogRecordFactory(factory)
    structlog.configure(**options)


def digest(text: str) -> None:
    raise ValueError(f"cannot digest {text!r}")


def wrapped() -> None:
    try:
        digest(PRIVATE)
    except ValueError as error:
        error.add_note(PRIVATE)
        raise RuntimeError(f"gave up on {PRIVATE}") from error


def caught(broken: Callable[[], object]) -> Exception:
    try:
        broken()
    except Exception as error:
        return error
    raise AssertionError("it did not break")


def test_every_error_of_a_chain_has_its_place_and_type_alone() -> None:
    said = describe(caught(wrapped))
    assert PRIVATE not in said
    assert "in digest" in said
    assert said.index("builtins.ValueError") < said.index("builtins.RuntimeError")
    assert f'"{__file__}", line ' in said


def test_what_is_hidden_from_a_traceback_is_not_described() -> None:
    def hiding() -> None:
        try:
            digest(PRIVATE)
        except ValueError:
            raise RuntimeError from None

    assert "ValueError" not in describe(caught(hiding))


def test_what_the_system_says_and_our_own_sentences_are_kept() -> None:
    missing = describe(caught(lambda: open(f"/nowhere/{PRIVATE}")))  # noqa: PTH123, SIM115
    assert missing.endswith("builtins.FileNotFoundError: No such file or directory")
    error = InvalidInputError("text", "Longer than %(limit)d: %(text)s", limit=3, text=PRIVATE)
    assert describe(error).endswith("InvalidInputError: Longer than %(limit)d: %(text)s")


def test_s05_the_worker_logs_where_a_job_broke_and_not_what_was_in_it(
    factory: SessionFactory, clock: MovableClock
) -> None:
    with transaction(factory) as session:
        for kind in ("broken", "foreseen"):
            queue.enqueue(session, kind, {}, now=clock())

    def foreseen(_payload: object) -> queue.Effects:
        raise RetryJobError(queue.LEASE, PRIVATE)

    def broken(_payload: object) -> queue.Effects:
        wrapped()
        raise AssertionError

    with capture_logs() as logs:
        Worker(factory, {"broken": broken, "foreseen": foreseen}, clock=clock).run_due_jobs()
    assert PRIVATE not in str(logs)
    lines = {line["kind"]: line for line in logs if line["event"] == "job_failed"}
    assert lines["broken"]["error"] == "RuntimeError"
    assert "in digest" in lines["broken"]["traceback"]
    assert "traceback" not in lines["foreseen"]


@pytest.mark.usefixtures("configured")
def test_s05_what_libraries_log_of_an_error_holds_no_text(caplog: pytest.LogCaptureFixture) -> None:
    """As gunicorn does of a request, and the model server of texts."""
    try:
        wrapped()
    except RuntimeError:
        logging.getLogger("gunicorn.error").exception("Error handling a request")
    assert "Error handling a request" in caplog.text
    assert "in digest" in caplog.text
    assert PRIVATE not in caplog.text
