"""How many small tasks are handed out and answered a second, and whether anybody is asked needlessly.

People come one after the other, some at once; each does a few tasks on the real pages, without a pause, and is right
about a topic as often as `RIGHT` says. Ten thousand people a day who do six tasks each answer 60,000; if a fifth of
them come in one hour, that is 3.3 a second.
"""

import argparse
import itertools
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import requests
from flask import Flask
from sqlalchemy import func, select, update

from benchmarks.setting import HEADER, Measured, Setting, row
from editor_ui.auth import account_of
from editor_ui.sessions import SESSION_COOKIE, PageSessions
from factcheck.clock import utc_now
from factcheck.db.session import read_only, transaction
from factcheck.models import Category, Task, TaskAnswer, TaskKind, TaskState, TaskTurn, User
from factcheck.services.login_sessions import begin_session
from factcheck.services.task_making import add_tasks, lacking
from factcheck.services.task_rules import MARGINS
from factcheck.services.users import new_volunteer
from indexer.evaluation.results import milliseconds

PEOPLE_A_DAY, TASKS_EACH, BUSIEST_HOUR = 10_000, 6, 0.2
NEEDED = PEOPLE_A_DAY * TASKS_EACH * BUSIEST_HOUR / 3600
AT_ONCE, PEOPLE, TOPICS = 8, 400, 12
RIGHT = 0.85

ACTION = re.compile(r'action="(/minute/(\d+))"')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def run(setting: Setting, options: argparse.Namespace) -> Measured:
    cookies = make_people(setting)
    made = stock(setting)
    until = time.monotonic() + options.seconds
    started = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        numbers = itertools.count()
        jobs = [pool.submit(come, setting, cookies, numbers, until) for _ in range(AT_ONCE)]
        done = [seconds for job in jobs for seconds in job.result()]
    a_second = round(len(done) / (time.perf_counter() - started), 1)
    asked = needless(setting)
    figures = {"tasks": made, "answered": len(done), "a_second": a_second, "needed_a_second": round(NEEDED, 1), **asked}
    lines = [f"{AT_ONCE} people at once for {options.seconds} s, each answer with the next task", HEADER]
    lines += [row("answered, and the next one shown", done)]
    lines += [f"{a_second} a second; {PEOPLE_A_DAY:,} people a day need {NEEDED:.1f} in their busiest hour"]
    lines += [", ".join(f"{name}: {value}" for name, value in asked.items())]
    return "\n".join(lines), {**figures, "answer": milliseconds(done)}


def make_people(setting: Setting) -> list[str]:
    """Gives the cookie of each."""
    app = Flask("people")
    app.secret_key = setting.settings.secret_key
    app.permanent_session_lifetime = timedelta(days=1)
    serializer = PageSessions().get_signing_serializer(app)
    assert serializer is not None
    found, now = [], utc_now()
    with transaction(setting.factory) as session:
        for _ in range(PEOPLE):
            user = new_volunteer(session, secret_key=app.secret_key, locale="zh-Hant", now=now)
            session.flush()
            key = account_of(user, begin_session(session, user, "", now=now)).get_id()
            found.append(str(serializer.dumps({"_user_id": key, "_fresh": True, "_permanent": True})))
    return found


def stock(setting: Setting) -> int:
    """Makes tasks of choosing topics for the messages that the service knows, and leaves no others."""
    with transaction(setting.factory) as session:
        session.add_all(Category(id=f"topic{number}", title=f"Topic {number}") for number in range(TOPICS))
        session.execute(update(Task).where(Task.kind != TaskKind.TOPIC).values(state=TaskState.DROPPED))
    with transaction(setting.factory) as session:
        add_tasks(session, [one for one in lacking(session) if one.kind == TaskKind.TOPIC], now=utc_now())
        return session.scalar(select(func.count()).select_from(Task).where(Task.kind == TaskKind.TOPIC)) or 0


def come(setting: Setting, cookies: list[str], numbers: Iterator[int], until: float) -> list[float]:
    """People who come one after the other; returns the seconds of each answer."""
    done: list[float] = []
    while time.monotonic() < until:
        number = next(numbers)
        browser = requests.Session()
        browser.cookies.set(SESSION_COOKIE, cookies[number % len(cookies)], domain="127.0.0.1")
        browser.headers["X-Forwarded-For"] = f"203.0.{number // 250 % 250}.{number % 250}"
        page = browser.get(f"{setting.service.base_url}/minute?all=1", timeout=60)
        for _ in range(TASKS_EACH):
            found, token = ACTION.search(page.text), TOKEN.search(page.text)
            if page.status_code != 200 or found is None or token is None:
                break
            fields = {"csrf_token": token[1], "all": "1", "answer": said(page.text, int(found[2]), number)}
            begun = time.perf_counter()
            page = browser.post(f"{setting.service.base_url}{found[1]}", data=fields, timeout=60)
            done.append(time.perf_counter() - begun)
    return done


def said(page: str, task_id: int, number: int) -> str:
    """Chooses what is right for this task, or something else."""
    if f'value="topic{task_id % TOPICS}"' not in page:
        return TaskAnswer.SKIPPED
    chance = random.Random(f"{task_id} {number}")
    return f"topic{task_id % TOPICS if chance.random() < RIGHT else chance.randrange(TOPICS)}"


def needless(setting: Setting) -> dict[str, Any]:
    """Counts answers that could not decide anything any more, and how often what was decided is right."""
    with read_only(setting.factory) as session:
        tasks = {task.id: task for task in session.scalars(select(Task).where(Task.kind == TaskKind.TOPIC))}
        turns = session.scalars(select(TaskTurn).order_by(TaskTurn.answered_at)).all()
        people = session.scalar(select(func.count(func.distinct(TaskTurn.user_id))).join(User)) or 0
    answers: dict[int, Counter[str]] = {task_id: Counter() for task_id in tasks}
    too_many = 0
    for turn in turns:
        if turn.task_id not in tasks or turn.answered_at is None or turn.answer == TaskAnswer.SKIPPED:
            continue
        first, second = (*(count for _, count in answers[turn.task_id].most_common(2)), 0, 0)[:2]
        too_many += first - second >= MARGINS[TaskKind.TOPIC]
        answers[turn.task_id][turn.answer] += 1
    decided = [task for task in tasks.values() if task.outcome]
    right = sum(task.outcome == f"topic{task.id % TOPICS}" for task in decided)
    given = sum(sum(counter.values()) for counter in answers.values())
    each = round(given / len(decided), 2) if decided else None
    share = round(right / len(decided), 3) if decided else None
    return {"people": people, "decided": len(decided), "right": share, "answers_each": each, "needless": too_many}
