"""Fixtures of the evaluation."""

import pandas as pd
import pytest
from anndata import AnnData

from .stand_ins import make_cohort


@pytest.fixture(scope="session")
def cohort_and_truth() -> tuple[AnnData, pd.DataFrame]:
    """The tiny cohort and its pure profiles; not to be changed."""
    return make_cohort()


@pytest.fixture
def cohort(cohort_and_truth: tuple[AnnData, pd.DataFrame]) -> AnnData:
    """A copy of the tiny cohort."""
    return cohort_and_truth[0].copy()


@pytest.fixture
def truth(cohort_and_truth: tuple[AnnData, pd.DataFrame]) -> pd.DataFrame:
    """The pure profiles of its tumours."""
    return cohort_and_truth[1].copy()
