"""The terms that whoever contributes accepts: by the first log-in, and once more when they have changed."""

from datetime import datetime

from factcheck.models import User

VERSION = "2026-11-28"
"""Change it with the texts of `editor_ui/templates/help_terms.html`."""


def accept(user: User, *, now: datetime) -> None:
    user.terms_version, user.terms_accepted_at = VERSION, now


def has_accepted(user: User) -> bool:
    return user.terms_version == VERSION
