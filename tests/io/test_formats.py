"""Which format a file or folder is taken for, and why."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from twinpurify.cohort.declaration.sources import ExpressionFormat, SampleFormat
from twinpurify.errors import TableError
from twinpurify.io.formats import READERS, detect_format, reader_of
from twinpurify.io.tables.tabular import TABLE_FORMATS

FRAME = pd.DataFrame({"A": [1.0], "B": [2.0]}, index=["s1"])
BARCODES = "TCGA-A1-A0SB-01\tTCGA-A1-A0SD-01"


def parquet(path: Path) -> None:
    FRAME.to_parquet(path)


def feather(path: Path) -> None:
    pa.feather.write_feather(pa.Table.from_pandas(FRAME), path)


def h5ad(path: Path) -> None:
    ad.AnnData(FRAME).write_h5ad(path)


def hdf5(*names: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with h5py.File(path, "w") as file:
            for name in names:
                file[name] = np.zeros((2, 2)) if name.endswith("n") else np.array([b"a", b"b"])

    return make


def text(content: str, packed: bool = False) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(gzip.compress(content.encode()) if packed else content.encode())

    return make


def folder(**files: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        for name, content in files.items():
            file = path / name.replace("__", "/").replace("_dot_", ".")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)

    return make


def quantified(name: str, header: str) -> Callable[[Path], None]:
    row = "\t".join(["T1", *["1"] * header.count("\t")])
    return folder(**{f"s{i}__{name}": f"{header}\n{row}\n" for i in (1, 2)})


SALMON = "Name\tLength\tEffectiveLength\tTPM\tNumReads"
KALLISTO = "target_id\tlength\teff_length\test_counts\ttpm"
RSEM = "gene_id\ttranscript_id(s)\tlength\teffective_length\texpected_count\tTPM\tFPKM"
STUDY = {
    "meta_study_dot_txt": "cancer_study_identifier: brca\n",
    "data_mrna_seq_v2_rsem_dot_txt": "Hugo_Symbol\tEntrez_Gene_Id\tS1\nTP53\t7157\t1\n",
    "data_clinical_sample_dot_txt": "#Patient\n#p\n#STRING\n#1\nPATIENT_ID\tSAMPLE_ID\nP1\tS1\n",
}

# Name of the file or folder, what makes it, the format, and the reason.
DETECTED = [
    ("m.csv", text("id,A\ns1,1\n"), "csv", "its fields are separated by commas"),
    ("m.tsv.gz", text("id\tA\ns1\t1\n", True), "tsv", "its fields are separated by tabs"),
    ("m.txt", text("\tA\tB\ns1\t1\t2\n"), "tsv", "its fields are separated by tabs"),
    ("m.txt", text("A\tB\ns1\t1\t2\n"), "tsv", "its fields are separated by tabs"),
    ("tabs.csv", text("id\tA, x\ns1\t1\n"), "tsv", "its fields are separated by tabs"),
    ("commas.tsv", text("id,A\ns1,1\n"), "csv", "its fields are separated by commas"),
    ("commas.dat", text('"id","A, x"\n"s1",1\n'), "csv", "its fields are separated by commas"),
    ("semicolons.csv", text("id;A\ns1;1,5\n"), "csv", "its name ends with .csv"),
    ("one.csv", text("id\ns1\n"), "csv", "its name ends with .csv"),
    ("empty.tab", text(""), "tsv", "its name ends with .tab"),
    ("m.dat", parquet, "parquet", "it begins with PAR1"),
    ("m.csv", parquet, "parquet", "it begins with PAR1"),
    ("m.dat", feather, "feather", "it begins with ARROW1"),
    ("m.csv", text("#1.2\n1\t1\nName\tDescription\tS\nA\tB\t1\n"), "gct", "its first line is #1.2"),
    ("m.dat", text("#1.3\t\n", True), "gct", "its first line is #1.3"),
    ("m.dat", h5ad, "h5ad", "it is HDF5 with obs, var and a matrix"),
    (
        "human.h5",
        hdf5("data/expression", "meta/genes/symbol", "meta/samples/geo_accession"),
        "archs4",
        "it is HDF5 with data/expression",
    ),
    (
        "m.txt.gz",
        text('!Series_title\t"x"\n!Series_geo_accession\t"GSE1"\n', True),
        "series_matrix",
        "",
    ),
    ("HiSeqV2", text(f"sample\t{BARCODES}\nTP53\t1\t2\n"), "xena", "its first cell is 'sample'"),
    ("m.tsv", text(f"Ensembl_ID\t{BARCODES}\nENSG1\t1\t2\n"), "xena", "its columns are barcodes"),
    ("counts", folder(**{"a_dot_htseq_dot_counts": "ENSG1\t1\n"}), "gdc", "such as a.htseq.counts"),
    ("study", folder(**STUDY), "cbioportal", "it holds meta_study.txt"),
    ("quants", quantified("quant_dot_sf", SALMON), "salmon", "such as s1/quant.sf"),
    ("quants", quantified("abundance_dot_tsv", KALLISTO), "kallisto", "such as s1/abundance.tsv"),
    ("quants", quantified("s_dot_genes_dot_results", RSEM), "rsem", "s1/s.genes.results"),
]


@pytest.mark.parametrize(("name", "make", "expected", "reason"), DETECTED)
def test_content_tells_the_format_before_the_name(name, make, expected, reason, tmp_path):
    make(tmp_path / name)
    found, why = detect_format(tmp_path / name, "expression")
    assert found == expected
    assert reason in why


@pytest.mark.parametrize(("name", "make", "expected", "reason"), DETECTED)
def test_no_other_reader_of_content_claims_it(name, make, expected, reason, tmp_path):
    make(tmp_path / name)
    claims = {
        claimed
        for module in set(READERS) - set(TABLE_FORMATS)
        for claimed in reader_of(module).recognize(tmp_path / name)
    }
    assert claims <= {expected}


UNKNOWN = [
    ("m.dat", text("\x01\x02"), r"The format of the file .*m\.dat can't be told .*Set samples\.f"),
    ("letter", text("Dear Sir, this is\na letter\n"), r"Set samples\.format to one of"),
    ("m.h5", hdf5("x/n"), "The format of the file"),
    ("notes", folder(readme="x"), r"The format of the folder .*notes can't be told"),
    ("m.gct", text("<!doctype html><html></html>"), "is a web page, not data"),
    ("m.h5ad", text("version https://git-lfs.github.com/spec/v1\n"), "a pointer of Git LFS"),
]


@pytest.mark.parametrize(("name", "make", "message"), UNKNOWN)
def test_what_is_no_format_is_refused(name, make, message, tmp_path):
    make(tmp_path / name)
    with pytest.raises(TableError, match=message):
        detect_format(tmp_path / name, "samples")


JUNK_NAMES = ["x", "m.csv", "m.gct", "m.h5ad", "m.h5", "m.parquet", "m.txt.gz", "quant.sf"]
BEGINNINGS = [b"", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"PAR1", b"\x89HDF\r\n\x1a\n", b"#1.2\n"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(JUNK_NAMES),
    begin=st.sampled_from([*BEGINNINGS, b"!Series_", b"sample\t", b"\xff\xfe"]),
    rest=st.binary(max_size=300),
    is_folder=st.booleans(),
)
@example(name="x", begin=b"\xff\xfe", rest=b"\x00\xd8", is_folder=False)
def test_no_reader_raises_on_junk(name, begin, rest, is_folder, tmp_path):
    place = tmp_path / ("folder" if is_folder else "file")
    place.mkdir(exist_ok=True)
    (place / name).write_bytes(begin + rest)
    path = place if is_folder else place / name
    for module in sorted(set(READERS.values())):
        found = reader_of(next(key for key, at in READERS.items() if at == module)).recognize(path)
        assert set(found) <= set(READERS)
        assert all(isinstance(reason, str) and reason for reason in found.values())


def test_what_can_not_be_opened_is_claimed_by_nobody(tmp_path):
    for module in READERS:
        assert reader_of(module).recognize(tmp_path / "none") == {}
        assert reader_of(module).recognize(tmp_path) == {}


def test_settings_and_readers_know_the_same_formats():
    assert set(get_args(ExpressionFormat)) == {"auto", *READERS}
    carry = {name for name in READERS if hasattr(reader_of(name), "read_samples")}
    assert set(get_args(SampleFormat)) - {"auto"} <= carry


INDEX = Path(__file__).resolve().parents[2] / "docs" / "formats" / "README.md"


def test_the_index_of_formats_names_each_once_and_links_to_its_page():
    page = INDEX.read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \|.*?\]\((\w+)\.md\)", page, re.MULTILINE)
    assert [name for name, _ in listed] == list(get_args(ExpressionFormat))[1:]
    assert all((INDEX.parent / f"{target}.md").is_file() for _, target in listed)
