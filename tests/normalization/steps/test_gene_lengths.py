"""TPM and FPKM from counts and lengths of genes, and where the lengths come from."""

import gzip

import numpy as np
import pandas as pd
import pytest
import rnanorm

from tests.normalization.golden_tables import golden
from twinpurify.errors import ConfigurationError, ExpressionError, TableError
from twinpurify.normalization.steps.fpkm import FragmentsPerKilobaseMillion
from twinpurify.normalization.steps.gene_lengths import read_lengths
from twinpurify.normalization.steps.tpm import TranscriptsPerMillion

COUNTS = golden("counts.csv")
LENGTHS = pd.Series(np.arange(200, 200 + 40 * 120, 40), COUNTS.columns)
STEPS = {"tpm": TranscriptsPerMillion, "fpkm": FragmentsPerKilobaseMillion}


@pytest.mark.parametrize("name", STEPS)
def test_values_are_those_of_rnanorm(name):
    oracle = {"tpm": rnanorm.TPM, "fpkm": rnanorm.FPKM}[name](gene_lengths=LENGTHS)
    values = STEPS[name]().fit(COUNTS, lengths=LENGTHS[::-1]).transform(COUNTS)
    np.testing.assert_allclose(values, oracle.fit_transform(COUNTS), rtol=1e-12)


def test_each_sample_has_a_million_transcripts():
    values = TranscriptsPerMillion().fit(COUNTS, lengths=LENGTHS).transform(COUNTS)
    np.testing.assert_allclose(values.sum(axis=1), 1e6)


@pytest.mark.parametrize("name", STEPS)
def test_a_sample_without_reads_stays_at_zero(name):
    fitted = STEPS[name]().fit(COUNTS, lengths=LENGTHS)
    assert (fitted.transform(COUNTS.iloc[[0]] * 0.0) == 0.0).all(axis=None)


@pytest.mark.parametrize(
    ("file", "separator"), [("lengths.csv", ","), ("lengths.tsv", "\t"), ("lengths.tsv.gz", "\t")]
)
def test_lengths_come_from_a_table(tmp_path, file, separator):
    path = tmp_path / file
    table = pd.DataFrame({"other": "x", "gene": LENGTHS.index, "length": LENGTHS.to_numpy()})
    content = table.to_csv(sep=separator, index=False).encode()
    path.write_bytes(gzip.compress(content) if file.endswith(".gz") else content)
    named = TranscriptsPerMillion(lengths=str(path)).fit(COUNTS, lengths=LENGTHS * 7)
    given = TranscriptsPerMillion().fit(COUNTS, lengths=LENGTHS)
    np.testing.assert_array_equal(named.kilobases_, given.kilobases_)


def test_without_lengths_the_setting_is_named():
    with pytest.raises(ConfigurationError, match=r"need the lengths of the genes: .*`lengths` of"):
        TranscriptsPerMillion().fit(COUNTS)


@pytest.mark.parametrize("value", [0, -5, None, "long"])
def test_genes_without_a_length_are_named(value):
    lengths = LENGTHS.astype(object)
    lengths["G002"] = value
    with pytest.raises(ExpressionError, match=r"no length above 0 for the genes 'G002' \(1 in"):
        FragmentsPerKilobaseMillion().fit(COUNTS, lengths=lengths)
    with pytest.raises(ExpressionError, match=r"for the genes 'G002' \(1 in all\).*drop these"):
        FragmentsPerKilobaseMillion().fit(COUNTS, lengths=LENGTHS.drop("G002"))


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (None, "lengths.csv can't be read"),
        (b"\xff\xfe\x00gene", "can't be read|has the columns"),
        (b"gene,length\nA,1\nB\n", "can't be read"),
        (b"gene,size\nA,1\n", "has the columns 'gene', 'size'.*needs gene and length"),
        (b"gene,length,length\nA,1,2\n", "'length', 'length'.*needs gene and length, once each"),
        (b"gene,length\nA,1\nA,2\n", r"doubles the genes 'A' \(1 in all\)"),
    ],
)
def test_a_bad_table_of_lengths_is_told(tmp_path, content, match):
    path = tmp_path / "lengths.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TableError, match=match):
        read_lengths(path)
