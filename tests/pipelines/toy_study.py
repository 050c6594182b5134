"""The toy cohort of the studies as the pipelines hand it on, and a model in no time."""

from contextlib import contextmanager

import pandas as pd
import pytest
from anndata import AnnData

from tests.studies.stand_in import ConditionalGaussian, toy_split
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.pipelines.method_parameters import method_parameters
from twinpurify.pipelines.normalization.nodes import fit_normalizers, split_patients
from twinpurify.representation.registry import METHODS


@contextmanager
def stand_in():
    """Let the stand-in have its place among the methods, and its parameters among theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(METHODS, ConditionalGaussian.name, ConditionalGaussian)
        method_parameters.cache_clear()
        yield
    method_parameters.cache_clear()


def prepared():
    """Cohort, normalisers and splits, as ingestion and normalisation leave them."""
    data = toy_split()
    cohort = AnnData(
        pd.concat([data.train_tumours, data.test_tumours]),
        obs=pd.concat([data.train_obs, data.test_obs]),
        uns={
            "cohort": "toy",
            "platform": "rna_seq",
            "unit": {"quantity": "tpm", "scale": "log2", "offset": 1.0},
            "history": [],
        },
    )
    splits = split_patients(cohort, EvaluationSettings(n_splits=2, test_fraction=0.4))
    normalizers, _ = fit_normalizers(cohort, splits, NormalizationSettings(steps=["log2"]))
    return cohort, normalizers, splits
