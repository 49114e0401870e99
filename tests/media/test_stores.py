"""Both stores of files keep one contract. The S3 one speaks to a real server of that protocol, in a process of its own
on this machine."""

import secrets
import shutil
from pathlib import Path

import pytest

from factcheck.errors import MediaStoreUnavailableError, NotFoundError
from factcheck.media.folder import FolderStore
from factcheck.media.s3 import S3Store
from factcheck.media.stores import build_media_store
from factcheck.ports import MediaStore
from factcheck.settings import Settings, SettingsError, load_settings
from tests.media.s3 import SECRET, bucket
from tests.pictures import kept

ONE, OTHER = "1" * 64, "2" * 64


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> MediaStore:
    if request.param == "folder":
        return FolderStore(tmp_path / "media")
    return S3Store(bucket(request.getfixturevalue("endpoint"), prefix=f"media-{secrets.token_hex(4)}"))


def read(store: MediaStore, name: str) -> bytes:
    with store.open(name) as file:
        return file.read()


def test_what_is_put_is_found_whole_and_in_pieces(store: MediaStore, tmp_path: Path) -> None:
    body = bytes(range(256)) * 9_000
    store.put(f"{ONE}/full", kept(tmp_path / "a", body))
    assert read(store, f"{ONE}/full") == body
    assert store.size(f"{ONE}/full") == len(body)
    assert store.piece(f"{ONE}/full", 1_000_000, 1_000_010) == body[1_000_000:1_000_010]
    assert store.piece(f"{ONE}/full", len(body) - 3, len(body) + 9) == body[-3:]


def test_the_same_again_changes_nothing(store: MediaStore, tmp_path: Path) -> None:
    for _ in range(2):
        store.put(f"{ONE}/full", kept(tmp_path / "a", b"one"))
    assert read(store, f"{ONE}/full") == b"one"
    assert list(store.file_ids()) == [ONE]


def test_all_variants_of_a_file_go_and_others_stay(store: MediaStore, tmp_path: Path) -> None:
    for file_id in (ONE, OTHER):
        for variant in ("full", "thumbnail"):
            store.put(f"{file_id}/{variant}", kept(tmp_path / "a", variant.encode()))
    assert sorted(store.file_ids()) == [ONE, OTHER]
    store.delete(ONE)
    store.delete(ONE)
    assert list(store.file_ids()) == [OTHER]
    with pytest.raises(NotFoundError):
        store.open(f"{ONE}/full")
    assert read(store, f"{OTHER}/thumbnail") == b"thumbnail"


def test_what_was_never_there_is_not_found(store: MediaStore) -> None:
    assert list(store.file_ids()) == []
    store.delete(ONE)
    for ask in (store.open, store.size, lambda name: store.piece(name, 0, 9)):
        with pytest.raises(NotFoundError):
            ask(f"{ONE}/full")


@pytest.mark.parametrize("name", ["../secret", f"{ONE}/../x", f"{ONE}/full/x", "full", f"{ONE}/", f"{'g' * 64}/full"])
def test_a_folder_takes_only_names_of_files(name: str, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "media")
    with pytest.raises(ValueError, match="not a name"):
        store.put(name, kept(tmp_path / "a", b"x"))


def test_a_full_disk_leaves_no_half_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(tmp_path / "media")

    def fill(_source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", fill)
    with pytest.raises(OSError, match="No space"):
        store.put(f"{ONE}/full", kept(tmp_path / "a", b"whole"))
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []


def test_a_wrong_secret_and_a_server_that_is_away_are_said(endpoint: str, tmp_path: Path) -> None:
    for wrong in (bucket(endpoint, secret_key="wrong"), bucket("http://127.0.0.1:9")):
        with pytest.raises(MediaStoreUnavailableError):
            S3Store(wrong).put(f"{ONE}/full", kept(tmp_path / "a", b"x"))


def test_settings_choose_the_store(tmp_path: Path) -> None:
    assert isinstance(build_media_store(Settings(var_dir=tmp_path)), FolderStore)
    of_s3 = Settings(media_store="s3://bucket/a/b", media_access_key="key", media_secret_key=SECRET)
    assert of_s3.s3_bucket == ("bucket", "a/b")
    assert isinstance(build_media_store(of_s3), S3Store)


@pytest.mark.parametrize("wrong", ["s3://B", "http://x/y", "s3://"])
def test_a_store_that_is_none_stops_the_start(wrong: str) -> None:
    with pytest.raises(SettingsError, match="MEDIA_STORE"):
        load_settings(media_store=wrong)


def test_an_s3_store_needs_its_keys() -> None:
    with pytest.raises(SettingsError, match="MEDIA_ACCESS_KEY"):
        load_settings(media_store="s3://bucket")
