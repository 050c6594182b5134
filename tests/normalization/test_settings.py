"""Settings of the normalisation, down to the order of the steps."""

import pytest
from pydantic import ValidationError

from twinpurify.normalization.settings import NormalizationSettings


def test_defaults():
    settings = NormalizationSettings()
    assert settings.steps == ["cpm", "log2", {"variable_genes": {"max_genes": 5_000}}]
    assert settings.protected_genes == []
    assert settings.transfer_alignment == "location_scale"
    assert settings.missing_genes == "training_mean"


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"transfer_alignment": "quantiles"}, "'tdm' or 'nonparanormal'"),
        ({"missing_genes": "zero"}, "'training_mean', 'error', 'nearest_neighbours'"),
        ({"max_genes": 5}, "max_genes\n.*not permitted"),
        ({"steps": "cpm"}, "steps\n.*valid list"),
        ({"steps": [3]}, "valid string"),
        ({"steps": [{"cpm": {}, "log2": {}}]}, "a step is a name, such as `log2`"),
        ({"steps": [{"variable_genes": 80}]}, "valid dictionary"),
        ({"steps": ["cpn", "log2"]}, r"no step 'cpn' \(did you mean 'cpm'\?\); the steps"),
        (
            {"steps": ["log2", {"variable_genes": {"max_gene": 80}}]},
            r"variable_genes has no parameter 'max_gene' \(did you mean 'max_genes'\?\)",
        ),
        (
            {"steps": ["log2", {"variable_genes": {"max_genes": 1}}]},
            "variable_genes: .*max_genes = 1: .*greater than or equal to 2",
        ),
        (
            {"steps": ["log2", {"variable_genes": {"max_genes": "many"}}]},
            "max_genes = 'many': .*valid integer",
        ),
        ({"steps": ["log2", "cpm"]}, "cpm works on counts: put it before log2"),
        ({"steps": ["cpm", "cpm", "log2"]}, "cpm works on counts: put it before cpm, or leave one"),
        ({"steps": ["variable_genes", "log2"]}, r"works on log2\(x \+ 1\): put it after log2"),
        ({"steps": ["log2", "log2"]}, "log2 works on linear values and stands behind log2"),
        ({"steps": ["cpm"]}, "`log2` must be among the steps, and they are cpm"),
        ({"steps": []}, "`log2` must be among the steps, and they are none"),
    ],
)
def test_what_does_not_fit_is_named(values, match):
    with pytest.raises(ValidationError, match=match):
        NormalizationSettings(**values)
