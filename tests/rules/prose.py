"""What may stand in a docstring, as functions from a module's source to its faults; and how much prose there is."""

import ast
import io
import tokenize
from collections.abc import Iterator

FRAGMENTS = frozenset(
    """
    above after again against along also although an and are as at because before below beside between but by called
    does during else except for from her his how in instead into is it its just last like may more most
    much never newest no none not nothing of off often oldest on once one only or other otherwise over perhaps rather
    same several since so some still such than that their them then there these they those though through till to
    too toward twice under unless until upon was were what whatever when whenever where wherever whether which whichever
    while who whoever whom whose why with within without yes yet
    """.split()
)
"""Words with which a sentence of this kind does not begin: what follows them answers a question that stands somewhere
else. A docstring's own subject is its name (a verb for a function, a noun for a class or a constant)."""

PHRASES = frozenset({"an", "how", "one", "only", "what", "where", "which"})
"""With these a module or a class may begin: "One row of a table", "How a cluster is spread"."""

SHORTEST = 3
"""Words of a sentence that can say more than a name."""

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
Finding = tuple[int, str]


def fragments(source: str) -> list[Finding]:
    """The line of each docstring that is no whole sentence, and how it begins."""
    found = _docstrings(ast.parse(source))
    return [
        (line, text.split("\n")[0][:60])
        for line, text, is_function in found
        if _is_fragment(text, of_function=is_function)
    ]


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """The node, and all statements in it; no expressions, which are most of a tree."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from _statements(child)


def _docstrings(tree: ast.Module) -> Iterator[tuple[int, str, bool]]:
    """Line, text and whether it is a function's. Docstrings of constants and fields complete their name, and may be
    phrases."""
    for node in _statements(tree):
        if isinstance(node, Documented) and (text := ast.get_docstring(node)):
            yield node.body[0].lineno, text, isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _is_fragment(text: str, *, of_function: bool) -> bool:
    first = text.split("\n\n")[0].strip()
    words = first.split()
    if first.endswith("?") or (not of_function and words[0].startswith("`")):  # a question; "`articles.csv`: messages"
        return False
    begins = words[0].strip("`*(:,.").lower()
    if words[0].startswith("`") and words[0].endswith(":"):  # "`name`: what it is", and nothing of the function
        return True
    allowed = frozenset() if of_function else PHRASES
    return begins in FRAGMENTS - allowed or len(words) < SHORTEST or first[-1] not in '.:)`"”?'


def amounts(source: str) -> tuple[int, int]:
    """(words of docstrings and comments, lines of code) of a module."""
    prose, code_lines = 0, set()
    strings = set()
    for node in _statements(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            prose += len(node.value.value.split())
            strings |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            prose += len(token.string.split()) - 1
        elif token.type not in (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER):
            code_lines |= set(range(token.start[0], token.end[0] + 1))
    return prose, len(code_lines - strings)
