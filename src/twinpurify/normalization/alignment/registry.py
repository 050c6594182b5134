"""All alignments of platforms by name; settings, pipelines and benchmarks go by these names."""

from twinpurify.errors import ConfigurationError
from twinpurify.normalization.alignment.base import PlatformAlignment
from twinpurify.normalization.alignment.feature_quantile import FeatureQuantileAlignment
from twinpurify.normalization.alignment.identity import NoAlignment
from twinpurify.normalization.alignment.location_scale import LocationScaleAlignment
from twinpurify.normalization.alignment.nonparanormal import NonparanormalAlignment
from twinpurify.normalization.alignment.quantile import QuantileAlignment
from twinpurify.normalization.alignment.tdm import TrainingDistributionMatching

ALIGNMENTS: dict[str, type[PlatformAlignment]] = {
    alignment.name: alignment
    for alignment in (
        NoAlignment,
        LocationScaleAlignment,
        QuantileAlignment,
        FeatureQuantileAlignment,
        TrainingDistributionMatching,
        NonparanormalAlignment,
    )
}


def create_alignment(name: str) -> PlatformAlignment:
    """Create an unfitted alignment by name.

    Raises
    ------
    ConfigurationError
        If the name isn't registered.
    """
    if name not in ALIGNMENTS:
        raise ConfigurationError(
            f"unknown alignment {name!r} in `transfer_alignment`; the known ones are "
            f"{', '.join(ALIGNMENTS)}"
        )
    return ALIGNMENTS[name]()
