"""Purities of the sample sheet."""

import pandas as pd

from twinpurify.evaluation.purity_sources import purity_sources


def test_sources_are_found_in_their_order():
    obs = pd.DataFrame({"purity": [0.5], "purity_lump": [0.4], "purity_cpe": [None]})
    sources = purity_sources(obs)
    assert list(sources) == ["lump", "cpe"]
    assert sources["lump"].tolist() == [0.4]
    assert pd.isna(sources["cpe"]).all()
