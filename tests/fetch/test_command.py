"""The command: what it prints, what it writes, what it never writes over."""

import io
import tarfile

import pytest
import yaml
from click.testing import CliRunner

from twinpurify.command.main import main
from twinpurify.errors import ConfigurationError, TableError
from twinpurify.fetch.definitions.definition_writer import write_definition
from twinpurify.fetch.definitions.draft import Draft
from twinpurify.fetch.sources import ADDRESSES, addresses, base_urls
from twinpurify.fetch.transfer import fetcher as fetching
from twinpurify.fetch.transfer.archive import unpack

from . import portals

LINES = (
    "title: Example",
    "platform: rna_seq",
    "unit: {quantity: counts, scale: linear}",
    "expression: {path: x.tsv, orientation: genes_in_rows}",
    "samples: {path: y.tsv}",
    "require_normals: false",
)
DRAFT = Draft("gse1", "geo", LINES)


@pytest.fixture
def conf(tmp_path):
    return tmp_path / "conf" / "local" / "cohorts"


@pytest.fixture
def shipped(tmp_path):
    return tmp_path / "shipped"


@pytest.fixture
def fetch(tmp_path, source):
    """Call the command for a project of the test's own."""
    options = ["--raw", str(tmp_path / "raw"), "--project", str(tmp_path)]

    def call(name):
        return CliRunner().invoke(main, ["fetch", name, *options, "--base-url", source.url])

    return call


def test_a_cohort_is_fetched_and_defined(source, fetch, conf):
    portals.put_xena(source, "OV")
    done = fetch("tcga_ov")
    assert done.exit_code == 0
    settings = yaml.safe_load((conf / "tcga_ov.yml").read_text())
    assert settings["tcga_ov"]["expression"]["path"] == "tcga_ov/xena/HiSeqV2.gz"
    assert f"The definition of the cohort is in {conf / 'tcga_ov.yml'}." in done.output
    assert "Go on with: twinpurify run tcga_ov --raw <the same folder>" in done.output


def test_a_cohort_that_comes_with_the_package_keeps_its_name_in_any_folder(source, fetch, conf):
    portals.put_xena(source, "BRCA")
    assert "this one is called tcga_brca_xena." in fetch("tcga_brca").output
    assert (conf / "tcga_brca_xena.yml").is_file()


def test_the_same_command_changes_nothing(source, fetch, conf):
    portals.put_xena(source, "OV")
    fetch("tcga_ov")
    written = (conf / "tcga_ov.yml").read_text()
    source.requests.clear()
    assert fetch("tcga_ov").exit_code == 0
    assert source.requests == []
    assert [path.name for path in conf.iterdir()] == ["tcga_ov.yml"]
    assert (conf / "tcga_ov.yml").read_text() == written


def test_an_error_is_one_message(fetch):
    done = fetch("tcga_ovv")
    assert done.exit_code == 1
    assert done.stderr.startswith("There is no public cohort 'tcga_ovv' (did you mean 'tcga_ov'?)")
    assert "Traceback" not in done.output


def test_an_interruption_is_told(fetch, monkeypatch):
    def interrupt(self, files):
        raise KeyboardInterrupt

    monkeypatch.setattr(fetching.Fetcher, "get", interrupt)
    done = fetch("tcga_ov")
    assert done.exit_code == 130
    assert "the same command goes on from what has come" in done.stderr


def test_a_definition_of_the_user_stays(conf, shipped):
    said = []
    path = write_definition(DRAFT, conf, shipped, said.append)
    path.write_text("gse1: {title: My own}\n")
    assert write_definition(DRAFT, conf, shipped, said.append) == conf / "gse1.yml.new"
    assert path.read_text() == "gse1: {title: My own}\n"
    assert f"{path} is there already and stays as it is." in said
    assert "Compare the two, and take over what you want. Kedro reads gse1.yml alone." in said


def test_a_shipped_cohort_keeps_its_name(conf, shipped):
    shipped.mkdir()
    (shipped / "gse1.yml").write_text("gse1: {}\n")
    said = []
    path = write_definition(DRAFT, conf, shipped, said.append)
    assert path == conf / "gse1_geo.yml"
    assert list(yaml.safe_load(path.read_text())) == ["gse1_geo"]
    assert "gse1 comes with the project already; this one is called gse1_geo." in said


def test_what_has_to_be_completed_is_told(conf, shipped):
    said = []
    draft = Draft("gse1", "geo", (*LINES[:2], "# TO COMPLETE: unit, by the authors", *LINES[3:]))
    write_definition(draft, conf, shipped, said.append)
    assert said[-1] == "  TO COMPLETE: unit, by the authors"


def test_a_definition_that_cannot_be_read_is_never_written(conf, shipped):
    with pytest.raises(ConfigurationError, match="unit"):
        write_definition(Draft("gse1", "geo", LINES[:2] + LINES[3:]), conf, shipped, print)
    assert not conf.exists()


def test_addresses_of_sources(monkeypatch):
    assert base_urls("geo") == ADDRESSES["geo"]
    monkeypatch.setenv("TWINPURIFY_GEO_URL", "https://mirror.example/geo/")
    assert base_urls("geo") == ("https://mirror.example/geo",)
    assert base_urls("geo", "http://other.example") == ("http://other.example",)
    hub, bucket = addresses(ADDRESSES["xena"], "TCGA.OV.sampleMap/HiSeqV2.gz")
    assert hub == "https://tcga.xenahubs.net/download/TCGA.OV.sampleMap/HiSeqV2.gz"
    assert bucket.endswith("amazonaws.com/download/TCGA.OV.sampleMap%2FHiSeqV2.gz")


@pytest.mark.parametrize("url", ["mirror.example", "ftp://mirror.example", "http://"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(ConfigurationError, match="is no address of a source"):
        base_urls("geo", url)


def archive_with(tmp_path, *members):
    path = tmp_path / "study.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, kind in members:
            member = tarfile.TarInfo(name)
            member.type = kind
            member.linkname = "/etc/passwd"
            member.size = 1 if kind == tarfile.REGTYPE else 0
            archive.addfile(member, io.BytesIO(b"x"))
    return path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../data.txt", tarfile.REGTYPE),
        ("study/../../data.txt", tarfile.REGTYPE),
        ("/data.txt", tarfile.REGTYPE),
        ("study/..\\data.txt", tarfile.REGTYPE),
        ("C:data.txt", tarfile.REGTYPE),
        ("study/data.txt", tarfile.SYMTYPE),
        ("study/data.txt", tarfile.LNKTYPE),
        ("study/data.txt", tarfile.FIFOTYPE),
        ("study/data.txt", tarfile.CHRTYPE),
    ],
)
def test_an_archive_that_leads_elsewhere_is_refused(tmp_path, name, kind):
    path = archive_with(tmp_path, (name, kind))
    with pytest.raises(TableError, match="which leads out of the folder or is no plain file"):
        unpack(path, tmp_path / "study", lambda name: True)
    assert [entry.name for entry in tmp_path.rglob("*")] == ["study.tar.gz"]


def test_members_that_are_not_wanted_stay_packed(tmp_path):
    path = archive_with(
        tmp_path,
        ("study", tarfile.DIRTYPE),
        ("study/link", tarfile.SYMTYPE),
        ("study/data.txt", tarfile.REGTYPE),
    )
    (target,) = unpack(path, tmp_path / "out", lambda name: name == "data.txt")
    assert target == tmp_path / "out" / "data.txt"
    assert [entry.name for entry in (tmp_path / "out").iterdir()] == ["data.txt"]


@pytest.mark.parametrize("content", [b"no archive", b"\x1f\x8b\x08\x00broken"])
def test_a_damaged_archive_is_an_error_of_ours(tmp_path, content):
    path = tmp_path / "study.tar.gz"
    path.write_bytes(content)
    with pytest.raises(TableError, match="can't be unpacked"):
        unpack(path, tmp_path / "out", lambda name: True)
