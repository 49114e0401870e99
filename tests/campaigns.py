"""Which tests are campaigns: they take longer than somebody waits after each change, for they need a browser, a whole
service, Elasticsearch or a model, break disks, or go through all that there is. `make campaigns` runs these, `make
test` all others, and whoever names a file or a test gets it in any case."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SERVICE = "processes as `make run` starts them"
GROUPS = {
    "browser": "a real browser",
    "elasticsearch": "a real Elasticsearch, which takes its time for each index",
    "model": "the real sentence model",
}
"""Name of an xdist group -> what takes the time of its tests."""

CAMPAIGNS = {
    "api/elsewhere/test_instance.py": "another instance, crawled and followed",
    "api/test_mcp.py::test_it_speaks": "a process of its own",
    "api/test_schemathesis.py": "requests made up from the document",
    "bot/test_messages.py::test_any_candidates": "invented candidates of any size",
    "bot/test_messages.py::test_ten_cards": "the longest cards",
    "bot/test_rate_limit.py::test_f10": "as much as one person may send",
    "bot/test_rate_limit.py::test_u04_a_flood": "as much as one person may send, and more",
    "bot/test_rows.py::test_the_buttons_of": "every button of every question of the release before",
    "dataset/test_export.py::test_memory": "rows without end",
    "dataset/test_import.py::test_a_row_without": "a row without end",
    "dataset/test_import.py::test_more_rows": "rows by the thousand",
    "dataset/test_papers.py::test_frictionless": "another program that reads the whole package",
    "dataset/test_real_data.py": "the real dataset",
    "dataset/test_round_trip.py::test_two": "imports at once",
    "e2e/": SERVICE,
    "editor_ui/test_abuse.py::test_a_reporter": "reports by the hundred",
    "editor_ui/test_every_page.py": "every page, of every reader, in every language",
    "editor_ui/test_login.py::test_a_school": "log-ins by the hundred",
    "editor_ui/test_moderation.py::test_a_wave": "a wave of reports",
    "editor_ui/test_site.py::test_no_link_is_dead": "every link of every page",
    "factcheck/test_cli.py::test_a_disk": "a disk that is full",
    "factcheck/test_cli.py::test_a_file": "processes of their own",
    "factcheck/test_disks.py": "disks that are full or read-only",
    "factcheck/test_fixtures.py": "the trial texts, with all that hangs on them",
    "factcheck/test_restore_drill.py": SERVICE,
    "factcheck/test_settings.py::test_processes": "processes that start at once",
    "factcheck/test_worker_killed.py": "workers that are killed",
    "failures/test_lengths.py::test_l02": "texts as long as they may be",
    "failures/test_lengths.py::test_l07": "many messages as long as they may be",
    "failures/test_media_damaged.py": "kept files, damaged in every way",
    "failures/test_media_known.py::test_f05": "films and sounds, encoded anew",
    "failures/test_multicast.py::test_t19_t20_501": "people by the hundred, and processes that are killed",
    "failures/test_strangers.py": "a front server, and sockets that hang",
    "indexer/media/": "pictures, films and sounds, drawn, changed and read by real models",
    "indexer/test_damage.py": "every derived file, damaged in every way",
    "indexer/test_embedded.py::test_a_writer": "writers that are killed",
    "indexer/test_embedded.py::test_many_changes": "changes by the hundred",
    "indexer/test_embedded.py::test_what_was_written": "writers that are killed",
    "indexer/test_embedded.py::test_two_real": "processes that write at once",
    "indexer/test_embedding_export.py": "the export of the model",
    "indexer/test_embedding_server.py::test_a_socket": "model servers whose sockets are taken away",
    "indexer/test_embedding_server.py::test_sigterm": "model servers that are killed",
    "indexer/test_evaluate.py": "the measurement of matching",
    "indexer/test_evaluate_media.py": "the measurement of pictures, films and sounds",
    "indexer/test_reindex.py::test_a_killed": "rebuilds that are killed",
    "indexer/test_reindex.py::test_no_write_is_lost": "rebuilds while others write",
    "indexer/test_second.py": "the real second encoder",
    "indexer/test_training.py": "models that are fitted",
    "matching/test_changes_long.py": "texts as long as they may be",
    "matching/test_fingerprint.py::test_hostile": "texts as long as they may be",
    "media/test_damaged.py": "kept files, damaged in every way",
    "media/test_hostile_files.py": "files that want to do harm, each read in a process of its own",
    "migrations/test_upgrades.py": "data of every release before, brought up to date",
    "rules/test_package.py::test_the_installed": "a package built and installed",
    "rules/test_requirements.py::test_openvino": "what is imported, in a process of its own",
    "rules/test_requirements.py::test_the_worker": "what is imported, in a process of its own",
    "rules/test_requirements.py::test_what_serves": "what is imported, in processes of their own",
    "simulator/test_fake_line.py::test_two_processes": "processes that write at once",
    "votes/test_camps.py::test_a_round_more": "a night of many votes",
    "votes/test_camps.py::test_the_same_votes": "a night of many votes, in another order",
    "votes/test_camps.py::test_the_command": "a simulated year of votes",
}
"""Beginning of a test's name -> what takes its time."""


def is_campaign_file(path: Path) -> bool:
    """Whether all of a file or folder is a campaign: whoever runs no campaigns need not import it."""
    name = path.relative_to(TESTS).as_posix()
    return name in CAMPAIGNS or f"{name}/" in CAMPAIGNS


def is_campaign(item: pytest.Item) -> bool:
    groups = {mark.args[0] for mark in item.iter_markers("xdist_group")}
    return bool(groups & GROUPS.keys()) or item.nodeid.removeprefix("tests/").startswith(tuple(CAMPAIGNS))
