"""Every dataset: what is saved is loaded; a failing save leaves the former file and no litter."""

import anndata as ad
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from kedro.io import DatasetError

from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.cohort.units.unit import Unit
from twinpurify.io.raw_expression import RawExpression as AsRead
from twinpurify.kedro_datasets.anndata_dataset import AnnDataDataset
from twinpurify.kedro_datasets.figure import FigureDataset
from twinpurify.kedro_datasets.files import (
    AtomicCSVDataset,
    AtomicJSONDataset,
    AtomicParquetDataset,
    AtomicTextDataset,
)
from twinpurify.kedro_datasets.models import ModelDataset, ModelsDataset
from twinpurify.kedro_datasets.normalizers import NormalizerDataset, NormalizersDataset
from twinpurify.kedro_datasets.raw_tables import ExpressionDataset, SampleSheetDataset
from twinpurify.normalization.normalizer import Normalizer
from twinpurify.representation.linear.pca import PrincipalComponents
from twinpurify.representation.linear.raw import RawExpression


def table(seed):
    values = np.random.default_rng(seed).uniform(1, 40, (6, 3)).astype(np.float32)
    index = pd.Index([f"s{i}" for i in range(6)], name="sample")
    return pd.DataFrame(values, index=index, columns=["A", "B", "C"])


def cohort(seed):
    made = ad.AnnData(table(seed), obs=pd.DataFrame({"tissue": "tumour"}, index=table(0).index))
    made.uns["history"] = [f"seed {seed}"]
    return made


def model(seed):
    return PrincipalComponents(n_dimensions=2).fit(np.log2(table(seed)))


def expression(path):
    layout = ExpressionTable(path=path.name, orientation="samples_in_rows")
    return ExpressionDataset(folder=path.parent, table=layout)


def sheet(path):
    declared = SampleTable(path=path.name, id_column="sample")
    return SampleSheetDataset(
        folder=path.parent, samples=declared, expression=ExpressionTable(path="none")
    )


def samples(seed):
    return pd.DataFrame({"sample": ["s0", "s1"], "patient": ["p0", f"p{seed}"]})


def content(data):
    """Reduce what a dataset loads to what can be compared."""
    if isinstance(data, ad.AnnData):
        return data.to_df().to_numpy().tolist(), list(data.uns["history"])
    if isinstance(data, pd.DataFrame):
        return data.reset_index().to_dict("list")
    if isinstance(data, AsRead):
        return content(data.values.rename_axis("sample"))
    if isinstance(data, go.Figure):
        return data.to_dict()
    if isinstance(data, dict) and all(hasattr(value, "transform") for value in data.values()):
        return {key: content(value) for key, value in data.items()}
    if isinstance(data, Normalizer):
        unit = Unit(quantity="tpm", scale="linear")
        return data.transform(table(7), unit).to_dict("list"), data.history(unit)
    if hasattr(data, "transform"):
        return data.describe(), {name: array.tolist() for name, array in data._state().items()}
    return data


def figure(seed):
    return go.Figure(go.Scatter(x=[1, 2], y=[3, seed]), layout={"title": {"text": "Loss"}})


def normalizer(seed):
    unit = Unit(quantity="tpm", scale="linear")
    return Normalizer(["log2", "quantile"]).fit(table(seed), unit)


# Name of the file, the dataset there, and what is saved, by seed.
DATASETS = {
    "h5ad": ("cohort.h5ad", lambda path: AnnDataDataset(filepath=str(path)), cohort),
    "figure": ("figure.json", lambda path: FigureDataset(filepath=str(path)), figure),
    "csv": (
        "scores.csv",
        lambda path: AtomicCSVDataset(filepath=str(path), save_args={"index": False}),
        lambda seed: table(seed).astype(int).reset_index(drop=True),
    ),
    "parquet": ("scores.parquet", lambda path: AtomicParquetDataset(filepath=str(path)), table),
    "json": ("log.json", lambda path: AtomicJSONDataset(filepath=str(path)), lambda s: {"a": [s]}),
    "text": ("report.html", lambda path: AtomicTextDataset(filepath=str(path)), lambda s: f"{s} é"),
    "expression": ("expression.parquet", expression, table),
    "sample sheet": ("samples.csv", sheet, samples),
    "model": ("final", lambda path: ModelDataset(filepath=str(path)), model),
    "models": (
        "splits",
        lambda path: ModelsDataset(filepath=str(path)),
        lambda seed: {"split_0": model(seed), "split_1": RawExpression().fit(np.log2(table(0)))},
    ),
    "normaliser": ("all", lambda path: NormalizerDataset(filepath=str(path)), normalizer),
    "normalisers": (
        "normalizers",
        lambda path: NormalizersDataset(filepath=str(path)),
        lambda seed: {"split_0": normalizer(seed), "split_1": normalizer(0)},
    ),
}
# What a dataset can't store, but for which it may write something first.
UNSTORABLE = {
    "h5ad": ad.AnnData(table(0), uns={"thing": object()}),
    "figure": object(),
    "csv": object(),
    "parquet": pd.DataFrame({"mixed": [1, "a", object()]}),
    "json": {"a": 1, "b": object()},
    "text": 5,
    "expression": pd.DataFrame({"mixed": [1, "a", object()]}),
    "sample sheet": object(),
    "model": PrincipalComponents(),
    "models": {"split_0": model(3), "split_1": PrincipalComponents()},
    "normaliser": Normalizer(),
    "normalisers": {"split_0": normalizer(3), "split_1": Normalizer()},
}


@pytest.fixture(params=DATASETS)
def kind(request):
    return request.param


@pytest.fixture
def dataset(kind, tmp_path):
    name, make, _ = DATASETS[kind]
    return make(tmp_path / "new folder" / name)


def test_round_trip(kind, dataset):
    make = DATASETS[kind][2]
    assert not dataset.exists()
    dataset.save(make(1))
    assert dataset.exists()
    expected = content(make(1))
    if kind == "sample sheet":
        expected = content(samples(1).set_index("sample"))
    assert content(dataset.load()) == expected


def test_the_new_takes_the_place_of_the_former(kind, dataset, tmp_path):
    make = DATASETS[kind][2]
    dataset.save(make(1))
    dataset.save(make(2))
    again = DATASETS[kind][1](tmp_path / "new folder" / DATASETS[kind][0])
    assert content(dataset.load()) == content(again.load())
    assert [path.name for path in (tmp_path / "new folder").iterdir()] == [DATASETS[kind][0]]


def test_a_failing_save_leaves_the_former_and_no_litter(kind, dataset, tmp_path):
    dataset.save(DATASETS[kind][2](1))
    before = content(dataset.load())
    with pytest.raises(DatasetError, match="Failed while saving"):
        dataset.save(UNSTORABLE[kind])
    assert content(dataset.load()) == before
    assert [path.name for path in (tmp_path / "new folder").iterdir()] == [DATASETS[kind][0]]


def test_a_failing_first_save_leaves_nothing(kind, dataset, tmp_path):
    with pytest.raises(DatasetError, match="Failed while saving"):
        dataset.save(UNSTORABLE[kind])
    assert not dataset.exists()
    folder = tmp_path / "new folder"
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_missing_file_is_named(kind, dataset):
    with pytest.raises(DatasetError, match=DATASETS[kind][0].replace(".", r"\.")):
        dataset.load()


# Any text is a table or a text.
@pytest.mark.parametrize(
    "kind", sorted(DATASETS.keys() - {"csv", "text", "sample sheet"}), indirect=True
)
def test_a_damaged_file_is_named(kind, dataset, tmp_path):
    dataset.save(DATASETS[kind][2](1))
    place = tmp_path / "new folder" / DATASETS[kind][0]
    for path in [place] if place.is_file() else sorted(place.rglob("*.safetensors")):
        path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DatasetError, match=DATASETS[kind][0].replace(".", r"\.")):
        dataset.load()


def test_the_dataset_describes_itself_by_its_path(kind, dataset):
    assert DATASETS[kind][0] in str(dataset)


def test_an_unfinished_file_of_a_killed_process_is_written_over(tmp_path):
    dataset = AtomicJSONDataset(filepath=str(tmp_path / "log.json"))
    (tmp_path / ".unfinished.log.json").write_text('{"a": ')
    dataset.save({"a": 1})
    assert [path.name for path in tmp_path.iterdir()] == ["log.json"]
