"""The metrics that several questions are answered by."""

from dataclasses import replace

from twinpurify.evaluation.declaration.question import HIGHER, LOWER, NEUTRAL, Metric

BALANCED_ACCURACY = Metric(
    "balanced_accuracy",
    "balanced accuracy",
    HIGHER,
    "0 to 1",
    "Mean recall over classes. Chance is 1 over the number of classes.",
)
MACRO_F1 = Metric(
    "macro_f1",
    "macro F1",
    HIGHER,
    "0 to 1",
    "Mean over classes of the harmonic mean of precision and recall.",
)
BRIER = Metric(
    "brier",
    "Brier score",
    LOWER,
    "0 to 2",
    "Mean over tumours of the squared distance between the probabilities of all classes and the "
    "truth. Equal probabilities of K classes score 1 - 1/K.",
)
CALIBRATION_ERROR = Metric(
    "calibration_error",
    "calibration error",
    LOWER,
    "0 to 1",
    "Expected calibration error: how far the probability of the likeliest class is from the share "
    "of tumours in which it is the true one, mean over tumours in 10 bins of probability.",
)
TOP1_COSINE = Metric(
    "top1_cosine",
    "top-1 retrieval, cosine",
    HIGHER,
    "0 to 1",
    "Share of queries whose own tumour has the highest cosine; a tie is a miss.",
)
TOP1_EUCLIDEAN = Metric(
    "top1_euclidean",
    "top-1 retrieval, Euclidean",
    HIGHER,
    "0 to 1",
    "Share of queries whose own tumour is the nearest; a tie is a miss.",
)
R2_LINEAR = Metric(
    "r2_linear",
    "R², linear",
    LOWER,
    "up to 1",
    "Share of the variation that a ridge regression explains in patients not fitted on; negative "
    "when it does worse than their mean.",
)
R2_RBF = Metric("r2_rbf", "R², RBF", LOWER, "up to 1", "The same with a Gaussian kernel.")
SPEARMAN = Metric("spearman", "Spearman correlation", HIGHER, "-1 to 1", "Rank correlation.")

ACCURACY = (BALANCED_ACCURACY, MACRO_F1)
MISSES = (BRIER, CALIBRATION_ERROR)
RETRIEVAL = (TOP1_COSINE, TOP1_EUCLIDEAN)
LEAK = (R2_LINEAR, R2_RBF)


def without_winner(metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """Take the same metrics where neither more nor less of them is better."""
    return tuple(replace(metric, direction=NEUTRAL) for metric in metrics)
