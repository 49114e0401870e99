"""Which tests run on both databases by default. All others that ask for a database run on SQLite alone, unless
`--all-databases` is given (`make test-databases`), for a second run proves something only where the databases differ:
locks and races, insert-or-update, strict grouping, the order of texts and of nothing, JSON, moments, streams, cascades.

`tests/rules/test_databases.py` holds that every product module that names such a thing is here.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ("bot", "editor_ui", "factcheck", "indexer")
OF_THEIR_OWN = ("bot/simulator", "factcheck/db/migrations", "indexer/backends")
"""What has files of its own, or (the migrations) tests that run on both by themselves."""

DIFFERS = re.compile(
    r"\bdialects?\b|advisory|on_conflict|collate\(|ilike\(|nulls_(?:first|last)|mapped_column\(JSON"
    r"|with_for_update|populate_existing|begin_nested|yield_per|\.group_by\(|\.distinct\(|session\.delete\("
    r"|(?:\(|= )delete\("
)

CONVERSATIONS = (
    "bot/test_conversation.py::test_helpful",
    "bot/test_conversation.py::test_an_unknown_message",
    "bot/test_conversation.py::test_p06",
    "bot/test_conversation.py::test_what_is_declined",
    "bot/test_conversation.py::test_declining",
    "bot/test_conversation.py::test_a_text_whose_id",
    "bot/test_conversation.py::test_a_reply_",
    "bot/test_conversation.py::test_several_candidates",
    "bot/test_conversation.py::test_p04",
    "bot/test_odd_input.py::test_p04",
    "bot/test_odd_input.py::test_l14",
    "bot/test_group_joining.py",
)
"""Whole conversations, once each; `tests/e2e` holds some with real processes."""

JOBS = (
    "factcheck/test_jobs.py",
    "factcheck/test_following.py",
    "factcheck/test_worker.py",
    "factcheck/test_worker_threads.py",
    "factcheck/test_worker_killed.py",
)

GRAPHQL = ("api/test_graphql.py", "api/test_graphql_lists.py", "api/test_graphql_visits.py")
MODERATION = (
    "factcheck/test_decisions.py",
    "factcheck/test_moderation.py",
    "factcheck/test_redaction.py",
    "factcheck/test_reports.py",
)

BOTH: dict[str, tuple[str, ...]] = {
    # Moments without a time zone on SQLite; commits that need not wait for the disk; the words of a driver's error.
    "factcheck/db/base.py": ("dataset/test_export.py", "factcheck/test_session.py"),
    "factcheck/db/session.py": ("factcheck/test_session.py", "factcheck/test_health.py"),
    # Columns of JSON.
    "factcheck/models/chat.py": CONVERSATIONS,
    "factcheck/models/content.py": ("dataset/test_import.py",),
    "factcheck/models/work.py": JOBS,
    "factcheck/jobs/runs.py": ("factcheck/test_schedule.py",),
    # Claims, leases, the lock of a kind; a sign of life that is taken back.
    "factcheck/db/named_lock.py": JOBS,
    "factcheck/jobs/queue.py": JOBS,
    "factcheck/jobs/statements.py": JOBS,
    "factcheck/jobs/worker.py": JOBS,
    "factcheck/backup/aftermath.py": ("factcheck/backup/test_postgresql.py",),
    "factcheck/services/health.py": ("factcheck/test_health.py",),
    # A picture that is removed twice.
    "factcheck/services/removed.py": ("factcheck/test_removed_pictures.py",),
    # The row is locked, counted and raised while others do the same; savepoints.
    "factcheck/services/accounts.py": ("factcheck/test_accounts.py",),
    "factcheck/services/mail_requests.py": ("editor_ui/test_check.py::test_an_unknown_message",),
    "factcheck/services/articles.py": ("factcheck/test_articles.py",),
    "factcheck/services/clusters.py": ("factcheck/test_clusters.py",),
    "factcheck/services/feedback.py": ("factcheck/test_feedback.py",),
    "factcheck/services/groups.py": (
        "bot/test_group_joining.py",
        "bot/test_group_chat.py::test_a_message_that_is_changed",
        "bot/test_group_chat.py::test_the_same_check",
        "failures/test_unsend.py::test_u04",
    ),
    "factcheck/services/replies.py": ("factcheck/test_replies.py",),
    # A draft that two devices make at once; a notice that is renewed; what hangs on a person goes with them.
    "factcheck/services/drafts.py": ("editor_ui/test_drafts.py",),
    "factcheck/services/handing.py": ("editor_ui/test_drafts.py",),
    "factcheck/services/snippets.py": ("editor_ui/test_drafts.py::test_own_texts",),
    "factcheck/services/editing.py": ("editor_ui/test_editing.py",),
    "editor_ui/pages/replies.py": ("editor_ui/test_at_once.py", "editor_ui/test_races.py"),
    "editor_ui/queries/own_replies.py": ("editor_ui/test_own_replies.py",),
    "editor_ui/queries/operation.py": ("editor_ui/test_operation.py",),
    "factcheck/services/login_sessions.py": ("editor_ui/test_login.py::test_own_devices",),
    # Who logs in twice at once; tasks that many are given at once; what a person had and is forgotten.
    "factcheck/services/identities.py": ("editor_ui/test_log_in_with.py::test_who_was", "editor_ui/test_people.py"),
    "factcheck/services/own_address.py": ("editor_ui/test_log_in_with.py::test_a_mailed",),
    "factcheck/services/joining.py": ("factcheck/test_joining.py",),
    "factcheck/services/organisations.py": ("editor_ui/test_people.py",),
    "factcheck/services/reach.py": ("editor_ui/test_people.py",),
    "factcheck/services/digests.py": ("bot/test_digest.py",),
    "factcheck/services/inbox.py": ("editor_ui/test_inbox.py",),
    "bot/outbound/digest.py": ("bot/test_digest.py",),
    "factcheck/services/tasks.py": ("factcheck/test_tasks.py",),
    "factcheck/services/task_making.py": ("factcheck/test_tasks.py",),
    "editor_ui/queries/profile.py": ("editor_ui/test_people.py",),
    "factcheck/services/users.py": ("factcheck/test_accounts.py",),
    "factcheck/services/roles.py": ("factcheck/test_roles.py",),
    # Decisions at once, a job that publishes while its author takes back, what hangs on a removed row.
    "factcheck/moderation/actions.py": MODERATION,
    "factcheck/backup/decisions.py": ("factcheck/test_decisions.py::test_decisions_are_made_again",),
    "factcheck/moderation/items.py": MODERATION,
    "factcheck/moderation/pending.py": ("factcheck/test_pending.py",),
    "factcheck/moderation/redaction.py": MODERATION,
    "factcheck/moderation/removal.py": MODERATION,
    "factcheck/moderation/waves.py": ("factcheck/test_reports.py::test_one_action",),
    "factcheck/moderation/reports.py": MODERATION,
    # Grouping, distinct rows, the place of nothing in an order, words compared without case.
    "factcheck/api/graphql/ordering.py": GRAPHQL,
    "factcheck/api/graphql/people.py": GRAPHQL,
    "factcheck/api/graphql/rows.py": GRAPHQL,
    "factcheck/api/graphql/similar.py": GRAPHQL,
    "factcheck/api/graphql/mutations.py": ("api/test_mutations.py", "api/test_waiting.py"),
    "factcheck/services/reasons.py": ("api/test_mutations.py::test_who_asks",),
    "factcheck/services/changes.py": ("api/test_webhooks.py",),
    "factcheck/services/webhooks.py": ("api/test_webhooks.py",),
    "factcheck/services/elsewhere.py": (
        "api/elsewhere/test_feeds.py::test_what",
        "api/elsewhere/test_checks.py::test_it_is_in_no",
    ),
    "factcheck/models/outside.py": ("api/test_webhooks.py", "api/elsewhere/test_feeds.py::test_what"),
    "factcheck/models/people.py": ("api/test_mutations.py::test_scopes",),
    "factcheck/services/clustering.py": ("factcheck/test_clustering.py", "indexer/test_clustering.py"),
    "factcheck/services/notices.py": (
        "factcheck/test_notices.py",
        "bot/test_notices.py::test_who",
        "bot/test_notices.py::test_t19",
        "bot/test_change_notices.py::test_changes_in_a_row",
    ),
    "factcheck/services/figures.py": ("factcheck/test_figures.py",),
    "factcheck/services/cooccurrences.py": ("factcheck/test_cooccurrences.py",),
    "factcheck/services/hyperlinks.py": ("factcheck/test_hyperlinks.py",),
    "factcheck/services/similar.py": ("factcheck/test_similar.py",),
    "factcheck/services/derived.py": ("factcheck/test_derived.py",),
    "factcheck/services/indexing.py": ("factcheck/test_derived.py::test_it_goes",),
    "factcheck/db/writes.py": ("factcheck/test_worker_threads.py::test_what_another",),
    # Insert-or-update of marks and votes, rows locked while they are sorted, groups of votes.
    "factcheck/services/sorting.py": ("factcheck/test_needs.py",),
    "factcheck/services/claims.py": ("factcheck/test_needs.py", "editor_ui/test_finding.py"),
    "factcheck/services/saved_lists.py": ("editor_ui/test_finding.py",),
    "factcheck/services/topics.py": ("factcheck/test_needs.py", "editor_ui/test_finding.py"),
    "factcheck/services/searching.py": ("editor_ui/test_finding.py",),
    "factcheck/services/queue.py": ("factcheck/test_queue.py",),
    "factcheck/services/usage.py": ("factcheck/test_usage.py",),
    # Insert from a selection with a conflict, distinct visitors, days; ids that are renewed while others come.
    "factcheck/services/visits.py": ("factcheck/test_visits.py",),
    # Votes grouped by person, JSON of reasons, decisions of a night.
    "factcheck/models/votes.py": ("factcheck/test_vote_nights.py",),
    "factcheck/services/second_accounts.py": ("factcheck/test_vote_nights.py",),
    "factcheck/services/vote_nights.py": ("factcheck/test_vote_nights.py",),
    "factcheck/services/published_ids.py": ("factcheck/test_published_ids.py",),
    "factcheck/services/seen_articles.py": ("bot/test_history.py",),
    "editor_ui/queries/cards.py": ("editor_ui/test_lists.py", "editor_ui/test_copies.py"),
    "editor_ui/queries/votes.py": (
        "editor_ui/test_article.py::test_comments",
        "editor_ui/test_article.py::test_withdrawn",
    ),
    # What hangs on a row goes with it, or before it.
    "factcheck/services/erasure.py": ("bot/test_erasure.py", "failures/test_unsend.py"),
    "factcheck/services/blocks.py": ("factcheck/test_blocks.py",),
    "factcheck/services/traces.py": ("bot/test_erasure.py::test_who_it_was", "bot/test_erasure.py::test_whoever"),
    "factcheck/services/own_account.py": ("editor_ui/test_own_account.py::test_a_closed",),
    "factcheck/services/housekeeping.py": ("factcheck/test_housekeeping.py",),
    # The order of ids, rows that stream, insert what is not there yet, counters of a table at once.
    "factcheck/dataset/data_file.py": ("dataset/test_columns.py", "dataset/test_export.py"),
    "factcheck/dataset/recount.py": ("dataset/test_import.py",),
    "factcheck/dataset/reading.py": ("dataset/test_export.py",),
    "factcheck/db/insert.py": ("dataset/test_import.py", "bot/test_webhook.py", "failures/test_account.py"),
    "factcheck/dataset/store.py": ("dataset/test_import.py", "dataset/test_round_trip.py"),
    # A file is kept once, and goes with the last who needs it; a version that two decide about at once.
    "factcheck/services/media.py": (
        "failures/test_media_known.py::test_m10",
        "failures/test_media_forgotten.py::test_what_is_declined",
        "failures/test_media_forgotten.py::test_m04_an_unsent",
    ),
    "factcheck/services/transcripts.py": (
        "editor_ui/media/test_transcripts.py::test_a_new_accounts",
        "editor_ui/media/test_transcripts.py::test_of_two",
    ),
    "indexer/evaluation/live.py": ("indexer/test_evaluate_live.py",),
    # An event is stored once, in the order of its chat, and handled by one worker at a time.
    "bot/private/turn.py": (*CONVERSATIONS, "failures/test_unsend.py"),
    "bot/outbound/outbox.py": ("bot/test_delivery.py::test_t06", "bot/test_delivery.py::test_t07"),
    "bot/private/burst_hold.py": ("bot/test_still_working.py",),
    "bot/inbound/inbox.py": ("bot/test_still_working.py", "bot/test_burst_question.py::test_messages_without_an_id"),
    "bot/line/account.py": ("failures/test_account.py",),
    "factcheck/services/line_quota.py": ("failures/test_account.py", "bot/test_notices.py::test_t10"),
    "bot/outbound/sender.py": ("bot/test_delivery.py::test_t06", "bot/test_delivery.py::test_messages_to_one_person"),
    "bot/inbound/still_working.py": ("bot/test_still_working.py",),
    "bot/inbound/webhook.py": ("bot/test_webhook.py", "failures/test_webhook_outage.py"),
    "bot/private/contribute.py": ("bot/test_contribute.py",),
}
"""Product module -> beginnings of the names of tests that run on both databases."""

STATEMENTS = (
    "bot/test_browse.py::test_looking",
    "bot/test_burst_each.py::test_f11",
    "bot/test_burst_question.py::test_f11",
    "bot/test_burst_question.py::test_the_same_messages_together",
    "bot/test_delivery.py::test_one_person_whom",
    "bot/test_notices_kept.py::test_t10_a_refused",
    "bot/test_rich_menu.py::test_a_new_friend",
    "bot/test_rich_menu.py::test_new_menus",
    "editor_ui/test_write.py::test_own_",
    "factcheck/test_fixtures.py::test_everything_is_loaded_once",
    "factcheck/test_time.py::test_a_dead",
    "factcheck/test_time.py::test_the_hour",
    "failures/test_groups.py::test_u0",
)
"""What the tests above leave out of the statements that the service sends to its database: each runs on both once."""

NARROWED = {
    "api/test_mutations.py": (
        "who_asks only_who a_reply_is_rated topics what_was_forwarded what_an_apps pictures scopes only_the_sites "
        "what_a_person"
    ),
    "bot/test_contribute.py": "f21 small_talk a_reason_is",
    "bot/test_digest.py": "a_draft one_mail an_address",
    "bot/test_erasure.py": (
        "copies whoever_sent who_it_was whoever_goes what_is_still ratings what_moderation why_somebody "
        "a_message_that held_messages"
    ),
    "bot/test_history.py": "a_reply_that_was an_empty",
    "bot/test_still_working.py": "b01_buttons t04_the_note messages_that_wait when_only_few",
    "dataset/test_export.py": "a_long_export parquet times a_moment",
    "dataset/test_import.py": "marks rows_twice counters existing people more_rows",
    "dataset/test_round_trip.py": "export_import two_imports",
    "editor_ui/test_copies.py": "many_copies",
    "editor_ui/test_drafts.py": (
        "a_draft_is_handed a_draft_of_ones only_drafts own_texts throwing two_devices what_another what_was_handed whom"
    ),
    "editor_ui/test_lists.py": "odd_page blocked",
    "editor_ui/test_own_replies.py": "tabs filters the_list",
    "factcheck/test_clustering.py": "an_article what_an_earlier the_next copies_reported",
    "factcheck/test_decisions.py": (
        "holding decisions what_was_just notices_that what_is_hidden transcripts what_waits publishing who_lost"
    ),
    "factcheck/test_pending.py": (
        "who_was_blocked two_who nobody_approves first_replies a_reviewer a_new_account a_change the_same_form "
        "what_is_taken publishing"
    ),
    "factcheck/test_published_ids.py": "what_is_erased",
    "factcheck/test_queue.py": "lists_and pages_hold the_newest",
    "factcheck/test_replies.py": "the_best a_form_belongs replies_attached whoever_asks one_form",
    "factcheck/test_vote_nights.py": (
        "the_best what_is_against a_reply_that_says the_job accounts_of a_second two_accounts"
    ),
    "failures/test_unsend.py": "u01_unsent_when u02_a_reason u02_the_question u02_the_same u04_following",
}
"""File that is named above -> beginnings of its tests that run on both, each without its "test_". They send every
statement that the file's other tests send, or tests of other files do; what happens at once is kept in any case."""


def _narrowed(name: str) -> Iterator[str]:
    if name in NARROWED:
        yield from (f"{name}::test_{beginning}" for beginning in NARROWED[name].split())
    else:
        yield name


TESTS = tuple(sorted({one for names in (*BOTH.values(), STATEMENTS) for name in names for one in _narrowed(name)}))


def modules_that_differ() -> Iterator[str]:
    for package in PRODUCT:
        for path in (ROOT / package).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(OF_THEIR_OWN) and DIFFERS.search(path.read_text(encoding="utf-8")):
                yield name


def is_left_out(item: pytest.Item) -> bool:
    """Whether this is the PostgreSQL twin of a test that runs on SQLite alone by default."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return parameters.get("database_url") == "postgresql" and not item.nodeid.removeprefix("tests/").startswith(TESTS)
