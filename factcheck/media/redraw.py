"""Draws a picture anew, so that what others see holds nothing but its pixels: no metadata, no second file behind it.
Run in a process of its own (`factcheck.media.pictures`): `python redraw.py PICTURE FOLDER MOST_PIXELS`.
"""

import json
import sys
import warnings
from pathlib import Path

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
FULL, THUMBNAIL = "full.jpg", "thumbnail.jpg"
FULL_BOX, THUMBNAIL_BOX = (2_560, 2_560), (480, 480)
"""Pixels into which it is fitted. Small print of a screenshot stays readable in the first."""
ROLL, ROLL_BOX = 2.4, (1_280, 8_000)
"""What is so many times as high as wide is several screens, one below the other, which are as readable."""
FULL_QUALITY, THUMBNAIL_QUALITY = 88, 70
PAPER = (255, 255, 255)


def main() -> int:
    """Returns 0, having written both pictures into FOLDER and their size to standard output, as JSON; 2 for what is no
    picture or has too many pixels."""
    source, folder, most = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    Image.MAX_IMAGE_PIXELS = most
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(source, formats=FORMATS) as opened:
            if opened.width * opened.height > most:
                return 2
            opened.seek(0)  # of an animation, the first picture
            opened.load()
            picture = _on_paper(_upright(opened))
    except Exception:  # a broken file makes the decoders raise any kind
        return 2
    picture.info = {}  # or a remark would be written again
    size = {"width": picture.width, "height": picture.height}
    full_box = ROLL_BOX if picture.height > ROLL * picture.width else FULL_BOX
    for name, box, quality in ((FULL, full_box, FULL_QUALITY), (THUMBNAIL, THUMBNAIL_BOX, THUMBNAIL_QUALITY)):
        picture.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=3.0)
        picture.save(folder / name, "JPEG", quality=quality, optimize=True, exif=b"", icc_profile=None)
    sys.stdout.write(json.dumps(size))
    return 0


def _upright(picture: Image.Image) -> Image.Image:
    """Turns it as its camera said, if that can be read."""
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:
        return picture


def _on_paper(picture: Image.Image) -> Image.Image:
    """Puts what is transparent on white, as a chat does."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        with_alpha = picture.convert("RGBA")
        paper = Image.new("RGB", picture.size, PAPER)
        paper.paste(with_alpha, mask=with_alpha.getchannel("A"))
        return paper
    return picture.convert("RGB")


if __name__ == "__main__":
    sys.exit(main())
