"""Settings of the study, and what is refused."""

import pytest
from pydantic import ValidationError

from twinpurify.studies.label_efficiency.settings import LabelEfficiencySettings


def test_lists_come_as_text_and_are_sorted():
    found = LabelEfficiencySettings(methods="twinpurify+vae", label_fractions=[1.0, 0.1, 0.1])
    assert found.methods == ["twinpurify", "vae"]
    assert found.label_fractions == [0.1, 1.0]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"methods": ["nonsense"]}, "Refused: nonsense"),
        ({"methods": ["pca"]}, "are controls and always there. Refused: pca"),
        ({"methods": ["vae", "vae"]}, "doubled names"),
        ({"pretraining_cohort": "a", "pretraining_file": "b"}, "exclude each other"),
        ({"sweep_label_fraction": 0.3}, "0.3 is not among label_fractions"),
        ({"encoders": []}, "must not be empty"),
        ({"label_fractions": [0.0]}, "greater than 0"),
        ({"nonsense": 1}, "Extra inputs"),
    ],
)
def test_what_is_refused(given, message):
    with pytest.raises(ValidationError, match=message):
        LabelEfficiencySettings(**given)
