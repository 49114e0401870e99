"""`python -m indexer evaluate` as a whole: on the texts of `fixtures`, with the fake model, on both backends."""

import json
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from factcheck.settings import load_settings
from indexer import cli
from indexer.evaluation import command
from indexer.evaluation.baselines import RULES, SCORES
from indexer.evaluation.embedding_cache import PROBES
from tests.fakes.embedder import FakeEmbedder
from tests.indexer.elasticsearch import BACKENDS, server_url
from tests.trial import rows

SHARES = {
    *("answered_right", "answered_wrong", "differs_right", "differs_wrong"),
    *("offered_right", "offered_wrong", "unknown"),
}
PNG = b"\x89PNG\r\n"

Json = dict[str, Any]
Run = Callable[..., Json]


def write(path: Path, lines: list[Json]) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def texts() -> dict[str, str]:
    """Some articles of the fixtures, by key: of a length that is quickly compared."""
    found = {line["key"]: line["text"] for line in rows("articles") if 60 <= len(line["text"]) <= 250}
    return dict(list(found.items())[:16])


@pytest.fixture
def files(tmp_path: Path, texts: dict[str, str]) -> dict[str, Path]:
    known = dict(list(texts.items())[:12])
    strangers = list(texts.values())[12:]
    queries = [
        {"source_id": key, "kind": kind, "lang": "zh-Hant", "text": text}
        for key, whole in list(known.items())[:4]
        for kind, text in (
            ("forward", f"請轉傳！{whole}"),
            ("partial", whole[: len(whole) // 2]),
            ("hardneg", whole[::-1]),
        )
    ]
    return {
        "articles": write(tmp_path / "articles.jsonl", [{"id": key, "text": text} for key, text in known.items()]),
        "queries": write(tmp_path / "queries.jsonl", queries),
        "unmatched": write(tmp_path / "unmatched.jsonl", [{"id": text[:5], "text": text} for text in strangers]),
    }


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, fake_model: Path) -> FakeEmbedder:
    """The model that the command works with; nothing in use may be touched, so nothing else is there."""
    model = FakeEmbedder()
    monkeypatch.setattr(command, "build_local_embedder", lambda _settings: model)
    return model


@pytest.fixture
def run(machine: FakeEmbedder, files: dict[str, Path], tmp_path: Path) -> Run:
    """Runs the command with these files and options, and reads what it wrote."""

    def evaluate(*options: str, **replaced: Path) -> Json:
        given = {**files, **replaced}
        out = tmp_path / "out.json"
        arguments = [part for name, path in given.items() for part in (f"--{name}", str(path))]
        assert cli.main(["evaluate", *arguments, "--json", str(out), *options]) == 0
        found: Json = json.loads(out.read_text(encoding="utf-8"))
        return found

    return evaluate


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "elasticsearch":
        monkeypatch.setenv("ELASTICSEARCH_URL", server_url())
        monkeypatch.setenv("ELASTICSEARCH_PREFIX", f"test-{secrets.token_hex(6)}")
    return str(request.param)


def test_every_measure_is_in_the_json_and_the_report(
    run: Run, backend: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run("--backend", backend, "--baselines", "--plot", str(tmp_path / "risk.png"))
    assert found["backend"] == backend
    for lang in ("zh-Hant", "all"):
        shares = found["retrieval"]["forward"][lang]
        assert (shares["n"], shares["r1"], shares["r5"], shares["r20"], shares["mrr10"]) == (4, 1, 1, 1, 1)
    assert found["retrieval"].keys() == {"forward", "partial"}
    assert found["decision"]["forward"]["answered_right"] == 1
    for kind, more in (("partial", set()), ("hardneg", {"answered_other", "differs_other"})):
        shares = found["decision"][kind]
        assert shares["n"] == 4
        assert sum(shares[name] for name in SHARES | more) == pytest.approx(1)
    assert found["unmatched"]["n"] == 4
    said = ("answered", "differs", "offered", "unknown")
    assert sum(found["unmatched"][name] for name in said) == pytest.approx(1)
    assert 0 <= found["right_at_far"]["0.01"] <= found["right_at_far"]["0.05"] <= 1
    assert 0 <= found["calibration_error"] <= 1
    assert all(found["latency_ms"][stage]["median"] >= 0 for stage in ("embed", "search", "decide", "total"))
    assert found["baselines"].keys() == {*RULES, *SCORES}
    for baseline in found["baselines"].values():
        assert baseline["retrieval"]["forward"]["all"]["n"] == 4
        assert baseline.keys() >= {"retrieval", "decision", "unmatched", "right_at_far", "calibration_error"}
        assert baseline["latency_ms"].keys() == {"embed", "search", "decide", "total"}
        assert baseline["latency_ms"]["search"]["median"] > 0
    calibrations = {name: baseline["calibration_error"] for name, baseline in found["baselines"].items()}
    assert {name for name, error in calibrations.items() if error is None} == {"meedan", "bm25", "rrf"}
    assert found["baselines"]["bm25"]["latency_ms"]["embed"]["median"] == 0
    assert found["baselines"]["vectors"]["latency_ms"]["embed"]["median"] > 0
    assert (tmp_path / "risk.png").read_bytes().startswith(PNG)
    report = capsys.readouterr().out
    assert all(word in report for word in ("12 articles", backend, "cofacts-group", "Calibration error", "hardneg"))


def test_pairs_turned_words_and_sizes_are_measured_and_explained(
    run: Run, backend: str, tmp_path: Path, texts: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    first, *_ = texts.values()
    same = {"id": "c1", "kind": "same", "article": first, "reply_type": "RUMOR", "message": first, "want": "answer"}
    pairs = write(tmp_path / "pairs.jsonl", [same, same | {"id": "c2", "want": "differs"}])
    read = tmp_path / "read.txt"
    found = run("--backend", backend, "--turned", "--sizes", "--explain", "same", str(read), pairs=pairs)
    assert found["pairs"]["by_kind"]["same"]["answered"] == 1
    assert found["pairs"]["failing"] == ["c2"]
    assert found["decision"]["turned"]["n"] > 0
    assert "quoted" in found["decision"]["turned"]
    assert {size: one["articles"] for size, one in found["sizes"].items()} == dict.fromkeys(
        ("60", "300", "1000", "4000"), 10
    )
    assert found["sizes"]["60"]["known"]["n"] > 0
    report = capsys.readouterr().out
    assert all(words in report for words in ("wanted differs", "same c2", "PERHAPS", "Wanted"))
    assert read.read_text(encoding="utf-8").count(first.strip()) == 4


def test_nothing_is_left_behind_but_the_vectors(
    run: Run, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    run("--backend", backend)
    assert list((tmp_path / "temporary").iterdir()) == []
    assert {path.name for path in (tmp_path / "var").iterdir()} == {"models", "evaluation"}
    if backend == "elasticsearch":
        settings = load_settings()
        with Elasticsearch(settings.elasticsearch_url) as client:
            assert not client.indices.get(index=f"{settings.elasticsearch_prefix}-*", expand_wildcards="all")


def test_a_second_run_embeds_only_the_sample_and_finds_the_same(run: Run, machine: FakeEmbedder) -> None:
    first = run()
    machine.embed_passages = lambda texts: FakeEmbedder().embed_passages(_few(texts))  # type: ignore[method-assign]
    second = run()
    for key in ("retrieval", "decision", "unmatched", "right_at_far", "calibration"):
        assert first[key] == second[key]


def _few(texts: Sequence[str]) -> Sequence[str]:
    assert set(texts) <= set(PROBES), "passages were embedded again"
    return texts


def test_one_article_and_one_query(run: Run, tmp_path: Path, texts: dict[str, str]) -> None:
    key, text = next(iter(texts.items()))
    articles = write(tmp_path / "one.jsonl", [{"id": key, "text": text, "reply_type": "NOT_RUMOR"}])
    queries = write(tmp_path / "q.jsonl", [{"article_id": key, "kind": "forward", "text": text}])
    found = run("--baselines", articles=articles, queries=queries)
    assert found["decision"]["forward"]["answered_right"] == 1
    assert found["retrieval"]["forward"].keys() == {"all"}


def test_without_unmatched_queries_their_figures_are_null(run: Run, tmp_path: Path) -> None:
    found = run("--baselines", "--plot", str(tmp_path / "risk.png"), unmatched=write(tmp_path / "none.jsonl", []))
    assert (tmp_path / "risk.png").read_bytes().startswith(PNG)
    assert found["unmatched"]["n"] == 0
    assert found["unmatched"]["answered"] is None
    assert found["right_at_far"]["0.01"] is None
    assert found["baselines"]["bm25"]["decision"]["forward"]["answered_right"] == 0


def test_texts_without_words_are_no_obstacle(run: Run, tmp_path: Path) -> None:
    articles = write(tmp_path / "odd.jsonl", [{"id": "smile", "text": "😀😀"}, {"id": "b", "text": "喝熱水可以治感冒"}])
    queries = write(tmp_path / "q.jsonl", [{"source_id": "b", "kind": "odd", "lang": "", "text": "🙏"}])
    found = run("--baselines", articles=articles, queries=queries)
    assert found["decision"]["odd"]["unknown"] == 1


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("articles", '{"id": "a", "text": "x"}\nnot json\n', "line 2: Expecting value"),
        ("articles", '{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}\n', "the id 'a' is given to two articles"),
        ("articles", '{"id": "a"}\n', "line 1: it needs a text named 'text'"),
        ("articles", '{"id": 7, "text": "x"}\n', "line 1: it needs a text named 'id'"),
        ("articles", '{"id": "a", "text": "x", "reply_type": "LIE"}\n', "reply_type 'LIE' is none of RUMOR"),
        ("articles", "[]\n", "line 1: it is no JSON object"),
        ("articles", "\n\n", "there is no article in it"),
        ("queries", '\n{"source_id": "nobody", "kind": "forward", "text": "x"}\n', "line 2: its article 'nobody'"),
        ("queries", '{"kind": "forward", "text": "x"}\n', "needs a text named 'article_id'"),
        ("queries", '{"source_id": "ID", "text": "x"}\n', "needs a text named 'kind'"),
        ("queries", '{"source_id": "ID", "kind": "unmatched", "text": "x"}\n', "give it with --unmatched"),
        ("unmatched", '{"text": "   "}\n', "line 1: it needs a text named 'text'"),
    ],
)
def test_a_bad_line_is_named(
    files: dict[str, Path],
    machine: FakeEmbedder,
    texts: dict[str, str],
    name: str,
    content: str,
    problem: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    files[name].write_text(content.replace("ID", next(iter(texts))))
    assert cli.main(["evaluate", *(part for key, path in files.items() for part in (f"--{key}", str(path)))]) == 1
    error = capsys.readouterr().err
    assert str(files[name]) in error
    assert problem in error


def test_files_that_are_not_there_and_options_that_lack(
    files: dict[str, Path], machine: FakeEmbedder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["evaluate", "--articles", str(files["articles"])]) == 1
    assert "needs --articles and --queries or --pairs" in capsys.readouterr().err
    missing = str(tmp_path / "missing.jsonl")
    assert cli.main(["evaluate", "--articles", str(files["articles"]), "--queries", missing]) == 1
    assert "missing.jsonl cannot be read: No such file" in capsys.readouterr().err
    nowhere = str(tmp_path / "nowhere" / "out.json")
    assert cli.main(["evaluate", "--live", "--json", nowhere]) == 1
    assert "its folder does not exist" in capsys.readouterr().err


def test_bytes_that_are_no_text_are_named(
    files: dict[str, Path], machine: FakeEmbedder, capsys: pytest.CaptureFixture[str]
) -> None:
    files["articles"].write_bytes(b'{"id": "a", "text": "\xff"}\n')
    arguments = ["evaluate", "--articles", str(files["articles"]), "--queries", str(files["queries"])]
    assert cli.main(arguments) == 1
    assert "line 1: 'utf-8' codec can't decode" in capsys.readouterr().err


def test_a_cluster_that_is_away_is_one_line(
    files: dict[str, Path], machine: FakeEmbedder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://127.0.0.1:9")
    arguments = [part for key, path in files.items() for part in (f"--{key}", str(path))]
    assert cli.main(["evaluate", "--backend", "elasticsearch", *arguments]) == 1
    assert "Elasticsearch cannot be reached" in capsys.readouterr().err
