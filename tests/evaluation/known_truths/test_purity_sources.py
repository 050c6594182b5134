"""Purities of the sample sheet."""

import numpy as np
import pandas as pd

from twinpurify.evaluation.known_truths.purity_sources import purity_sources, with_true_purity


def test_sources_are_found_in_their_order():
    obs = pd.DataFrame({"purity": [0.5], "purity_lump": [0.4], "purity_cpe": [None]})
    sources = purity_sources(obs)
    assert list(sources) == ["lump", "cpe"]
    assert sources["lump"].tolist() == [0.4]
    assert pd.isna(sources["cpe"]).all()


def test_a_true_purity_that_is_kept_apart_comes_beside_the_sheet():
    obs = pd.DataFrame({"purity_cpe": [0.5, 0.6]}, index=["a", "b"])
    truth = pd.Series({"b": 0.7, "c": 0.1})
    found = with_true_purity(obs, truth)
    assert found.loc["b", "true_purity"] == 0.7 and np.isnan(found.loc["a", "true_purity"])
    assert with_true_purity(obs, None) is obs
    assert with_true_purity(found, truth * 2) is found
