"""What the studies of the masked-gene transformer share."""

import pytest

from tests.studies.stand_in import ConditionalGaussian
from twinpurify.representation.registry import METHODS


@pytest.fixture(scope="module")
def stand_in():
    """A model that is fitted in no time, under the transformer's name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(METHODS, ConditionalGaussian.name, ConditionalGaussian)
        yield
