"""Fixtures of the evaluation."""

from collections.abc import Iterator

import pandas as pd
import pytest
from anndata import AnnData
from threadpoolctl import threadpool_limits

from .stand_ins import make_cohort


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Matrices this small are slower on many threads, by far so on a busy machine."""
    with threadpool_limits(1):
        yield


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
