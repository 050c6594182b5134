"""What the studies of the masked-gene transformer share."""

import pytest

from tests.studies.stand_in import ConditionalGaussian
from twinpurify.representation.registry import METHODS


@pytest.fixture
def stand_in(monkeypatch):
    """A model that is fitted in no time, under the transformer's name."""
    monkeypatch.setitem(METHODS, ConditionalGaussian.name, ConditionalGaussian)
