"""The figures of the page: their order, how each is read, and why one may be missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from twinpurify.errors import ConfigurationError, listed


@dataclass(frozen=True)
class Section:
    """One place on the page for figures of a kind.

    Attributes
    ----------
    key : str
        Name of the function that draws it; ``key@part`` are further figures of the section.
    title, reading : str
        Heading, and how to read the figure.
    absent : str
        The usual reason why there is none.
    """

    key: str
    title: str
    reading: str
    absent: str


REMOVED = (
    Section(
        "dilution_curves",
        "What happens as normal tissue is mixed in",
        "Held-out tumours are mixed with normal tissue of other patients in the computer. At "
        "tumour fraction 1 the profile is as measured; at 0.2 four fifths of it is normal tissue. "
        "Left: can the subtype still be told? Right: does the diluted profile find its own "
        "undiluted tumour among all held-out tumours? Bars and the shaded band are 95% intervals. "
        "A method that was trained on such mixes has an advantage here that it does not have in "
        "the questions on published purity.",
        "no score was measured at more than one tumour fraction",
    ),
    Section(
        "purity_scatter",
        "Estimated purity",
        "Estimated without any reference, for held-out tumours. Diamonds are the means of the "
        "fifths of the tumours by estimate, with 95% intervals: on the dotted line the level is "
        "right too. The order of the tumours comes from the data, the level from other cohorts.",
        "the cohort has no published purity to compare with, or the model estimates none",
    ),
    Section(
        "purity_bins",
        "Purified profiles against the truth, by purity",
        "The error of a profile against the same tumour without its normal tissue, where that is "
        "known: by simulation, or by mixing in the computer. Purification is worth something where "
        "its line is the lower one, and harms where it is the higher one.",
        "no purified profile was compared with a known truth",
    ),
)
TUMOURS = (
    Section(
        "embedding_map",
        "The map of the tumours",
        "Every point is a sample; near neighbours in the embedding are drawn close together "
        "by t-SNE, in which distances between far groups mean little; below, the first two "
        "principal components of the same embedding, which keep large distances and hide small "
        "ones. The axes have no unit. The menu chooses what the colour shows.",
        "no map was computed",
    ),
)
KEPT = (
    Section(
        "confusion",
        "Which classes are taken for which",
        "Rows are true classes, columns the predictions for held-out tumours; each cell is the "
        "share of a true class, so a row sums to 100%. The lower rows are of tumours that were "
        "diluted most.",
        "no class was predicted",
    ),
    Section(
        "calibration",
        "Can a predicted probability be believed?",
        "Predictions for held-out tumours are sorted by their probability. On the dotted line, a "
        "class that was given 70% is right in 70%. Below it the prediction is too sure of itself. "
        "A larger sign stands for more predictions.",
        "no probability was predicted",
    ),
    Section(
        "label_efficiency",
        "How many labels are needed?",
        "The embedding is the same; the classifier on it was given only a share of the training "
        "labels. Bars are 95% intervals.",
        "no question was asked with fewer labels",
    ),
    Section(
        "few_normals",
        "How many normals are needed?",
        "The methods were fitted again with only so many adjacent normals. Bars are 95% intervals.",
        "no question was asked with fewer normals",
    ),
)
CLINIC = (
    Section(
        "survival_forest",
        "Survival, all methods",
        "Cox regression on the embedding of training patients, scored on held-out ones: of two "
        "patients, how often had the one with the higher risk her event first? On the dotted line "
        "a risk tells nothing. Below: what the embedding adds to age and stage. Bars are 95% "
        "intervals.",
        "no endpoint has enough events",
    ),
    Section(
        "kaplan_meier",
        "Survival by predicted risk",
        "Held-out patients, by a risk that was predicted from the embedding by models that had not "
        "seen them. The thirds are cut by the risks of training patients of the same stratum, so "
        "they may be of unequal size; a patient who was held out more than once stands where she "
        "stood on average. Shaded: 95% intervals. Small ticks: follow-up ended there. The axis "
        "ends where 2% of the patients are still followed. The log-rank test compares patients of "
        "one stratum with each other, and takes the thirds as given.",
        "no patient has a known survival time, or too few do",
    ),
)
PATHWAYS = (
    Section(
        "trade_off",
        "What is kept, and what is left",
        "Each sign is a method. To the left, less of the published purity can be read from its "
        "embedding; further up, more of the immune signal (left) or of the subtype (right) can. "
        "An embedding of nothing stands at the far left and at the bottom. Tumour immunity is "
        "part of the tumour and of its admixture: nothing says how much of it should stay. Bars "
        "are 95% intervals.",
        "no purity, or neither an immune signal nor a subtype, was read from the embeddings",
    ),
    Section(
        "pathway_volcano",
        "Pathways between known groups",
        "Each sign is a pathway: how much its activity differs between two groups of held-out "
        "tumours, and how certain that is. Stars are the pathways that have to differ, by what is "
        "known of the disease; the dotted line is a false discovery rate of 5%. Means over splits, "
        "rates by their median.",
        "no pathway was compared between groups",
    ),
    Section(
        "pathway_purity",
        "Do pathways follow the purity of the sample?",
        "Each sign is a pathway. Below the dotted line its activity follows the published purity "
        "less after purification than before. A pathway of the tumour should lie low; one of "
        "immune cells loses its meaning if it does.",
        "no pathway was compared with purity",
    ),
    Section(
        "dimension_names",
        "What the dimensions of the embedding stand for",
        "Each dimension moves genes up and down. It is named by the pathway whose genes have the "
        "largest weights, where that is surer than a false discovery rate of 5%. Dimensions are "
        "those of the first split’s model.",
        "no dimension was compared with pathways",
    ),
)
TRAINING = (
    Section(
        "loss_curve",
        "Losses of the training",
        "One line a split. The total loss should fall and level off; an effective rank near 1 "
        "would mean that the embedding collapsed to a single direction.",
        "no model was trained step by step",
    ),
)


@dataclass(frozen=True)
class Group:
    """Sections that belong together, under one heading of the contents list.

    Attributes
    ----------
    key, title : str
        Anchor and heading.
    sections : tuple of Section
        In their order.
    """

    key: str
    title: str
    sections: tuple[Section, ...]


GROUPS = (
    Group("removed", "Is the normal tissue gone?", REMOVED),
    Group("tumours", "The tumours before and after", TUMOURS),
    Group("kept", "Is the tumour kept?", KEPT),
    Group("clinic", "What it is worth in the clinic", CLINIC),
    Group("pathways", "Pathways, immunity and stroma", PATHWAYS),
    Group("training", "How the training went", TRAINING),
)
SECTIONS = tuple(section for group in GROUPS for section in group.sections)

# These stand beneath the account of what went in; each has a part for every cohort of the run.
QUALITY_SECTIONS = (
    Section(
        "sample_quality",
        "Samples that stand apart",
        "Each point is a sample. Crosses are samples that lie far from the others of their tissue, "
        "by their library size, by their distance in a robust principal component analysis, or by "
        "their correlation with the median profile. They are flagged, never removed: whether one "
        "is a failed library or a rare tumour is for a person to say. To leave one out, take its "
        "row out of the sample sheet.",
        "no sample could be judged by the others of its tissue",
    ),
    Section(
        "quality_map",
        "The samples as they came in",
        "First two principal components of the most variable genes, log2(x + 1), before anything "
        "is aligned or purified. Tumours and normals should part; batches should not. The menu "
        "chooses what the colour shows.",
        "the cohort has too few samples for components",
    ),
    Section(
        "marker_genes",
        "Tumours and normals on known genes",
        "Genes that the cohort’s definition names as known to be high on one side. If the two "
        "boxes of a gene are the wrong way round, the labels of the tissue may be swapped.",
        "the cohort’s definition names no marker genes",
    ),
)


def check_keys(keys: Iterable[str]) -> None:
    """Check that each figure has a place on the page.

    Parameters
    ----------
    keys : iterable of str

    Raises
    ------
    ConfigurationError
        If one belongs to no section.
    """
    known = [section.key for section in (*SECTIONS, *QUALITY_SECTIONS)]
    unknown = [key for key in keys if key.partition("@")[0] not in known]
    if unknown:
        raise ConfigurationError(
            f"the page has no place for the figures {listed(unknown)}; a figure is named "
            f"{listed(known, 12)}, or one of these with @ and a part, such as kaplan_meier@pfi"
        )


def parts_of(section: Section, figures: Mapping[str, object]) -> dict[str, object]:
    """Select the figures of a section.

    Parameters
    ----------
    section : Section
    figures : mapping of str to Figure

    Returns
    -------
    dict of str to Figure
        By what stands behind the @, empty for the figure that has the section's own name.
    """
    return {
        key.partition("@")[2]: figure
        for key, figure in figures.items()
        if key.partition("@")[0] == section.key
    }
