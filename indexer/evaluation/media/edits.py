"""What happens to a picture on its way: fourteen edits."""

import io
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageEnhance

from indexer.evaluation.media.drawing import font, status_bar

Edit = Callable[[Image.Image], Image.Image]


def _compressed(quality: int) -> Edit:
    def edit(image: Image.Image) -> Image.Image:
        data = io.BytesIO()
        image.save(data, "JPEG", quality=quality)
        return Image.open(data).convert("RGB")

    return edit


def _scaled(by: float) -> Edit:
    return lambda image: image.resize(
        (round(image.width * by), round(image.height * by)),
        Image.Resampling.BICUBIC if by > 1 else Image.Resampling.BOX,
    )


def _cropped(share: float) -> Edit:
    """Cuts that share of width and height away, more of it at the upper left."""

    def edit(image: Image.Image) -> Image.Image:
        across, down = image.width * share, image.height * share
        return image.crop(
            (
                round(across * 0.6),
                round(down * 0.6),
                round(image.width - across * 0.4),
                round(image.height - down * 0.4),
            )
        )

    return edit


def _watermarked(image: Image.Image) -> Image.Image:
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    letters = font("en", max(18, image.width // 18))
    ImageDraw.Draw(layer).text(
        (image.width * 0.62, image.height * 0.9), "@good_news", font=letters, fill=(255, 255, 255, 150)
    )
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def _turned(image: Image.Image) -> Image.Image:
    return image.rotate(2, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))


def _captioned(image: Image.Image) -> Image.Image:
    """Puts a strip with words of the sender's on top."""
    strip = max(40, round(image.height * 0.12))
    framed = Image.new("RGB", (image.width, image.height + strip), "white")
    framed.paste(image, (0, strip))
    letters = font("zh-Hant", min(30, strip // 2))
    ImageDraw.Draw(framed).text((16, strip // 4), "真的嗎？請大家幫忙看一下", font=letters, fill=(30, 30, 30))
    return framed


def _on_a_telephone(image: Image.Image) -> Image.Image:
    """Shows it on a telephone's screen, with what stands above and below."""
    width, height = 720, 1440
    screen = Image.new("RGB", (width, height), (16, 16, 18))
    shown = image.copy()
    shown.thumbnail((width, 1100))
    screen.paste(shown, ((width - shown.width) // 2, 130 + (1100 - shown.height) // 2))
    pen = ImageDraw.Draw(screen)
    pen.rectangle((0, 0, width, 100), fill=(245, 245, 245))
    status_bar(pen, width, random.Random(image.width * image.height))  # noqa: S311
    pen.text((80, 56), "Album", font=font("en", 26), fill=(40, 40, 40))
    return screen


EDITS: dict[str, Edit] = {
    "JPEG 50": _compressed(50),
    "JPEG 15": _compressed(15),
    "half size": _scaled(0.5),
    "1.5 times the size": _scaled(1.5),
    "grey": lambda image: image.convert("L").convert("RGB"),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.2),
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.8),
    "watermark": _watermarked,
    "crop 3 %": _cropped(0.03),
    "crop 5 %": _cropped(0.05),
    "crop 10 %": _cropped(0.10),
    "turned by 2 degrees": _turned,
    "caption strip": _captioned,
    "phone screenshot": _on_a_telephone,
}
