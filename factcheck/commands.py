"""The commands return an exit code and raise FactlineError."""

import argparse
import json
import sys

from sqlalchemy import select

from factcheck.clock import utc_now
from factcheck.dataset.export import export_dataset
from factcheck.dataset.importer import import_dataset
from factcheck.dataset.jobs import EXPORT_DATASET, publish
from factcheck.db.migrate import migrate
from factcheck.db.session import SessionFactory, make_engine, open_database, read_only, transaction
from factcheck.jobs import queue
from factcheck.jobs.schedule import bring_forward
from factcheck.limits import MAX_FORM_BYTES as MAX_RETURNED_BYTES
from factcheck.media.stores import build_media_store
from factcheck.models import Job, JobState, Role, User
from factcheck.services.digests import is_for_good, mail_came_back, user_of_mark
from factcheck.services.media_checks import check_all
from factcheck.services.organisations import add_member, set_organisation
from factcheck.services.published_ids import new_key, renew_ids
from factcheck.services.roles import set_role
from factcheck.services.second_accounts import counted_apart
from factcheck.services.usage import daily_counts, refused_answers
from factcheck.services.vote_nights import last_night
from factcheck.settings import Settings, SettingsError
from factcheck.trial_data import load_fixtures

APART_SHOWN = 100
"""Accounts whose votes are counted apart, those with most first."""


def migrate_database(settings: Settings, _options: argparse.Namespace) -> int:
    migrate(make_engine(settings.resolved_database_url))
    return 0


def add_fixtures(settings: Settings, _options: argparse.Namespace) -> int:
    if not settings.trial:
        raise SettingsError("The fixtures are invented messages, for trials only: set TRIAL=1 to load them.")
    with transaction(open_database(settings)) as session:
        new = load_fixtures(session, secret_key=settings.secret_key, now=utc_now())
    print(f"{new} fixture articles added")
    return 0


def export(settings: Settings, options: argparse.Namespace) -> int:
    factory, licence = open_database(settings), settings.dataset_licence
    if options.by_worker:
        with transaction(factory) as session:
            bring_forward(session, EXPORT_DATASET, now=utc_now())
        print("the worker makes a release next")
        return 0
    if options.folder is None:
        folder = publish(factory, settings, utc_now)
    else:
        folder = options.folder
        renew_ids(factory, secret_key=settings.secret_key)
        export_dataset(factory, folder, clock=utc_now, licence=licence)
    print(f"written to {folder}")
    return 0


def change_key(settings: Settings, _options: argparse.Namespace) -> int:
    number, people = new_key(open_database(settings), secret_key=settings.secret_key, now=utc_now())
    print(f"{people:,} people have ids by key {number}; the next release shows them")
    return 0


def import_files(settings: Settings, options: argparse.Namespace) -> int:
    print(import_dataset(open_database(settings), options.source, secret_key=settings.secret_key).table())
    return 0


def manage_jobs(settings: Settings, options: argparse.Namespace) -> int:
    factory = open_database(settings)
    if options.drop is not None:
        with transaction(factory) as session:
            found = queue.drop_dead(session, options.drop)
        print("dropped" if found else "no such dead job")
        return 0 if found else 1
    if options.retry is not None:
        with transaction(factory) as session:
            count = queue.retry_dead(session, options.retry or None, now=utc_now())
        print(f"{count} dead jobs will be tried again")
        return 0
    _show_jobs(factory)
    return 0


def check_media(settings: Settings, _options: argparse.Namespace) -> int:
    """Looks at all of them, and has those hidden that are damaged, and those shown that are whole again."""
    looked = damaged = 0
    for one in check_all(open_database(settings), build_media_store(settings), utc_now):
        looked += 1
        if one.fault:
            damaged += 1
            print(f"{one.id}: {one.fault}")
    print(f"{looked:,} files were looked at, {damaged:,} are damaged or gone.")
    if damaged:
        print("Put them back from your copy of MEDIA_STORE, then run this again: until then they are shown to nobody.")
    return 1 if damaged else 0


def show_usage(settings: Settings, options: argparse.Namespace) -> int:
    with read_only(open_database(settings)) as session:
        now, days = utc_now(), max(1, options.days)
        found, refused = daily_counts(session, now=now, days=days), refused_answers(session, now=now, days=days)
    for day, counts in found.items():
        for kind, number in sorted(counts.items()):
            print(f"{day}  {number:8}  {kind}")
    if refused:
        print("\nrefused as another message, of how often each was shown:")
    for one in refused:
        print(f"{one.refused:8} of {one.shown:6}  {settings.base_url}/article/{one.article_id}")
    return 0


def take_bounce(settings: Settings, options: argparse.Namespace) -> int:
    """Reads a returned mail on stdin. Ends well for all that is not ours, too: mail servers repeat what fails."""
    user_id = user_of_mark(settings.secret_key, options.address)
    if user_id and is_for_good(sys.stdin.buffer.read(MAX_RETURNED_BYTES)):
        with transaction(open_database(settings)) as session:
            user = session.get(User, user_id)
            if user is not None:
                mail_came_back(user, now=utc_now())
        print("no more digests go there")
    return 0


def add_organisation(settings: Settings, options: argparse.Namespace) -> int:
    with transaction(open_database(settings)) as session:
        organisation = set_organisation(session, options.name, options.url, now=utc_now())
        session.flush()
        for address in options.member:
            print(f"{add_member(session, organisation.id, address, now=utc_now()).name} writes for {options.name}")
    return 0


def show_votes(settings: Settings, _options: argparse.Namespace) -> int:
    with read_only(open_database(settings)) as session:
        night, apart = last_night(session), counted_apart(session, APART_SHOWN)
        if night is not None:
            print(f"{night.at:%Y-%m-%d %H:%M}  {json.dumps(night.parameters)}")
        for row in apart:
            print(f"{row.votes:8}  {row.sign:<14}  {row.user.published_id}  {row.user.name}")
    return 0


def give_role(settings: Settings, options: argparse.Namespace) -> int:
    with transaction(open_database(settings)) as session:
        user = set_role(session, options.address, Role(options.role.upper()))
        print(f"{user.name} is now {options.role}")
    return 0


def _show_jobs(factory: SessionFactory) -> None:
    with read_only(factory) as session:
        for (kind, state), count in sorted(queue.counts(session).items()):
            print(f"{count:8}  {state:8} {kind}")
        dead = session.scalars(select(Job).where(Job.state == JobState.DEAD).order_by(Job.id).limit(100))
        for job in dead:
            print(f"dead {job.id} {job.kind} after {job.attempts} attempts: {job.last_error}")
