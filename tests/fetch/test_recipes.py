"""Every recipe from the server to the assembled cohort, by the definition that it writes."""

import json

import pandas as pd
import pytest
import yaml

from twinpurify.cohort.assembly import assemble_cohort
from twinpurify.cohort.declaration.definition import parse_definition
from twinpurify.cohort.genes.to_symbols import GeneTables
from twinpurify.errors import ConfigurationError, TableError
from twinpurify.fetch.definitions.columns import fits
from twinpurify.fetch.definitions.definition_writer import write_definition
from twinpurify.fetch.recipes import tcga_gdc
from twinpurify.fetch.registry import NAMES, find_recipe
from twinpurify.fetch.transfer.remote_file import UnreachableError
from twinpurify.io.reading import read_expression, read_sample_sheet
from twinpurify.io.tables.id_tables import read_id_table

from . import portals
from .portals import GENES, N_NORMALS, N_SAMPLES, N_TUMOURS


@pytest.fixture
def conf(tmp_path):
    return tmp_path / "conf" / "local" / "cohorts"


def fetch(name, fetcher, source, where=None):
    return find_recipe(name, where).fetch(fetcher, (source.url,))


def settings_of(draft, conf, fetcher):
    path = write_definition(draft, conf, conf.parents[1] / "base" / "cohorts", fetcher.say)
    (name, settings), *others = yaml.safe_load(path.read_text(encoding="utf-8")).items()
    assert not others
    return name, settings


def assembled(draft, conf, fetcher):
    """Read and assemble a cohort as a run does."""
    name, settings = settings_of(draft, conf, fetcher)
    definition, raw = parse_definition(name, settings), fetcher.raw
    read = read_expression(definition.expression, raw)
    sheet = read_sample_sheet(definition.samples, definition.expression, raw)
    tables = [
        table and read_id_table(table, raw, "genes")
        for table in (definition.genes.map, definition.genes.aliases)
    ]
    cohort, _ = assemble_cohort(
        read.values,
        sheet,
        definition,
        name,
        annotation=read.genes,
        gene_tables=GeneTables(*tables),
        notes=read.notes,
        warnings=read.warnings,
    )
    return cohort


def test_tcga_by_xena(source, fetcher, conf):
    portals.put_xena(source)
    (draft,) = fetch("tcga_brca", fetcher, source)
    cohort = assembled(draft, conf, fetcher)
    assert cohort.shape == (N_SAMPLES, len(GENES))
    assert cohort.obs["tissue"].value_counts().to_dict() == {
        "tumour": N_TUMOURS,
        "normal": N_NORMALS,
    }
    assert cohort.obs["patient_id"].nunique() == N_TUMOURS
    first = cohort.obs.loc["TCGA-A1-A001-01"]
    assert first[["subtype", "stage", "age", "sex"]].tolist() == ["LumB", "I", 41, "female"]
    assert first[["os_time", "os_event", "pfi_time"]].tolist() == [101, 1, 91]
    # The project has no disease-free interval: the columns are there, and empty.
    assert "dfi_time" not in cohort.obs
    assert cohort.uns["unit"]["quantity"] == "rsem"


def test_tcga_without_normals_is_only_transferred_to(source, fetcher, conf):
    portals.put_xena(source, "LAML", normals=False)
    del source.files["survival/LAML_survival.txt"]
    (draft,) = fetch("TCGA-LAML", fetcher, source)
    name, settings = settings_of(draft, conf, fetcher)
    assert name == "tcga_laml"
    assert settings["require_normals"] is False
    assert "survival" not in settings
    assert "join" not in settings["samples"]
    assert assembled(draft, conf, fetcher).n_obs == N_TUMOURS


def test_tcga_by_gdc(source, fetcher, conf):
    portals.put_gdc(source)
    (draft,) = fetch("tcga_brca", fetcher, source, "gdc")
    cohort = assembled(draft, conf, fetcher)
    assert cohort.shape == (N_SAMPLES, len(GENES))
    assert set(cohort.var_names) == set(GENES)
    assert (cohort.obs["tissue"] == "normal").sum() == N_NORMALS
    alive, dead = (cohort.obs.loc[f"TCGA-A1-A0{number:02d}-01A-11R-A123-07"] for number in (4, 5))
    assert alive[["os_time", "os_event", "stage", "sex"]].tolist() == [504, 0, "II", "female"]
    assert dead[["os_time", "os_event", "age"]].tolist() == [305, 1, 54.8]
    assert cohort.uns["unit"] == {"quantity": "counts", "scale": "linear", "offset": 0.0}
    manifest = (fetcher.raw / "tcga_brca" / "gdc" / "gdc_manifest.txt").read_text().splitlines()
    assert manifest[0] == "id\tfilename\tmd5\tsize\tstate"
    assert len(manifest) == N_SAMPLES + 1


def test_pages_of_the_gdc_are_put_together(source, fetcher):
    hits = portals.put_gdc(source, page_size=10)
    fetch("tcga_brca", fetcher, source, "gdc")
    assert source.paths().count("files") == 3
    metadata = json.loads((fetcher.raw / "tcga_brca" / "gdc" / "metadata.json").read_text())
    assert [entry["file_id"] for entry in metadata] == [hit["file_id"] for hit in hits]


def test_a_wrong_checksum_of_the_gdc_is_found_out(source, fetcher):
    hits = portals.put_gdc(source)
    content = source.files[f"data/{hits[3]['file_id']}"]
    source.files[f"data/{hits[3]['file_id']}"] = content[:-2] + b"9\n"
    with pytest.raises(UnreachableError, match="has the MD5 checksum"):
        fetch("tcga_brca", fetcher, source, "gdc")
    source.files[f"data/{hits[3]['file_id']}"] = content
    source.requests.clear()
    fetch("tcga_brca", fetcher, source, "gdc")
    # What had come before isn't fetched again.
    assert f"data/{hits[3]['file_id']}" in source.paths()
    assert len(source.paths()) < N_SAMPLES


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"[]", "is no listing of the GDC"),
        (b"{", "is no listing of the GDC"),
        (
            b'{"data": {"hits": [{"file_id": 1, "file_name": 1, "md5sum": 1, "file_size": "x"}], '
            b'"pagination": {"total": 1}}}',
            "is no listing of the GDC",
        ),
        (b'{"data": {"hits": [], "pagination": {"total": 0}}}', "lists no files"),
        (
            b'{"data": {"hits": [{"id": 1}], "pagination": {"total": 1}}}',
            "lists no files, or",
        ),
    ],
)
def test_a_listing_that_is_none_is_refused(source, fetcher, answer, fault):
    source.files["files"] = answer
    with pytest.raises(TableError, match=rf"listing_0\.json {fault}"):
        fetch("tcga_brca", fetcher, source, "gdc")


def test_names_of_the_gdc_lead_nowhere_else(source, fetcher):
    hits = portals.put_gdc(source)
    hits[0] |= {"file_name": "../../outside.tsv", "file_id": "../../../x"}
    file = tcga_gdc._file_of(hits[0], "tcga_brca/gdc", (source.url,))
    assert file.path == "tcga_brca/gdc/x/outside.tsv"


def test_metabric(source, fetcher, conf):
    portals.put_cbioportal(source)
    (draft,) = fetch("metabric", fetcher, source)
    cohort = assembled(draft, conf, fetcher)
    assert cohort.shape == (N_SAMPLES, len(GENES))
    second = cohort.obs.loc["MB-0002"]
    assert second[["subtype", "grade", "stage", "sex"]].tolist() == ["Her2", "3", "II", "female"]
    assert second[["os_event", "dss_event", "rfs_event"]].tolist() == [1, 0, 0]
    assert second["os_time"] == pytest.approx(12.5 * 365.25 / 12)
    unpacked = {path.name for path in (fetcher.raw / "metabric/cbioportal/brca_metabric").iterdir()}
    assert unpacked == set(portals.study_files()) - {
        "data_mutations.txt",
        "._data_clinical_patient.txt",
    }


def test_a_study_that_was_unpacked_by_hand_is_taken(source, fetcher, said):
    study = fetcher.raw / "metabric/cbioportal/brca_metabric"
    study.mkdir(parents=True)
    for name, content in portals.study_files().items():
        (study / name).write_bytes(content)
    assert fetch("metabric", fetcher, source)
    assert source.requests == []
    assert said == [f"{study} is unpacked already."]


def test_an_archive_without_the_study_is_refused(source, fetcher):
    source.files["brca_metabric.tar.gz"] = portals.tar_of({"meta_study.txt": b"x"})
    with pytest.raises(TableError, match="lacks the files 'data_mrna_illumina_mi"):
        fetch("metabric", fetcher, source)


def test_scanb(source, fetcher, conf):
    portals.put_scanb(source)
    (draft,) = fetch("scanb", fetcher, source)
    cohort = assembled(draft, conf, fetcher)
    assert cohort.shape == (N_SAMPLES, len(GENES))
    assert cohort.obs.loc["F1repl", "patient_id"] == cohort.obs.loc["F1", "patient_id"]
    third = cohort.obs.loc["F3"]
    assert third[["subtype", "grade", "age", "os_time"]].tolist() == ["Her2", "3", 42, 1002]


def test_a_series_of_geo(source, fetcher, conf):
    portals.put_gse(source, age=[str(30 + n) for n in range(N_SAMPLES)])
    (draft,) = fetch("gse42568", fetcher, source)
    assert draft.open_points == []
    cohort = assembled(draft, conf, fetcher)
    assert cohort.n_obs == N_SAMPLES
    assert (cohort.obs["tissue"] == "normal").sum() == N_NORMALS
    # A probe of two genes is of neither.
    assert set(cohort.var_names) == set(GENES[1:])
    assert cohort.obs["age"].tolist() == [30.0 + number for number in range(N_SAMPLES)]
    text = draft.under("x")
    assert "# The tissue is told by the column 'tissue': 'breast cancer' (24)" in text
    assert "# How the values were made: RMA, log2" in text


def test_the_annotation_of_symbols(source, fetcher):
    portals.put_hgnc(source)
    assert fetch("annotation", fetcher, source) == []
    lines = (fetcher.raw / "annotation" / "aliases.tsv").read_text().splitlines()
    # TP53 is approved, whatever it is an alias of; CARS was one gene and is an alias of another.
    assert lines == [
        "alias\tsymbol\tkind",
        "CARS\tCARS1\tprev_symbol",
        "p53\tTP53\talias_symbol",
        "LFS1\tTP53\talias_symbol",
        "CARS\tCARS1P1\talias_symbol",
    ]


def test_a_cohort_takes_the_aliases_that_are_there(source, fetcher, conf):
    portals.put_hgnc(source)
    portals.put_xena(source)
    (before,) = fetch("tcga_brca", fetcher, source)
    assert any("twinpurify fetch annotation" in line for line in before.lines)
    fetch("annotation", fetcher, source)
    (after,) = fetch("tcga_brca", fetcher, source)
    _, settings = settings_of(after, conf, fetcher)
    assert settings["genes"]["aliases"]["path"] == "annotation/aliases.tsv"
    assert assembled(after, conf, fetcher).n_obs == N_SAMPLES


def test_a_table_of_genes_without_aliases_is_refused(source, fetcher):
    source.files["hgnc_complete_set.txt"] = b"symbol\tprev_symbol\talias_symbol\nTP53\t\t\n"
    with pytest.raises(TableError, match="names no former symbol of any gene"):
        fetch("annotation", fetcher, source)


def test_an_empty_matrix_of_xena_is_refused(source, fetcher):
    portals.put_xena(source)
    source.files["TCGA.BRCA.sampleMap/HiSeqV2.gz"] = portals.gzip.compress(b"sample\n")
    with pytest.raises(TableError, match="has no samples in its first line"):
        fetch("tcga_brca", fetcher, source)


@pytest.mark.parametrize(
    ("ours", "values", "said"),
    [
        ("age", ["40", None], True),
        ("age", ["forty"], False),
        ("age", ["400"], False),
        ("age", [None], False),
        ("stage", ["Stage IIA", "Stage X"], True),
        ("stage", ["Stage X"], False),
        ("stage", ["second"], False),
        ("patient_id", ["P1"], True),
    ],
)
def test_a_column_is_mapped_when_all_of_it_can_be_read(ours, values, said):
    assert fits(pd.Series(values, dtype=object), ours) is said


def test_every_name_has_a_recipe():
    assert len(NAMES) == 33 + 3
    assert all(find_recipe(name).source for name in NAMES)
    assert find_recipe("GSE1").source == "geo"
    assert find_recipe("tcga_ov", "gdc").source == "gdc"


@pytest.mark.parametrize(
    ("name", "where", "said"),
    [
        ("tcga_brac", None, r"no public cohort 'tcga_brac' \(did you mean 'tcga_brca'\?\)"),
        ("gse", None, r"gse<number> for any series of GEO. Correct COHORT"),
        ("demo", None, "no public cohort 'demo'"),
        ("tcga_brca", "geo", "is fetched from xena or gdc, and SOURCE is 'geo'"),
        ("metabric", "gdc", "is fetched from cbioportal, and SOURCE is 'gdc'"),
    ],
)
def test_a_name_that_is_none_is_refused(name, where, said):
    with pytest.raises(ConfigurationError, match=said):
        find_recipe(name, where)
