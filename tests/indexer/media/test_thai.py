import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from indexer.media import thai
from indexer.media.local_reader import LocalReader

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
LOMA = "/usr/share/fonts/truetype/tlwg/Loma.ttf"


def row(page: int, conf: float, text: str, left: int = 0, width: int = 9) -> str:
    return f"5\t{page}\t1\t1\t1\t1\t{left}\t0\t{width}\t9\t{conf}\t{text}"


def test_each_page_of_the_table_is_a_line() -> None:
    table = "\n".join(
        [HEAD, row(1, 90, "ด่วน!"), row(1, 60, "พายุ", 40), row(3, -1, " "), row(3, 80, '"7'), row(9, 80, "x")]
    )
    assert thai.pages(table, 3) == [("ด่วน! พายุ", pytest.approx(0.767, abs=0.01)), ("", 0.0), ('"7', 0.8)]


def test_signs_that_stand_together_are_one_word() -> None:
    signs = [("น", 0), ("\u0e4d", 8), ("\u0e49", 8), ("า", 16), ("ท", 60), ("\u0e48", 60), ("ว", 70), ("ม", 80)]
    table = "\n".join([HEAD, *(row(1, 90, sign, left) for sign, left in signs)])
    ((text, _),) = thai.pages(table, 1)
    assert text == "น\u0e49\u0e33 ท่วม"


def test_an_empty_table_is_nothing_read() -> None:
    assert thai.pages("", 2) == [("", 0.0), ("", 0.0)]


def test_what_is_thai() -> None:
    assert all(map(thai.has_thai, ("พายุ", "พายุ 3 ลูก SMS", "น้ำ")))
    assert not any(map(thai.has_thai, ("", "123", "storm", "燙到手", "aaaaaaaa ก")))


def test_a_program_that_fails_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thai, "_run", lambda *_: None)
    assert thai.read([np.full((30, 200, 3), 255, dtype=np.uint8)]) == [("", 0.0)]


class ReadBefore:
    """An engine that found and read these lines, one below the other."""

    def __init__(self, *lines: tuple[str, float]) -> None:
        self.lines = list(lines)

    def find(self, _pixels: object) -> list[object]:
        corners = np.array([[0, 0], [200, 0], [200, 20], [0, 20]], dtype=np.float32)
        return [corners + np.float32([10, 10 + 40 * at]) for at in range(len(self.lines))]

    def crop(self, pixels: object, _quad: object) -> object:
        return pixels

    def read(self, _crops: object) -> list[tuple[str, float]]:
        return self.lines


def test_what_the_models_are_sure_of_is_not_read_as_thai(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tesseract finds Thai in everything."""
    asked: list[int] = []
    monkeypatch.setattr(thai, "is_installed", lambda: True)
    monkeypatch.setattr(thai, "read", lambda crops: asked.append(len(crops)) or [("พายุ", 0.6)] * len(crops))
    reader = LocalReader()
    reader.__dict__["_engine"] = ReadBefore(("暑い日に電源を切るのは危険です", 0.98), ("wnej", 0.55))
    assert reader.read_pixels(np.zeros((300, 300, 3), dtype=np.uint8)).text.split() == [
        "暑い日に電源を切るのは危険です",
        "พายุ",
    ]
    assert asked == [1]


@pytest.mark.parametrize(
    ("text", "confidence", "may_be"),
    [
        ("wnej", 0.55, True),
        ("7  7", 0.95, True),  # the digits of a line that is otherwise Thai
        ("", 0.0, True),
        ("氣象局說明天有雨", 0.95, False),
        ("flood warning", 0.95, False),
    ],
)
def test_a_line_of_which_little_was_read_may_be_thai(text: str, confidence: float, may_be: bool) -> None:
    assert thai.may_be(text, confidence, np.zeros((20, 200, 3), dtype=np.uint8)) is may_be


def test_thai_is_read_where_tesseract_is_installed() -> None:
    if not thai.is_installed():
        pytest.skip("tesseract with the languages tha and eng is not installed")
    image = Image.new("RGB", (420, 60), "white")
    ImageDraw.Draw(image).text((10, 8), "น้ำท่วมสูง", font=ImageFont.truetype(LOMA, 32), fill="black")
    ((text, confidence),) = thai.read([np.ascontiguousarray(np.asarray(image)[:, :, ::-1])])
    assert thai.has_thai(text)
    assert confidence > 0.5
