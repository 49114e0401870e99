"""What may be used where, as a function from a file's path and source to the ways in which it breaks the rules."""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "editor_ui", "factcheck", "indexer")
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60

FIRST_PARTY = (*PACKAGES, "tests", "wsgi", "benchmarks")
ALLOWED: dict[str, tuple[str, ...]] = {
    "wsgi.py": PACKAGES,
    "bot/simulator": ("bot.simulator", "factcheck.directions", "factcheck.graphemes", "factcheck.languages"),
    "bot": ("bot", "factcheck", "indexer.factory"),
    "editor_ui": ("editor_ui", "factcheck", "indexer.factory"),
    "indexer": ("indexer", "factcheck"),
    "factcheck/matching": ("factcheck.matching", "factcheck.graphemes", "factcheck.languages", "factcheck.ports"),
    "factcheck": ("factcheck",),
}
"""Where -> what it may import of our own. The first place that holds a file counts."""

ONLY_IN: dict[str, tuple[str, ...]] = {
    "flask": ("bot/inbound/webhook.py", "bot/simulator", "editor_ui", "factcheck/api", "wsgi.py"),
    "aiohttp": ("editor_ui/front", "factcheck/fetching"),
    "boto3": ("factcheck/media/s3.py",),
    "botocore": ("factcheck/media/s3.py",),
    "gunicorn": ("editor_ui/front",),
    "linebot": ("bot/line",),
    "elasticsearch": ("indexer/backends",),
    "elastic_transport": ("indexer/backends",),
    "openvino": ("indexer/embedding/engines.py", "indexer/embedding/export.py", "indexer/media/engine.py"),
}
"""Top-level package (with its extensions: flask_login counts as flask) -> where it may be imported."""

ENVIRONMENT_IN = ("factcheck/settings.py",)
PUT_IN = ("indexer/media/engine.py",)
"""Sets what a library reads for itself."""
TIME_IN = ("factcheck/clock.py", "bot/simulator")
FILE_AGES_IN = ("indexer/backends",)
"""Compares the ages of files and indices, whose times are not the domain's."""
COMMIT_IN = ("factcheck/db", "indexer/backends", "bot/simulator")
NOT_EMPTY = ("factcheck/models/__init__.py",)
GENERATED = ("factcheck/db/migrations",)

Finding = tuple[int, str]
"""Line and what is wrong there."""


def source_files() -> list[Path]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return sorted([*found, ROOT / "wsgi.py"])


def violations(path: PurePosixPath, source: str) -> list[str]:
    """`path` is relative to the root of the repository. Returns 'path:line: what' for each broken rule."""
    nodes = [*ast.walk(ast.parse(source))]
    checks: tuple[Callable[[PurePosixPath, Sequence[ast.AST]], Iterator[Finding]], ...] = (
        _direction,
        _libraries,
        _environment,
        _time,
        _commits,
        _aliases,
        _function_sizes,
    )
    findings = [finding for check in checks for finding in check(path, nodes)]
    findings += _file_rules(path, source)
    return [f"{path}:{line}: {what}" for line, what in sorted(set(findings))]


def _within(path: PurePosixPath, places: tuple[str, ...]) -> bool:
    return any(path.is_relative_to(place) for place in places)


def _is_part(name: str, of: str) -> bool:
    return name == of or name.startswith(f"{of}.")


def imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[int, str]]:
    """Every imported dotted name; `from a import b` gives `a.b`, which may be a module or something in one."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{module}.{name.name}") for name in node.names)
        elif isinstance(node, ast.Call) and dotted(node.func) in ("__import__", "importlib.import_module"):
            yield from ((node.lineno, str(one.value)) for one in node.args[:1] if isinstance(one, ast.Constant))


def dotted(node: ast.expr) -> str:
    """Gives `a.b.c`, or nothing where something else than names is in it."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _direction(path: PurePosixPath, nodes: Sequence[ast.AST]) -> Iterator[Finding]:
    allowed = next(names for place, names in ALLOWED.items() if path.is_relative_to(place))
    for line, name in imports(nodes):
        if name.startswith("."):
            yield line, "relative import"
            continue
        foreign = name.split(".")[0] in FIRST_PARTY and not any(_is_part(name, one) for one in allowed)
        if foreign or (_is_part(name, "sqlalchemy") and path.is_relative_to("factcheck/matching")):
            yield line, f"imports {name}"


def _libraries(path: PurePosixPath, nodes: Sequence[ast.AST]) -> Iterator[Finding]:
    for line, name in imports(nodes):
        top = name.split(".")[0]
        for library, places in ONLY_IN.items():
            if (top == library or top.startswith(f"{library}_")) and not _within(path, places):
                yield line, f"imports {name}"


def _environment(path: PurePosixPath, nodes: Sequence[ast.AST]) -> Iterator[Finding]:
    if _within(path, ENVIRONMENT_IN):
        return
    names = {f"os.{name}" for name in ("environ", "environb", "getenv", "getenvb", "putenv", "unsetenv")}
    names -= {"os.putenv"} if _within(path, PUT_IN) else set()
    yield from ((line, f"uses {name}") for line, name in _uses(nodes) if name in names)


def _time(path: PurePosixPath, nodes: Sequence[ast.AST]) -> Iterator[Finding]:
    if _within(path, TIME_IN):
        return
    names = {f"{module}{name}" for module in ("datetime.", "datetime.datetime.") for name in ("now", "utcnow", "today")}
    names |= {"date.today", "datetime.date.today"} | (set() if _within(path, FILE_AGES_IN) else {"time.time"})
    yield from ((line, f"asks for the time by {name}") for line, name in _uses(nodes) if name in names)


def _uses(nodes: Sequence[ast.AST]) -> Iterator[tuple[int, str]]:
    """Dotted names as they are written, and what is imported from a module."""
    yield from imports(nodes)
    for node in nodes:
        if isinstance(node, ast.Attribute):
            yield node.lineno, dotted(node)


def _commits(path: PurePosixPath, nodes: Sequence[ast.AST]) -> Iterator[Finding]:
    if _within(path, COMMIT_IN):
        return
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield node.lineno, "commits a transaction that the edge owns"


def _aliases(_path: PurePosixPath, nodes: Sequence[ast.AST]) -> Iterator[Finding]:
    """An alias that a function makes is of one thread; a module's is of all, and made by `factcheck.db.aliases`."""
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {id(node) for function in functions for node in ast.walk(function)}
    for node in nodes:
        if isinstance(node, ast.Call) and id(node) not in inside and dotted(node.func).split(".")[-1] == "aliased":
            yield node.lineno, "shares an alias that is not whole"


def _function_sizes(path: PurePosixPath, nodes: Sequence[ast.AST]) -> Iterator[Finding]:
    if _within(path, GENERATED):
        return
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {lines} lines"


def _file_rules(path: PurePosixPath, source: str) -> list[Finding]:
    lines = len(source.splitlines())
    findings: list[Finding] = []
    if lines > MAX_FILE_LINES and not _within(path, GENERATED):
        findings.append((1, f"the file has {lines} lines"))
    if path.name == "__init__.py" and source.strip() and str(path) not in NOT_EMPTY:
        findings.append((1, "is not empty"))
    return findings
