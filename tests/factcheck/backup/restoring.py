from pathlib import Path

from factcheck.backup.restore import restore_backup
from factcheck.settings import Settings
from tests.bot.chatting import Chatting

KEY = "key"


def restored(chat: Chatting, settings: Settings, file: Path, notices: str | None = "drop") -> Chatting:
    """The service is stopped, the backup put back, and the service started."""
    chat.factory.kw["bind"].dispose()
    restore_backup(settings, file, notices=notices, clock=chat.clock)
    chat.line.sent.clear()
    chat.worker.run_due_jobs()
    return chat
