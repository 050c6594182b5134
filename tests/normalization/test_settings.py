"""Settings of the normalisation."""

import pytest
from pydantic import ValidationError

from twinpurify.normalization.settings import NormalizationSettings


def test_defaults():
    settings = NormalizationSettings()
    assert (settings.max_genes, settings.transfer_alignment) == (5_000, "location_scale")
    assert settings.missing_genes == "training_mean"


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"max_genes": 1}, "max_genes\n.*greater than or equal to 2"),
        ({"max_genes": "many"}, "max_genes\n.*valid integer"),
        ({"transfer_alignment": "quantile"}, "'location_scale' or 'none'"),
        ({"missing_genes": "zero"}, "'training_mean' or 'error'"),
        ({"max_gene": 5}, "max_gene\n.*not permitted"),
    ],
)
def test_what_does_not_fit_is_named(values, match):
    with pytest.raises(ValidationError, match=match):
        NormalizationSettings(**values)
