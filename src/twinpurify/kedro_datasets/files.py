"""Kedro's own file datasets, saved in one move."""

from kedro_datasets.json import JSONDataset
from kedro_datasets.pandas import CSVDataset, ParquetDataset
from kedro_datasets.text import TextDataset

from twinpurify.kedro_datasets.atomic import AtomicSave


class AtomicCSVDataset(AtomicSave, CSVDataset):
    """A CSV file, saved in one move."""


class AtomicParquetDataset(AtomicSave, ParquetDataset):
    """A parquet file, saved in one move."""


class AtomicJSONDataset(AtomicSave, JSONDataset):
    """A JSON file, saved in one move."""


class AtomicTextDataset(AtomicSave, TextDataset):
    """A text file, saved in one move."""
