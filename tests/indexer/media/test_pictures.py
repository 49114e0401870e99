import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from factcheck.errors import PictureRefusedError
from factcheck.matching.decide.thresholds import LIKE_PICTURE, SAME_PICTURE
from indexer.media import pictures
from indexer.media.known import distance
from indexer.media.pictures import facts


def drawn(seed: int, size: tuple[int, int] = (480, 360)) -> Image.Image:
    random = np.random.default_rng(seed)
    image = Image.fromarray(random.integers(0, 255, (6, 8, 3), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC)
    ImageDraw.Draw(image).ellipse((60, 50, 200, 150), fill=tuple(int(each) for each in random.integers(0, 255, 3)))
    return image


def saved(folder: Path, image: Image.Image, kind: str = "PNG", **options: object) -> Path:
    path = folder / f"{len(list(folder.iterdir()))}.{kind.lower()}"
    image.save(path, kind, **options)
    return path


def test_copies_have_near_hashes_and_other_pictures_have_not(tmp_path: Path) -> None:
    image = drawn(1)
    original = facts(saved(tmp_path, image)).picture_hash
    copies = [
        saved(tmp_path, image, "JPEG", quality=30),
        saved(tmp_path, image.resize((200, 150)), "WEBP"),
        saved(tmp_path, image.convert("L")),
        saved(tmp_path, image.point(lambda level: min(255, int(level * 1.15)))),
    ]
    assert all(distance(facts(path).picture_hash, original) <= SAME_PICTURE for path in copies)
    others = [facts(saved(tmp_path, drawn(seed))).picture_hash for seed in range(2, 12)]
    assert all(distance(hash_, original) > LIKE_PICTURE for hash_ in others)


def test_size_and_hash_are_those_of_the_picture_as_people_see_it(tmp_path: Path) -> None:
    upright = drawn(3)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    lying = saved(tmp_path, upright.transpose(Image.Transpose.ROTATE_90), "PNG", exif=exif)
    found, original = facts(lying), facts(saved(tmp_path, upright))
    assert (found.width, found.height) == upright.size
    assert found.picture_hash == original.picture_hash
    assert found.media_id != original.media_id, "Cofacts takes the pixels as they are stored"


def test_a_large_file_is_fitted_before_it_is_named(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (700, 900, 3), dtype=np.uint8)
    large = saved(tmp_path, Image.fromarray(noise))
    assert large.stat().st_size > 1024 * 1024
    fitted = saved(tmp_path, Image.fromarray(noise).resize((1024, 796), Image.Resampling.LANCZOS), "JPEG", quality=95)
    assert facts(large).media_id.split(".")[0] == "image"
    keys = [facts(path).media_id.split(".")[1] for path in (large, fitted)]
    assert distance(*(key.encode() for key in keys)) <= 8


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_every_way_of_storing_colours_is_read(tmp_path: Path, mode: str) -> None:
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    grey = np.asarray(drawn(4).convert("L"))
    deep = Image.fromarray(grey.astype(np.uint16) * 257)
    image = deep if mode == "I;16" else drawn(4).convert(mode)
    found = facts(saved(tmp_path, image, kind))
    most = 60 if mode == "1" else LIKE_PICTURE
    assert distance(found.picture_hash, facts(saved(tmp_path, drawn(4))).picture_hash) <= most


def test_of_a_moving_picture_the_first_counts(tmp_path: Path) -> None:
    moving = saved(tmp_path, drawn(5), "GIF", save_all=True, append_images=[drawn(6), drawn(7)])
    assert facts(moving) == facts(saved(tmp_path, drawn(5), "GIF"))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be as large as that."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def jpeg() -> bytes:
    data = io.BytesIO()
    drawn(8).save(data, "JPEG")
    return data.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 100,
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        b"%PDF-1.4\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nquit\n",
        jpeg()[:600],
        bomb(100_000, 100_000),
        bomb(9_000, 9_000),
        b"GIF89a" + struct.pack("<HH", 60_000, 60_000) + b"\0\0\0",
    ],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(PictureRefusedError):
        facts(path)


def test_a_picture_of_a_kind_that_is_not_taken_is_refused(tmp_path: Path) -> None:
    for kind in ("TIFF", "PPM", "ICO"):
        with pytest.raises(PictureRefusedError):
            facts(saved(tmp_path, drawn(9, (64, 64)), kind))


def test_a_file_that_is_not_there_is_not_the_files_fault(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        facts(tmp_path / "none")


def test_a_thin_picture_has_a_name_too(tmp_path: Path) -> None:
    for size in ((1, 1), (1, 500), (500, 1)):
        assert len(facts(saved(tmp_path, Image.new("RGB", size, "red"))).picture_hash) == 32


def test_the_kinds_are_those_that_telephones_send() -> None:
    assert set(pictures.KINDS) == {"JPEG", "PNG", "WEBP", "GIF", "BMP"}
