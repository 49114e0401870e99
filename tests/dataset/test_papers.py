"""What lies beside the files, judged by those who defined it."""

import hashlib
import zipfile
from pathlib import Path

import pytest
import yaml
from frictionless import Package, system

from factcheck.clock import Clock
from factcheck.dataset.all_files import DATA_FILES
from factcheck.dataset.export import export_dataset
from factcheck.dataset.manifest import read_manifest
from factcheck.dataset.papers import card, citation
from factcheck.db.session import SessionFactory
from tests.dataset.sample import visited


@pytest.fixture
def release(filled: SessionFactory, tmp_path: Path, clock: Clock) -> Path:
    visited(filled)
    export_dataset(filled, tmp_path / "release", clock=clock, licence="CC BY-SA 4.0")
    return tmp_path / "release"


@pytest.mark.filterwarnings("ignore")
def test_frictionless_finds_the_package_and_every_row_valid(release: Path) -> None:
    with system.use_context(trusted=True):
        package = Package(str(release / "datapackage.json"))
        report = package.validate()
    assert report.valid, report.flatten(["type", "note"])
    assert len(package.resources) == len(DATA_FILES)
    assert all(task.stats["rows"] for task in report.tasks)
    votes = package.get_resource("article_reply_feedbacks").schema
    assert votes.primary_key == ["articleId", "replyId", "userIdsha256"]
    assert {key["reference"]["resource"] for key in votes.foreign_keys} == {"articles", "replies", "anonymized_users"}


@pytest.mark.filterwarnings("ignore")
def test_frictionless_would_find_a_row_that_points_nowhere(release: Path) -> None:
    with zipfile.ZipFile(release / "categories.csv.zip") as archive:
        header = archive.read("categories.csv").splitlines(keepends=True)[0]
    with zipfile.ZipFile(release / "categories.csv.zip", "w") as archive:
        archive.writestr("categories.csv", header)
    with system.use_context(trusted=True):
        report = Package(str(release / "datapackage.json")).validate()
    assert "foreign-key" in {kind for (kind,) in report.flatten(["type"])}


def test_the_card_names_a_configuration_for_each_file(release: Path) -> None:
    _, front, text = (release / "README.md").read_text().split("---\n", 2)
    matter = yaml.safe_load(front)
    assert matter["license"] == "cc-by-sa-4.0"
    assert matter["size_categories"] == ["n<1K"]
    assert {one["config_name"] for one in matter["configs"]} == {file.name for file in DATA_FILES}
    assert all((release / one["data_files"]).is_file() for one in matter["configs"])
    assert [one["config_name"] for one in matter["configs"] if one.get("default")] == ["articles"]
    assert "How the data is biased" in text


def test_the_citation_is_one(release: Path) -> None:
    found = yaml.safe_load((release / "CITATION.cff").read_text())
    assert found["cff-version"] == "1.2.0"
    assert found["type"] == "dataset"
    assert found["license"] == "CC-BY-SA-4.0"
    assert {"message", "title", "authors", "version", "date-released"} <= found.keys()


def test_an_odd_licence_breaks_neither(release: Path, filled: SessionFactory, clock: Clock) -> None:
    odd = 'ours: "free" # really'
    export_dataset(filled, release, clock=clock, licence=odd)
    matter = yaml.safe_load(card(read_manifest(release)).split("---\n")[1])
    assert (matter["license"], matter["license_name"]) == ("other", odd)
    assert "license" not in yaml.safe_load(citation(read_manifest(release)))


def test_the_archive_is_the_release_and_the_sums_are_right(release: Path) -> None:
    sums = dict(line.split("  ")[::-1] for line in (release / "SHA256SUMS").read_text().splitlines())
    files = {path.name for path in release.iterdir() if path.is_file() and not path.name.startswith(".")}
    assert sums.keys() == files - {"SHA256SUMS"}
    assert all(hashlib.sha256((release / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())
    with zipfile.ZipFile(release / "everything.zip") as archive:
        assert set(archive.namelist()) == files - {"SHA256SUMS", "everything.zip"}
        assert all(archive.read(name) == (release / name).read_bytes() for name in archive.namelist())
