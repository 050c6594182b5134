"""The gene symbols of the synthetic cohort are real, unique, and kept in proportion."""

from itertools import chain

import pandas as pd
import pytest

from twinpurify.cohort.simulation.biology import COMPARTMENTS, PROGRAMME_MEANS
from twinpurify.cohort.simulation.gene_symbols import gene_modules, known_gene_count, select_modules


@pytest.mark.parametrize("n_genes", [100, 120, 777, 2000, known_gene_count()])
def test_fewer_genes_keep_every_module_in_proportion(n_genes):
    selected = select_modules(n_genes)
    assert sum(len(module.symbols) for module in selected) == n_genes
    for kept, whole in zip(selected, gene_modules(), strict=True):
        assert kept.symbols == whole.symbols[: len(kept.symbols)]
        expected = len(whole.symbols) * n_genes / known_gene_count()
        assert len(kept.symbols) == pytest.approx(expected, abs=1.5)
        assert len(kept.symbols) >= 1


def test_symbols_are_unique_and_every_module_has_genes():
    symbols = list(chain.from_iterable(module.symbols for module in gene_modules()))
    assert len(symbols) == len(set(symbols)) == known_gene_count() >= 2000
    assert {*PROGRAMME_MEANS, *COMPARTMENTS} <= {module.name for module in gene_modules()}


def test_about_half_of_the_genes_belong_to_no_module():
    in_module = {*PROGRAMME_MEANS, *COMPARTMENTS}
    sizes = {module.name: len(module.symbols) for module in select_modules(2000)}
    unrelated = sum(size for name, size in sizes.items() if name not in in_module)
    assert 0.4 < unrelated / 2000 < 0.6


def test_symbols_are_approved(real_data):
    folder = real_data / "annotation"
    approved = pd.read_parquet(folder / "hgnc_alias_to_approved.parquet")["Approved.Symbol"]
    mapped = pd.read_parquet(folder / "gene_map_grch38_annotables.parquet")["symbol"]
    symbols = set(chain.from_iterable(module.symbols for module in gene_modules()))
    assert symbols - set(approved) == set()
    assert symbols - set(mapped) == set()
