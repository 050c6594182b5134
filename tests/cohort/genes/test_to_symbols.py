"""From identifiers of any kind to approved symbols: the whole way, and its account."""

import tracemalloc
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cohort.written import written
from twinpurify.cohort.declaration.sources import GeneSettings
from twinpurify.cohort.genes.parsed_ids import parse_ids
from twinpurify.cohort.genes.to_symbols import GeneTables, approve_genes
from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import ConfigurationError, ExpressionError

COUNTS = Unit(quantity="counts", scale="linear")
LOG2_TPM = Unit(quantity="tpm", scale="log2", offset=1.0)
ENSEMBL_MAP = pd.DataFrame(
    {
        "from": ["ENSG00000141510", "ENSG00000012048", "ENSG00000182378", "ENSG00000182378.4"],
        "to": ["TP53", "BRCA1", "PLCXD1", "PLCXD1"],
    }
)
ALIASES = pd.DataFrame(
    {"from": ["P53", "FLJ1", "BRCA1", "RNF53"], "to": ["TP53", "TP53", "BRCA1", "BRCA1"]}
)


def matrix(*ids: str) -> pd.DataFrame:
    values = np.arange(1, 3 * len(ids) + 1, dtype=np.float32).reshape(3, -1)
    return pd.DataFrame(values, index=["s1", "s2", "s3"], columns=list(ids))


def approve(expression, annotation=None, table=None, aliases=None, unit=COUNTS, **chosen):
    if annotation is None:
        annotation = pd.DataFrame(index=pd.RangeIndex(expression.shape[1]))
    tables, settings = GeneTables(table, aliases), GeneSettings(**chosen)
    (genes, var), notes = approve_genes(expression, annotation, tables, settings, unit)
    log = written(notes, *expression.shape)
    assert log.kept_genes == genes.shape[1]
    assert list(genes.columns) == list(var.index) == sorted(set(genes.columns))
    assert genes.to_numpy().dtype == np.float32
    return genes, var, log


def steps(log: SimpleNamespace, name: str) -> list[tuple[int, list[str]]]:
    return [(step["dropped"], step["examples"]) for step in log.steps if step["step"] == name]


def test_symbols_stay_and_are_sorted():
    genes, var, log = approve(matrix("TP53", "BRCA1"))
    pd.testing.assert_frame_equal(
        genes, matrix("TP53", "BRCA1")[["BRCA1", "TP53"]].rename_axis(columns="gene")
    )
    assert var.to_dict("list") == {"source_id": ["BRCA1", "TP53"], "n_collapsed": [1, 1]}
    assert log.steps[0]["reason"] == "detected as gene symbols: 2 of 2 (100.0%)"
    assert log.warnings == []


@pytest.mark.parametrize(
    ("name", "kind", "bare"),
    [
        ("ENSG00000141510", "ensembl", "ENSG00000141510"),
        ("ENSG00000141510.18", "ensembl", "ENSG00000141510"),
        ("ENSG00000182378.15_PAR_Y", "ensembl", "ENSG00000182378"),
        ("ENSGR0000182378.12", "ensembl", "ENSG00000182378"),
        ("ENSG00000141510_at", "ensembl", "ENSG00000141510"),
        ("ENSMUSG00000059552.13", "ensembl", "ENSMUSG00000059552"),
        ("ENST00000269305.9", "transcript", "ENST00000269305"),
        ("NM_000546.6", "transcript", "NM_000546"),
        ("7157", "entrez", "7157"),
        ("7157.0", "entrez", "7157"),
        ("1007_s_at", "probe", "1007_s_at"),
        ("ILMN_1779356", "probe", "ILMN_1779356"),
        ("A_23_P26810", "probe", "A_23_P26810"),
        ("TP53", "symbol", "TP53"),
        ("TP53|7157", "symbol", "TP53"),
        ("AC002310.4", "symbol", "AC002310.4"),
        ("HLA-A", "symbol", "HLA-A"),
    ],
)
def test_kind_and_bare_form_of_an_identifier(name, kind, bare):
    parsed = parse_ids(pd.Series([name], dtype=object)).loc[0]
    assert parsed["kind"] == kind
    assert parsed["bare"] == bare
    assert parsed["on_y"] == ("_PAR_Y" in name or "ENSGR" in name)


def test_ensembl_ids_become_symbols_whatever_their_version():
    genes, var, log = approve(
        matrix("ENSG00000141510.18", "ENSG00000012048.23", "ENSG00000999999.1"), table=ENSEMBL_MAP
    )
    assert var["source_id"].to_dict() == {
        "BRCA1": "ENSG00000012048.23",
        "TP53": "ENSG00000141510.18",
    }
    np.testing.assert_array_equal(genes["TP53"], [1, 4, 7])
    assert steps(log, "unmapped") == [(1, ["ENSG00000999999"])]
    assert any("knows 2 of 3" in step["reason"] for step in log.steps)


def test_without_a_table_the_identifiers_stay_with_a_warning():
    annotation = pd.DataFrame({"gene_name": ["TP53", "BRCA1"]})
    genes, var, log = approve(matrix("ENSG00000141510.18", "ENSG00000012048.23"), annotation)
    assert list(genes.columns) == ["ENSG00000012048", "ENSG00000141510"]
    assert var["source_id"].tolist() == ["ENSG00000012048.23", "ENSG00000141510.18"]
    (warning,) = log.warnings
    assert "Set genes.map" in warning
    assert "genes.symbol_column to one of 'gene_name'" in warning


def test_symbols_come_from_the_annotation_when_it_is_named():
    annotation = pd.DataFrame({"Symbol": ["TP53", "TP53", "---", "DDR1 /// MIR4640"]})
    genes, var, log = approve(
        matrix("1_at", "2_at", "3_at", "4_at"), annotation, symbol_column="Symbol"
    )
    assert var.to_dict("index") == {"TP53": {"source_id": "1_at;2_at", "n_collapsed": 2}}
    np.testing.assert_array_equal(genes["TP53"], [3, 11, 19])
    assert steps(log, "unmapped") == [(1, ["3_at"])]
    assert steps(log, "ambiguous") == [(1, ["4_at"])]
    assert steps(log, "collapsed") == [(1, ["2_at (TP53)"])]


@pytest.mark.parametrize(("rule", "expected"), [("drop", [1, 4, 7]), ("sum", [3, 9, 15])])
def test_copies_on_y_are_dropped_or_added(rule, expected):
    before = matrix("ENSG00000182378.4", "ENSGR0000182378.4", "ENSG00000012048.2")
    genes, var, log = approve(before, table=ENSEMBL_MAP, par_y=rule)
    np.testing.assert_array_equal(genes["PLCXD1"], expected)
    assert steps(log, "par_y") == [(1, ["ENSGR0000182378.4"])]
    assert var.loc["PLCXD1", "n_collapsed"] == 1
    np.testing.assert_array_equal(before["ENSG00000182378.4"], [1, 4, 7])


def test_copies_on_y_add_up_in_linear_space():
    genes, _, _ = approve(
        matrix("ENSG00000182378.4", "ENSG00000182378.4_PAR_Y"), par_y="sum", unit=LOG2_TPM
    )
    np.testing.assert_allclose(
        genes["ENSG00000182378"], np.log2([1 + 1 + 3, 1 + 7 + 15, 1 + 31 + 63])
    )


def test_a_copy_on_y_without_its_x_stays():
    genes, _, log = approve(matrix("ENSGR0000182378.4", "ENSG00000012048.2"), table=ENSEMBL_MAP)
    assert list(genes.columns) == ["BRCA1", "PLCXD1"]
    assert steps(log, "par_y") == []


def test_aliases_meet_only_where_no_gene_is_taken_for_another():
    genes, _, log = approve(matrix("P53", "BRCA1", "RNF53"), aliases=ALIASES)
    assert list(genes.columns) == ["BRCA1", "RNF53", "TP53"]
    assert [step["examples"] for step in log.steps if step["step"] == "aliases"] == [
        ["P53 → TP53"],
        ["RNF53"],
    ]


def test_a_table_of_unknown_probes_is_used_though_they_look_like_symbols():
    table = pd.DataFrame({"from": ["probe1", "probe2"], "to": ["TP53", "BRCA1"]})
    genes, _, _ = approve(matrix("probe1", "probe2", "probe3"), table=table)
    assert list(genes.columns) == ["BRCA1", "TP53"]


def test_a_table_isnt_needed_for_symbols():
    genes, _, log = approve(matrix("TP53", "BRCA1"), table=ENSEMBL_MAP)
    assert list(genes.columns) == ["BRCA1", "TP53"]
    assert any("genes.map wasn't used" in step["reason"] for step in log.steps)


def test_a_mixture_is_a_warning():
    _, _, log = approve(matrix("TP53", "BRCA1", "ENSG00000141510.18"))
    (warning,) = log.warnings
    assert "a mixture of identifiers (2 gene symbols, 1 Ensembl ids of genes)" in warning
    assert "'ENSG00000141510.18' (1 in all)" in warning


@pytest.mark.parametrize(
    "ids", [("Trp53", "Brca1", "Gapdh", "Actb"), ("ENSMUSG00000059552", "ENSMUSG00000017146")]
)
def test_another_species_is_a_warning(ids):
    _, _, log = approve(matrix(*ids))
    assert any("another species than man" in warning for warning in log.warnings)


@pytest.mark.parametrize("declared", ["ensembl", "entrez", "probe"])
def test_a_wrong_declaration_names_the_likely_kind(declared):
    ids = ["ENSG00000141510"] if declared != "ensembl" else ["TP53", "BRCA1"]
    likely = "Ensembl ids of genes" if declared != "ensembl" else "gene symbols"
    with pytest.raises(ConfigurationError, match=f"id_type is {declared}.*most likely {likely}"):
        approve(matrix(*ids), id_type=declared)


@pytest.mark.parametrize("ids", [("117_at",), ("7892501",), ("my_probe",)])
def test_probes_are_named_as_their_maker_likes(ids):
    genes, _, _ = approve(matrix(*ids), id_type="probe")
    assert list(genes.columns) == list(ids)


def test_an_absent_symbol_column_is_an_error():
    with pytest.raises(ConfigurationError, match=r"no such column.*genes\.symbol_column: 'symbol'"):
        approve(matrix("1_at"), pd.DataFrame({"Symbol": ["TP53"]}), symbol_column="symbol")


def test_a_matrix_without_genes_is_an_error():
    with pytest.raises(ExpressionError, match="The matrix has no genes"):
        approve(matrix())


def test_a_matrix_without_any_gene_left_is_an_error():
    with pytest.raises(ExpressionError, match=r"None of the 2 identifiers could be told.*'1-Mar'"):
        approve(matrix("1-Mar", "?"))


NAMES = st.lists(
    st.sampled_from(
        ["TP53", "P53", "FLJ1", "BRCA1", "RNF53", "1-Mar", "SEPT2", "?", "TP53|7157", "C1ORF112"]
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(names=NAMES, seed=st.integers(0, 99), rule=st.sampled_from(["sum", "max_mean", "mean"]))
def test_the_order_of_genes_is_irrelevant(names, seed, rule):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 100, (4, len(names))).astype(np.float32)
    expression = pd.DataFrame(values, columns=names).assign(MYC=np.float32(1))
    order = rng.permutation(len(names) + 1)
    straight = approve(expression, aliases=ALIASES, collapse=rule)
    turned = approve(expression.iloc[:, order], aliases=ALIASES, collapse=rule)
    pd.testing.assert_frame_equal(straight[0], turned[0])
    pd.testing.assert_frame_equal(straight[1], turned[1])


def test_speed_and_memory_of_a_transcriptome():
    ids = [f"ENSG{i:011d}.{i % 9}" for i in range(20_000)]
    symbols = [f"GENE{i // 2 if i % 10 == 0 else i}" for i in range(20_000)]
    table = pd.DataFrame({"from": [name[:15] for name in ids], "to": symbols})
    values = np.ones((500, len(ids)), dtype=np.float32)
    expression = pd.DataFrame(values, columns=ids, copy=False)
    tracemalloc.start()
    approve(expression, table=table, unit=LOG2_TPM)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2.5 * values.nbytes


def test_real_symbols_meet_after_aliasing(real_data):
    aliases = pd.read_parquet(real_data / "annotation/hgnc_alias_to_approved.parquet")
    aliases = aliases.iloc[:, :2].set_axis(["from", "to"], axis=1)
    found = {}
    for cohort in ("tcga_brca", "scanb", "gse42568"):
        expression = pd.read_parquet(real_data / cohort / "expression.parquet").iloc[:3]
        genes, _, log = approve(expression.select_dtypes("number"), aliases=aliases)
        assert log.warnings == []
        found[cohort] = set(expression.columns), set(genes.columns)
    before, after = found["tcga_brca"]
    for cohort in ("scanb", "gse42568"):
        assert len(after & found[cohort][1]) > len(before & found[cohort][0])
    assert {"CRYBG1", "DEC1", "NOV"} <= after


def test_real_ensembl_ids_are_told(real_data):
    table = pd.read_parquet(real_data / "annotation/gene_map_grch38_annotables.parquet")
    table = table[["ensgene", "symbol"]].set_axis(["from", "to"], axis=1).dropna()
    files = sorted((real_data / "gdc_htseq_gbm" / "counts").glob("*.gz"))[:2]
    counts = pd.concat(
        [pd.read_csv(file, sep="\t", header=None, index_col=0)[1].iloc[:-5] for file in files],
        axis=1,
    )
    expression = counts.T.astype(np.float32).reset_index(drop=True)
    genes, _, log = approve(expression, table=table)
    assert (len(counts), genes.shape[1]) == (60_483, 39_443)
    assert steps(log, "par_y")[0][0] == 50
    np.testing.assert_array_equal(genes["TSPAN6"], expression["ENSG00000000003.13"])
