"""Knowledge from outside the cohort."""

import pandas as pd
import pytest

from twinpurify.evaluation.known_truths.resources import GENE_SET_COLUMNS, Resources
from twinpurify.evaluation.measurement import UnanswerableError


def test_a_collection_is_selected():
    rows = [("hallmark", "E2F", "MKI67", 1.0), ("progeny", "EGFR", "DUSP6", 2.5)]
    resources = Resources(gene_sets=pd.DataFrame(rows, columns=GENE_SET_COLUMNS))
    assert resources.collection("progeny").to_dict("records") == [
        {"source": "EGFR", "target": "DUSP6", "weight": 2.5}
    ]


def test_an_absent_collection_names_its_setting():
    with pytest.raises(
        UnanswerableError, match=r"no gene sets 'pam50' \(setting gene_sets.pam50\)"
    ):
        Resources().collection("pam50")
