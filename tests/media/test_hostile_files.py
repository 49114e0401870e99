"""Whatever a stranger sends, there is a clear answer, and nothing breaks: the limits of the programs that look into
files are those that are set, as the programs themselves see them."""

import json
import os
import shutil
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from factcheck.limits import MAX_FILM_SECONDS, MAX_PICTURE_PIXELS
from factcheck.media import redraw as redraw_program
from factcheck.media.child import MEMORY_BYTES, ChildFailedError, Limits, run_limited
from factcheck.media.examining import Fault, RefusedFileError, examine
from factcheck.media.films import NotAFilmError, copy_clean, has_ffmpeg, probe, read_probe, speech, still
from factcheck.media.pictures import redraw
from factcheck.models import ArticleType
from indexer.media import programs
from tests.fakes.pictures import FakeLooker
from tests.media.hostile_files import FILES
from tests.pictures import encoded, kept

needs_ffmpeg = pytest.mark.skipif(not has_ffmpeg(), reason="ffmpeg is not installed")


def test_there_are_at_least_sixty_kinds() -> None:
    assert len(FILES) >= 60


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_or_drawn_anew(name: str, tmp_path: Path) -> None:
    make, fault = FILES[name]
    body = make()
    source = kept(tmp_path / "sent", body)
    if fault is not None:
        with pytest.raises(RefusedFileError) as refused:
            examine(source, tmp_path, FakeLooker())
        assert refused.value.fault == fault
        return
    examined = examine(source, tmp_path, FakeLooker())
    assert examined.type == ArticleType.IMAGE
    assert examined.thumbnail is not None
    for path in (examined.full, examined.thumbnail):
        shown = path.read_bytes()
        assert b"<script>" not in shown
        assert b"PK\x03\x04" not in shown
        with Image.open(path) as picture:
            picture.load()
            assert picture.format == "JPEG"
            assert dict(picture.getexif()) == {}


def test_a_picture_just_within_the_limit_is_taken_and_one_beyond_is_not(tmp_path: Path) -> None:
    height = MAX_PICTURE_PIXELS // 10_000
    for extra, taken in ((0, True), (1, False)):
        picture = Image.new("1", (10_000, height + extra))
        source = kept(tmp_path / "sent", encoded(picture, "PNG"))
        if taken:
            assert examine(source, tmp_path, FakeLooker()).width == 10_000
        else:
            with pytest.raises(RefusedFileError):
                examine(source, tmp_path, FakeLooker())


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((1080, 12_000), (720, 8_000)),
        ((540, 6_000), (540, 6_000)),
        ((3_000, 7_300), (1_280, 3_115)),
        ((1_280, 3_000), (1_092, 2_560)),
        ((6_000, 500), (2_560, 213)),
    ],
)
def test_a_long_screenshot_stays_readable(size: tuple[int, int], shown: tuple[int, int], tmp_path: Path) -> None:
    source = kept(tmp_path / "sent", encoded(Image.new("L", size, 255), "PNG"))
    examined = examine(source, tmp_path, FakeLooker())
    assert (examined.width, examined.height) == size
    with Image.open(examined.full) as picture:
        assert picture.size == pytest.approx(shown, abs=1)
    assert examined.thumbnail is not None
    with Image.open(examined.thumbnail) as picture:
        assert max(picture.size) <= 480


LIMITS = Limits(60.0, processor=8, memory=900_000_000, file_bytes=1_234_567)
TELL = """
import json, resource, os
names = ("RLIMIT_CPU", "RLIMIT_AS", "RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_NOFILE")
print(json.dumps({**{name: resource.getrlimit(getattr(resource, name)) for name in names},
                  "environment": sorted(os.environ), "nice": os.nice(0)}))
"""


def test_limits_are_read_back_by_the_program_itself() -> None:
    told = json.loads(run_limited([sys.executable, "-I", "-c", TELL], LIMITS))
    assert told["RLIMIT_CPU"] == [8, 9]
    assert told["RLIMIT_AS"] == [900_000_000] * 2
    assert told["RLIMIT_FSIZE"] == [1_234_567] * 2
    assert told["RLIMIT_CORE"] == [0, 0]
    assert told["RLIMIT_NOFILE"] == [64, 64]
    assert not {"DATABASE_URL", "SECRET_KEY", "HOME"} & set(told["environment"])
    assert told["nice"] >= 5


SPY = """#!{python} -I
import json, os, resource, sys
limits = [resource.getrlimit(getattr(resource, name))[0] for name in ("RLIMIT_CPU", "RLIMIT_AS", "RLIMIT_FSIZE")]
said = [os.path.basename(sys.argv[0]), *limits]
film = {{"format": {{"duration": "3"}}, "streams": [{{"codec_type": "audio"}}]}}
print(json.dumps({{"width": 1, "height": 1, "said": said, **film}}))
if limits[2]:
    with open({note!r}, "a") as note:
        print(json.dumps(said), file=note)
"""


def test_each_program_that_looks_into_a_file_runs_with_its_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others take their places, and tell."""
    places, note = tmp_path / "bin", tmp_path / "note"
    places.mkdir()
    for name in ("ffprobe", "ffmpeg", "fpcalc", "redraw"):
        (places / name).write_text(SPY.format(python=sys.executable, note=str(note)))
        (places / name).chmod(0o700)
    monkeypatch.setenv("PATH", f"{places}:{os.environ['PATH']}")
    monkeypatch.setattr(redraw_program, "__file__", str(places / "redraw"))
    source = kept(tmp_path / "sent", b"ID3")
    redraw(source, tmp_path)
    probe(source)
    copy_clean(source, tmp_path, ArticleType.AUDIO, "audio/mpeg")
    speech(source, tmp_path)
    still(source, tmp_path)
    told = [json.loads(line) for line in note.read_text().splitlines()]
    assert [each[:2] for each in told] == [
        *(["redraw", 20], ["ffprobe", 15]),
        *(["ffmpeg", 60], ["ffmpeg", 60]),
        *(["ffmpeg", 15], ["ffmpeg", 15]),
    ]
    assert {tuple(each[2:]) for each in told} == {(MEMORY_BYTES, 300_000_000)}
    assert json.loads(programs.run("fpcalc", [], seconds=10))["said"] == ["fpcalc", 11, 1_000_000_000, 0]


@pytest.mark.parametrize(
    "program",
    [
        "x = bytearray(2_000_000_000)",
        "import time; time.sleep(60)",
        "while True: pass",
        "open('/proc/self/fd/../cwd/none/x', 'w')",
        "import os; os.abort()",
        "import os; [os.dup(0) for _ in range(100)]",
        "print('x' * 200_001)",
    ],
)
def test_what_goes_beyond_is_ended(program: str) -> None:
    with pytest.raises(ChildFailedError):
        run_limited([sys.executable, "-I", "-c", program], Limits(5.0, processor=1))


def test_what_a_program_started_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    start = f"import os, time\npid = os.fork()\nif pid: open({str(note)!r}, 'w').write(str(pid))\ntime.sleep(60)"
    with pytest.raises(ChildFailedError):
        run_limited([sys.executable, "-I", "-c", start], Limits(5.0, processor=5))
    for _ in range(100):
        if not Path(f"/proc/{note.read_text()}").exists() or _is_zombie(int(note.read_text())):
            return
        time.sleep(0.05)
    pytest.fail("the grandchild is still there")


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except FileNotFoundError:
        return True


def _film(folder: Path, *arguments: str, name: str = "film.mp4") -> Path:
    target = folder / name
    program = shutil.which("ffmpeg")
    assert program is not None
    run_limited([program, "-v", "error", *arguments, "-y", str(target)], Limits(120.0, processor=60))
    return target


PICTURES = ("-f", "lavfi", "-i", "testsrc=size=160x120:rate=10:duration=3")
TONE = ("-f", "lavfi", "-i", "sine=frequency=440:duration=3")


@needs_ffmpeg
def test_a_film_is_copied_without_what_the_phone_wrote_into_it(tmp_path: Path) -> None:
    place = ("-metadata", "location=+25.0330+121.5654/", "-metadata", "comment=Secret Phone")
    source = _film(tmp_path, *PICTURES, *TONE, "-shortest", "-movflags", "use_metadata_tags", *place)
    assert b"Secret Phone" in source.read_bytes()
    examined = examine(source, tmp_path, FakeLooker())
    assert (examined.type, examined.mime, round(examined.seconds)) == (ArticleType.VIDEO, "video/mp4", 3)
    assert (examined.width, examined.height) == (160, 120)
    assert b"Secret Phone" not in examined.full.read_bytes()
    assert examined.thumbnail is not None
    assert examined.media_id.startswith("video.")


@needs_ffmpeg
@pytest.mark.parametrize(
    ("name", "mime"), [("a.m4a", "audio/mp4"), ("a.mp3", "audio/mpeg"), ("a.ogg", "audio/ogg"), ("a.wav", "audio/wav")]
)
def test_a_sound_is_taken(name: str, mime: str, tmp_path: Path) -> None:
    examined = examine(_film(tmp_path, *TONE, name=name), tmp_path, FakeLooker())
    assert (examined.type, examined.mime, examined.thumbnail) == (ArticleType.AUDIO, mime, None)
    assert probe(examined.full).type == ArticleType.AUDIO


@needs_ffmpeg
def test_a_film_that_is_cut_off_is_broken(tmp_path: Path) -> None:
    body = _film(tmp_path, *PICTURES).read_bytes()
    with pytest.raises(RefusedFileError) as refused:
        examine(kept(tmp_path / "cut", body[: len(body) // 2]), tmp_path, FakeLooker())
    assert refused.value.fault == Fault.BROKEN


@needs_ffmpeg
def test_what_names_other_files_leads_nowhere(tmp_path: Path) -> None:
    secret = kept(tmp_path / "secret", b"ID3 secret")
    listed = kept(tmp_path / "list.mp3", b"ffconcat version 1.0\nfile '" + os.fsencode(secret) + b"'\n")
    with pytest.raises((NotAFilmError, ChildFailedError)):
        probe(listed)
    with pytest.raises(ChildFailedError):
        copy_clean(
            kept(tmp_path / "p.mp4", b"#EXTM3U\nhttp://127.0.0.1:9/x.ts\n"), tmp_path, ArticleType.VIDEO, "video/mp4"
        )


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"format": {}},
        {"format": {"duration": "endless"}, "streams": [{"codec_type": "video"}]},
        {"format": {"duration": "inf"}, "streams": [{"codec_type": "video"}]},
        {"format": {"duration": "nan"}, "streams": [{"codec_type": "video"}]},
        {"format": {"duration": str(MAX_FILM_SECONDS + 1)}, "streams": [{"codec_type": "video"}]},
        {"format": {"duration": "3"}, "streams": [{"codec_type": "subtitle"}]},
        {"format": {"duration": "3"}, "streams": [{"codec_type": "video", "disposition": {"attached_pic": 1}}]},
    ],
)
def test_what_has_no_length_or_nothing_to_see_is_no_film(said: dict[str, object]) -> None:
    with pytest.raises(NotAFilmError):
        read_probe(said)


def test_without_ffmpeg_a_film_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factcheck.media.examining.has_ffmpeg", lambda: False)
    source = kept(tmp_path / "sent", b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(500))
    examined = examine(source, tmp_path, FakeLooker())
    assert (examined.type, examined.full, examined.was_read) == (ArticleType.VIDEO, source, False)
