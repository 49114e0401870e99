"""Draws pictures with text as people forward them, each as its seed says: chat screenshots, posters, memes, photos with
text in them, columns of vertical writing."""

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from factcheck.errors import FactlineError
from indexer.evaluation.media.passages import passages

Colour = tuple[int, int, int]

KINDS = ("chat", "poster", "meme", "photo")
VERTICAL = "vertical"
COUNTS = {"zh-Hant": 84, "zh-Hans": 40, "ja": 24, "en": 32, "th": 20}
"""Pictures a language; 200 in all."""
UPRIGHT_ONLY = ("en", "th")
SEED = 20261128
SMALLEST, LARGEST = 14, 48
LEAST_CONTRAST, MOST_CONTRAST = 1.6, 21.0
FONTS = {
    "zh-Hant": ("opentype/noto/NotoSansCJK-Regular.ttc", 3, "opentype/noto/NotoSerifCJK-Bold.ttc", 3),
    "zh-Hans": ("opentype/noto/NotoSansCJK-Regular.ttc", 2, "opentype/noto/NotoSansCJK-Bold.ttc", 2),
    "ja": ("opentype/noto/NotoSansCJK-Regular.ttc", 0, "opentype/noto/NotoSerifCJK-Regular.ttc", 0),
    "en": ("truetype/dejavu/DejaVuSans.ttf", 0, "truetype/dejavu/DejaVuSans-Bold.ttf", 0),
    "th": ("truetype/tlwg/Loma.ttf", 0, "truetype/tlwg/Garuda-Bold.ttf", 0),
}
"""Below /usr/share/fonts: two files a language, each with the number of the font in it (Debian: fonts-noto-cjk,
fonts-dejavu-core, fonts-tlwg-loma-ttf, fonts-tlwg-garuda-ttf)."""
FONT_FOLDER = Path("/usr/share/fonts")


class DrawingError(FactlineError):
    """The set cannot be drawn here; the message says what is missing."""


@dataclass(frozen=True)
class Plan:
    """What is drawn. The same plan gives the same picture where the fonts are the same."""

    name: str
    language: str
    kind: str
    text: str
    size: int
    """Pixels of the letters' height."""
    contrast: float
    """1 to 21: (lighter + 0.05) / (darker + 0.05)."""
    tilt: float
    """Degrees."""
    quality: int
    """Of the JPEG."""
    seed: int

    def record(self) -> dict[str, Any]:
        return asdict(self)


def plans(share: float = 1.0) -> list[Plan]:
    """Gives the set's plans, or evenly spread ones of them."""
    made = [plan for language, count in COUNTS.items() for plan in _of_language(language, count)]
    step = round(1 / share)
    return made[::step]


def _of_language(language: str, count: int) -> list[Plan]:
    kinds = KINDS if language in UPRIGHT_ONLY else (*KINDS, VERTICAL)
    chosen = random.Random(f"{SEED} {language}")  # noqa: S311
    made = []
    for at, text in enumerate(passages(language, count, SEED)):
        kind = kinds[at % len(kinds)]
        low, high = np.log(LEAST_CONTRAST), np.log(MOST_CONTRAST)
        made.append(
            Plan(
                name=f"{language}-{at:03}-{kind}",
                language=language,
                kind=kind,
                text=text,
                size=chosen.randint(SMALLEST, LARGEST if kind != "chat" else 30),
                contrast=round(float(np.exp(chosen.uniform(low, high))), 2),
                tilt=0.0 if kind in ("chat", VERTICAL) or chosen.random() < 0.5 else round(chosen.uniform(-8, 8), 1),
                quality=chosen.randint(30, 95),
                seed=chosen.randrange(2**31),
            )
        )
    return made


def draw(plan: Plan) -> tuple[Image.Image, str]:
    """Gives the picture, with its JPEG's losses, and the text in it, a line a row. Raises DrawingError."""
    image, lines = _DRAWN[plan.kind](plan, random.Random(plan.seed))  # noqa: S311
    data = io.BytesIO()
    image.save(data, "JPEG", quality=plan.quality)
    return Image.open(data).convert("RGB"), "\n".join(lines)


def font(language: str, size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Raises DrawingError where the font is not installed."""
    return _font(language, size, bold)


@cache
def _font(language: str, size: int, bold: bool) -> ImageFont.FreeTypeFont:
    file, index = FONTS[language][2:] if bold else FONTS[language][:2]
    try:
        return ImageFont.truetype(str(FONT_FOLDER / str(file)), size, index=int(index))
    except OSError as error:
        raise DrawingError(f"The font {FONT_FOLDER / str(file)} is needed to draw the set.") from error


def colours(contrast: float, chosen: random.Random) -> tuple[Colour, Colour]:
    """Gives colours of letters and ground, tinted, with that contrast."""
    dark_letters = chosen.random() < 0.6
    tint = [chosen.uniform(-0.12, 0.12) for _ in range(3)]
    high = chosen.uniform(min(1.0, contrast * 0.05), 1.0) if contrast < 12 else 1.0
    low = max(0.0, (high + 0.05) / contrast - 0.05)
    light, dark = _colour(high, tint if contrast < 12 else [0, 0, 0]), _colour(low, [0, 0, 0])
    return (dark, light) if dark_letters else (light, dark)


def _colour(luminance: float, tint: Sequence[float]) -> Colour:
    """Turns a relative luminance into sRGB; a tint that adds nothing to it keeps the contrast."""
    level = 12.92 * luminance if luminance <= 0.0031308 else 1.055 * luminance ** (1 / 2.4) - 0.055
    weights = (0.2126, 0.7152, 0.0722)
    shift = sum(weight * each for weight, each in zip(weights, tint, strict=True))
    channels = [round(255 * min(1.0, max(0.0, level + (each - shift) * 0.5))) for each in tint]
    return channels[0], channels[1], channels[2]


def broken(text: str, letters: ImageFont.FreeTypeFont, width: float, language: str) -> list[str]:
    """Breaks a text into lines, between words where a language parts them."""
    lines, line = [], ""
    for piece in text.split(" ") if language == "en" else list(_clusters(text)):
        joined = f"{line} {piece}".strip() if language == "en" else line + piece
        if line and letters.getlength(joined) > width:
            lines.append(line.strip())
            line = piece
        else:
            line = joined
    return [*lines, line.strip()] if line.strip() else lines


def _clusters(text: str) -> list[str]:
    """Keeps Thai signs with the letter they stand over, and closing marks off the start of a line."""
    clusters: list[str] = []
    for character in text:
        stands_over = "\u0e30" <= character <= "\u0e3a" or "\u0e47" <= character <= "\u0e4e"
        follows = bool(clusters) and clusters[-1][-1] in "เแโใไ" and character != " "
        if clusters and (stands_over or follows or character in "。，、；：！？」』）】》〉…ー"):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def photo(size: tuple[int, int], chosen: random.Random) -> Image.Image:
    """Gives something like a photo out of focus: patches of colour, some shapes, grain."""
    numbers = np.random.default_rng(chosen.randrange(2**31))
    patches = Image.fromarray(numbers.integers(20, 235, (5, 6, 3), dtype=np.uint8))
    image = patches.resize(size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(image)
    for _ in range(6):
        left, top = int(numbers.integers(0, size[0])), int(numbers.integers(0, size[1]))
        wide, high = (int(each) for each in numbers.integers(size[0] // 12, size[0] // 3, 2))
        fill = tuple(int(each) for each in numbers.integers(0, 255, 3))
        (pen.ellipse if numbers.random() < 0.5 else pen.rectangle)((left, top, left + wide, top + high), fill=fill)
    grain = numbers.normal(0, 6, (size[1], size[0], 3))
    return Image.fromarray((np.asarray(image) + grain).clip(0, 255).astype(np.uint8))


def _tilted(layer: Image.Image, ground: Image.Image, tilt: float) -> None:
    turned = layer.rotate(tilt, Image.Resampling.BICUBIC, expand=False)
    ground.paste(turned, (0, 0), turned)


def _poster(plan: Plan, chosen: random.Random) -> tuple[Image.Image, list[str]]:
    width = chosen.choice((540, 640, 720, 840))
    letters = font(plan.language, plan.size, bold=chosen.random() < 0.5)
    ink, ground = colours(plan.contrast, chosen)
    margin = int(width * 0.12)
    lines = broken(plan.text, letters, width - 2 * margin, plan.language)
    step = int(plan.size * chosen.uniform(1.35, 1.7))
    height = max(int(width * 0.7), len(lines) * step + int(width * 0.32))
    image = Image.new("RGB", (width, height), ground)
    pen = ImageDraw.Draw(image)
    pen.rectangle((8, 8, width - 9, height - 9), outline=ink, width=3)
    layer = Image.new("RGBA", image.size, (*ground, 0))
    _write(ImageDraw.Draw(layer), lines, (margin, (height - len(lines) * step) // 2), step, letters, ink)
    _tilted(layer, image, plan.tilt)
    return image, lines


def _write(
    pen: ImageDraw.ImageDraw,
    lines: Sequence[str],
    start: tuple[int, int],
    step: int,
    letters: ImageFont.FreeTypeFont,
    ink: Colour,
    **options: Any,
) -> None:
    for at, line in enumerate(lines):
        pen.text((start[0], start[1] + at * step), line, font=letters, fill=ink, **options)


def _meme(plan: Plan, chosen: random.Random) -> tuple[Image.Image, list[str]]:
    size = chosen.choice(((640, 640), (720, 540), (720, 720)))
    image = photo(size, chosen)
    letters = font(plan.language, max(20, plan.size), bold=True)
    lines = broken(plan.text, letters, size[0] * 0.84, plan.language)
    step = int(max(20, plan.size) * 1.4)
    above = (len(lines) + 1) // 2
    layer = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    outline = {"stroke_width": 3, "stroke_fill": (0, 0, 0)}
    left, below = int(size[0] * 0.08), size[1] - (len(lines) - above) * step - 40
    _write(pen, lines[:above], (left, 30), step, letters, (255, 255, 255), **outline)
    _write(pen, lines[above:], (left, max(below, 40 + above * step)), step, letters, (255, 255, 255), **outline)
    _tilted(layer, image, plan.tilt)
    return image, lines


def _photo(plan: Plan, chosen: random.Random) -> tuple[Image.Image, list[str]]:
    """Draws a notice that hangs in what was photographed."""
    size = chosen.choice(((720, 960), (900, 700)))
    image = photo(size, chosen)
    letters = font(plan.language, plan.size)
    ink, ground = colours(plan.contrast, chosen)
    width = int(size[0] * 0.72)
    lines = broken(plan.text, letters, width - 40, plan.language)
    step = int(plan.size * 1.5)
    board = Image.new("RGBA", size, (*ground, 0))
    left, top = (size[0] - width) // 2, max(40, (size[1] - len(lines) * step) // 3)
    pen = ImageDraw.Draw(board)
    pen.rectangle((left, top, left + width, min(size[1] - 30, top + len(lines) * step + 40)), fill=(*ground, 255))
    _write(pen, lines, (left + 20, top + 16), step, letters, ink)
    _tilted(board, image, plan.tilt)
    return image, lines


def _chat(plan: Plan, chosen: random.Random) -> tuple[Image.Image, list[str]]:
    """Draws bubbles left and right; the text is what stands in them, without clock and name."""
    width = chosen.choice((540, 720, 828))
    letters = font(plan.language, plan.size)
    ink, ground = colours(plan.contrast, chosen)
    lines = broken(plan.text, letters, width * 0.62, plan.language)
    step = int(plan.size * 1.45)
    bubbles = _in_bubbles(lines, chosen)
    height = 150 + sum(len(each) * step + 56 for each in bubbles) + 60
    image = Image.new("RGB", (width, max(height, int(width * 1.4))), (138, 168, 196))
    pen = ImageDraw.Draw(image)
    status_bar(pen, width, chosen)
    top, is_own = 130, False
    for bubble in bubbles:
        wide = int(max(letters.getlength(line) for line in bubble)) + 36
        left = width - wide - 24 if is_own else 70
        pen.rounded_rectangle((left, top, left + wide, top + len(bubble) * step + 24), 18, fill=ground)
        _write(pen, bubble, (left + 18, top + 10), step, letters, ink)
        top += len(bubble) * step + 56
        is_own = chosen.random() < 0.4
    return image, lines


def _in_bubbles(lines: Sequence[str], chosen: random.Random) -> list[list[str]]:
    bubbles, at = [], 0
    while at < len(lines):
        count = chosen.randint(1, 4)
        bubbles.append(list(lines[at : at + count]))
        at += count
    return bubbles


def status_bar(pen: ImageDraw.ImageDraw, width: int, chosen: random.Random) -> None:
    """Draws a telephone's clock, its network and its battery along the upper edge."""
    letters = font("en", 20)
    pen.text((24, 14), f"{chosen.randint(0, 23)}:{chosen.randint(0, 59):02}", font=letters, fill=(20, 20, 20))
    right = f"{chosen.choice(('4G', '5G', 'LTE'))}  {chosen.randint(3, 100)}%"
    pen.text((width - 24 - letters.getlength(right), 14), right, font=letters, fill=(20, 20, 20))


def _columns(plan: Plan, chosen: random.Random) -> tuple[Image.Image, list[str]]:
    """Draws columns from the right to the left, a letter under the other."""
    size = max(18, plan.size)
    letters = font(plan.language, size)
    ink, ground = colours(plan.contrast, chosen)
    text = plan.text.replace(" ", "")
    height = chosen.choice((640, 800, 960))
    a_column = max(5, min(-(-len(text) // 2), (height - 120) // int(size * 1.12)))
    columns = [text[at : at + a_column] for at in range(0, len(text), a_column)]
    across = int(size * chosen.uniform(1.7, 2.1))
    width = max(400, len(columns) * across + 120)
    image = Image.new("RGB", (width, height), ground)
    pen = ImageDraw.Draw(image)
    for number, column in enumerate(columns):
        left = width - 60 - (number + 1) * across
        for row, character in enumerate(column):
            pen.text((left, 60 + row * int(size * 1.12)), _upright(character), font=letters, fill=ink)
    return image, columns


def _upright(character: str) -> str:
    """Gives the form that a mark has in vertical writing."""
    return {
        "，": "︐",
        "、": "︑",
        "。": "︒",
        "：": "︓",
        "；": "︔",
        "！": "︕",
        "？": "︖",
        "「": "﹁",
        "」": "﹂",
    }.get(character, character)


_DRAWN: dict[str, Callable[[Plan, random.Random], tuple[Image.Image, list[str]]]] = {
    "chat": _chat,
    "poster": _poster,
    "meme": _meme,
    "photo": _photo,
    VERTICAL: _columns,
}
