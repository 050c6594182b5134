"""h5ad files, written by AnnData and read without it."""

from functools import cache
from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse

from tests.io.mutations import damaged, result_or_our_error
from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import ConfigurationError, ExpressionError, TableError
from twinpurify.io.hdf5.h5ad import read_expression, read_samples, recognize

pytestmark = pytest.mark.filterwarnings("ignore:Variable names are not unique")

VALUES = [[1.5, 0.0, 3.25], [0.0, 10.0, 0.125]]
SAMPLES, GENES = ["0012", "s2"], ["ENSG1", "ENSG2", "ENSG2"]
MATRIX = pd.DataFrame(VALUES, index=SAMPLES, columns=GENES, dtype=np.float32)


def annotated(values=None, **parts: object) -> ad.AnnData:
    obs = pd.DataFrame(
        {
            "tissue": pd.Categorical(["Tumor", None]),
            "age": [50.0, np.nan],
            "site": ["007", "NA"],
            "smoker": pd.array([True, None], dtype="boolean"),
            "batch": [1, 2],
        },
        index=SAMPLES,
    )
    var = pd.DataFrame({"symbol": ["TP53", None, "ESR1"], "length": [10, 20, 30]}, index=GENES)
    values = np.array(VALUES) if values is None else values
    return ad.AnnData(values, obs=obs, var=var, **parts)


def saved(path: Path, values=None, **parts: object) -> Path:
    annotated(values, **parts).write_h5ad(path)
    return path


def table(**settings: object) -> ExpressionTable:
    return ExpressionTable(path="x", format="h5ad", **settings)


def read(path: Path, **settings: object):
    return read_expression(path, table(**settings), path.parent)


KINDS = {
    "float64": np.array(VALUES),
    "float32, Fortran": np.asfortranarray(VALUES, dtype=np.float32),
    "csr": sparse.csr_matrix(VALUES),
    "csc": sparse.csc_matrix(np.array(VALUES, dtype=np.float32)),
    "csr array": sparse.csr_array(VALUES),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_matrix_is_read_dense_or_sparse(kind, tmp_path):
    raw = read(saved(tmp_path / "m.h5ad", KINDS[kind]))
    pd.testing.assert_frame_equal(raw.values, MATRIX)
    expected = pd.DataFrame(
        {"symbol": ["TP53", np.nan, "ESR1"], "length": ["10", "20", "30"]}, dtype=object
    )
    pd.testing.assert_frame_equal(raw.genes, expected)
    assert raw.notes == ("The values are those of X.",)


def test_integers_are_numbers(tmp_path):
    raw = read(saved(tmp_path / "m.h5ad", np.array(VALUES, dtype=np.int64)))
    np.testing.assert_array_equal(raw.values, np.array(VALUES, dtype=np.int64))


def test_a_layer_and_the_raw_matrix_can_be_asked_for(tmp_path):
    whole = annotated()
    whole.raw = annotated(10 * np.array(VALUES))
    few = whole[:, :2].copy()
    few.layers["counts"] = sparse.csr_matrix([[1.0, 2.0], [3.0, 4.0]])
    few.write_h5ad(tmp_path / "m.h5ad")
    layer = read(tmp_path / "m.h5ad", values="counts")
    np.testing.assert_array_equal(layer.values, [[1, 2], [3, 4]])
    assert layer.notes == (
        "The values are those of layers/counts. Others: 'X', 'raw/X' (2 in all).",
    )
    raw = read(tmp_path / "m.h5ad", values="raw/X")
    pd.testing.assert_frame_equal(raw.values, 10 * MATRIX)
    assert raw.genes["symbol"].tolist()[::2] == ["TP53", "ESR1"]
    assert read(tmp_path / "m.h5ad", values="X").values.columns.tolist() == GENES[:2]


def test_obs_is_the_sample_sheet_as_text(tmp_path):
    path = saved(tmp_path / "m.h5ad")
    expected = pd.DataFrame(
        {
            "tissue": ["Tumor", np.nan],
            "age": ["50", np.nan],
            "site": ["007", np.nan],
            "smoker": ["true", np.nan],
            "batch": ["1", "2"],
        },
        index=SAMPLES,
        dtype=object,
    )
    sheet = read_samples(path, SampleTable(), tmp_path)
    pd.testing.assert_frame_equal(sheet, expected, check_like=True)
    by_batch = read_samples(path, SampleTable(id_column="batch"), tmp_path)
    assert by_batch.index.tolist() == ["1", "2"]


def test_a_file_is_told_by_its_parts(tmp_path):
    named_otherwise = saved(tmp_path / "m.dat")
    assert recognize(named_otherwise) == {"h5ad": "it is HDF5 with obs, var and a matrix"}
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["data"] = [1]
    assert recognize(tmp_path / "other.h5") == {}
    assert recognize(tmp_path) == {}
    cut = tmp_path / "cut.h5ad"
    cut.write_bytes(named_otherwise.read_bytes()[:900])
    assert recognize(cut) == {"h5ad": "its name ends with .h5ad"}


def test_a_layer_that_is_not_there_is_named_with_those_that_are(tmp_path):
    path = saved(tmp_path / "m.h5ad", layers={"counts": np.array(VALUES)})
    message = r"values is 'count', which .*m\.h5ad doesn't hold \(did you mean 'layers/counts'\?\)"
    with pytest.raises(ConfigurationError, match=message):
        read(path, values="count")
    empty = ad.AnnData(obs=annotated().obs, var=annotated().var, layers={"a": np.array(VALUES)})
    empty.write_h5ad(tmp_path / "e.h5ad")
    with pytest.raises(ConfigurationError, match=r"'X'.*Set it to one of 'layers/a' \(1 in all\)"):
        read(tmp_path / "e.h5ad")


def test_a_column_of_obs_that_is_not_there_is_named(tmp_path):
    path = saved(tmp_path / "m.h5ad")
    with pytest.raises(TableError, match=r"samples\.id_column: 'bach' \(did you mean 'batch'\?\)"):
        read_samples(path, SampleTable(id_column="bach"), tmp_path)


def test_doubled_samples_are_refused(tmp_path):
    doubled = annotated()
    doubled.obs_names = ["s1", "s1"]
    doubled.write_h5ad(tmp_path / "m.h5ad")
    with pytest.raises(ExpressionError, match=r"sample ids of .* stand twice or more: 's1'"):
        read(tmp_path / "m.h5ad")


def changed(path: Path, change) -> Path:
    saved(path, sparse.csr_matrix(VALUES))
    with h5py.File(path, "a") as file:
        change(file)
    return path


def put(file: h5py.File, name: str, values: object) -> None:
    del file[name]
    file[name] = values


DAMAGES = [
    (lambda file: put(file, "X", np.zeros((2, 5))), "X of .* is 2 × 5, but obs and var have 2 sam"),
    (lambda file: put(file, "X/indices", [0, 2, 1, 70]), "can't be read as HDF5"),
    (lambda file: put(file, "X/indptr", [0, 2, 9]), "can't be read as HDF5"),
    (lambda file: file["X"].attrs.update({"encoding-type": "coo"}), "is stored as 'coo'; expected"),
    (lambda file: put(file, "obs", [1, 2]), "has no table obs with an index"),
    (lambda file: put(file, "var/_index", ["A", "B"]), "columns of unlike lengths in var"),
    (lambda file: put(file, "X", np.array([["a"] * 3] * 2, dtype="S1")), "can't be read as HDF5"),
]


@pytest.mark.parametrize(("change", "message"), DAMAGES)
def test_damaged_parts_are_refused(change, message, tmp_path):
    path = changed(tmp_path / "m.h5ad", change)
    with pytest.raises(TableError, match=message):
        read(path)


def test_a_nested_column_is_left_out_and_noted(tmp_path):
    path = changed(tmp_path / "m.h5ad", lambda file: file["var"].create_group("nested"))
    raw = read(path)
    assert raw.genes.columns.tolist() == ["symbol", "length"]
    assert raw.notes[1] == "Columns of var that can't be read as text: 'nested' (1 in all)."


def test_categories_as_anndata_0_7_kept_them_are_read(tmp_path):
    def keep_categories_beside(file):
        codes = file["obs/tissue/codes"][()]
        file["obs/__categories/tissue"] = file["obs/tissue/categories"][()]
        put(file, "obs/tissue", codes)
        file["obs/tissue"].attrs["categories"] = file["obs/__categories/tissue"].ref

    path = changed(tmp_path / "m.h5ad", keep_categories_beside)
    sheet = read_samples(path, SampleTable(), tmp_path)
    assert sheet["tissue"].tolist()[0] == "Tumor"
    assert sheet["tissue"].isna().tolist() == [False, True]
    assert "__categories" not in sheet


def test_a_file_that_is_cut_off_or_no_hdf5_is_refused(tmp_path):
    path = saved(tmp_path / "m.h5ad")
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(TableError, match=r"m\.h5ad can't be read as HDF5"):
        read(path)
    path.write_text("id,A")
    with pytest.raises(TableError, match=r"m\.h5ad can't be read as HDF5"):
        read_samples(path, SampleTable(), tmp_path)


@cache
def content(folder: Path) -> bytes:
    return saved(folder / "good.h5ad", sparse.csr_matrix(VALUES)).read_bytes()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_damage_gives_a_matrix_or_an_error_of_ours(data, tmp_path):
    path = tmp_path / "m.h5ad"
    path.write_bytes(data.draw(damaged(content(tmp_path))))
    recognize(path)
    result_or_our_error(lambda: read(path))
    result_or_our_error(lambda: read_samples(path, SampleTable(), tmp_path))
