"""Settings of the evaluation; imported at Kedro start-up, so nothing heavy is imported here."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, field_validator

from twinpurify.evaluation.declaration.registry import questions

ALL = "all"


def _known(key: str) -> str:
    """Refuse a question that nobody declares."""
    if key not in questions():
        raise ValueError(f"there is no question {key!r}; there are {', '.join(questions())}")
    return key


def _every(tasks: object) -> object:
    """Write the word for every question out."""
    return list(questions()) if tasks == ALL else tasks


class LabelGenes(BaseModel, extra="forbid"):
    """Genes that labels were called from, to be hidden.

    Parameters
    ----------
    subtype : str or None
        Collection of ``gene_sets`` whose genes are hidden for ``subtype_without_label_genes``:
        those that the subtype was called from. ``None`` skips the question.
    grade : str or None
        The same for ``grade_without_label_genes``: a grade counts mitoses, and half of the
        PAM50 genes tell of proliferation.
    """

    subtype: str | None = "pam50"
    grade: str | None = "pam50"


class EvaluationSettings(BaseModel, extra="forbid"):
    """Which questions are asked of every embedding, and how often.

    Parameters
    ----------
    n_splits : int
        Repeated random divisions of the patients into training and test.
    test_fraction : float
        Share of the patients that no fit ever sees.
    fractions : list of float
        Tumour fractions of the titration, each above 0 and up to 1. 1.0, as measured, must be
        among them.
    n_mixed_normals : int
        Normals of test patients in each background of the titration.
    n_bootstrap : int
        Resamplings of the patients, for the 95% intervals.
    n_inner_folds : int
        Folds, by patient, in which a probe chooses its penalty.
    n_outer_folds : int
        Folds, by patient, where one set of samples has to serve for fitting and scoring
        (``purity_left@fraction``; most questions on a transfer cohort).
    label_genes : LabelGenes
        What ``subtype`` and ``grade`` were called from.
    label_fractions : list of float
        Shares of the training patients whose subtype is learnt from in ``label_efficiency``.
    n_label_repeats : int
        Draws of these patients; the score is the mean over them.
    pathway_collections : list of str
        Collections of ``gene_sets`` that are looked at as pathways, and that dimensions are
        named after.
    pathway_method : {'ulm', 'gsva'}
        How the activity of a pathway is computed: a regression on the weights, each tumour on
        its own; or GSVA, which ranks the tumours among each other and takes seconds.
        decoupler's GSVA equals Bioconductor's to 1e-15 for an even number of genes, and differs
        by up to .03 for an odd one. Dimensions are always named by ``ulm``.
    min_set_genes : int
        A gene set with fewer genes in the matrix is left out.
    max_named_dimensions : int
        The dimensions of a wider embedding aren't named.
    n_neighbours : int
        Neighbours that are compared with those of the true profiles. The number is part of the
        metric's name: ``overlap10``.
    n_cox_components : int
        Principal components of an embedding that enter the Cox regression at most.
    min_class_patients : int
        A class with fewer training patients is left out.
    min_train_events : int
        An endpoint with fewer events among the training patients is left out.
    min_test_events : int
        An endpoint with fewer events among the test patients is left out.
    survival_years : list of float
        Years of follow-up at which the time-dependent AUC is taken.
    survival_strata : str
        Column of the sample sheet: in Cox regression and in every comparison of survival,
        patients meet only those of the same value. A cohort without the column has no strata.
    normal_counts : list of int
        Numbers of training patients on whose normals, one of each, methods are fitted again
        (``few_normals``). Numbers that a split doesn't exceed are left out.
    stability_seeds : int
        Further seeds from which methods are fitted again (``stability``).
    refit_splits : int
        Methods are fitted again only in the first so many splits: each number of normals and
        each seed is a fit.
    refit_methods : list of str
        Methods that are fitted again. Those without normals, or without a seed, are left out of
        the one or the other question.
    seed : int
        Seed of the splits, the titration, the folds and the bootstrap.
    tasks : list of str
        The questions to ask, by the keys in docs/outputs.md#tasks-and-metrics; ``all`` for
        every one. A question that the labels don't allow is skipped, with the reason.
    """

    n_splits: int = Field(5, ge=1)
    test_fraction: float = Field(0.3, gt=0.0, lt=1.0)
    fractions: list[float] = [1.0, 0.8, 0.6, 0.4, 0.2]
    n_mixed_normals: int = Field(4, ge=1)
    n_bootstrap: int = Field(500, ge=1)
    n_inner_folds: int = Field(3, ge=2)
    n_outer_folds: int = Field(5, ge=2)
    label_genes: LabelGenes = LabelGenes()
    label_fractions: list[Annotated[float, Field(gt=0.0, lt=1.0)]] = [0.05, 0.1, 0.2, 0.5]
    n_label_repeats: int = Field(5, ge=1)
    pathway_collections: list[str] = ["hallmark", "progeny"]
    pathway_method: Literal["ulm", "gsva"] = "ulm"
    min_set_genes: int = Field(5, ge=2)
    max_named_dimensions: int = Field(256, ge=1)
    n_neighbours: int = Field(10, ge=1)
    n_cox_components: int = Field(64, ge=1)
    min_class_patients: int = Field(8, ge=2)
    min_train_events: int = Field(10, ge=2)
    min_test_events: int = Field(5, ge=1)
    survival_years: list[Annotated[float, Field(gt=0.0)]] = [1.0, 3.0, 5.0]
    survival_strata: str = "cancer"
    normal_counts: list[Annotated[int, Field(ge=2)]] = [3, 5, 10, 20, 50]
    stability_seeds: int = Field(2, ge=1)
    refit_splits: int = Field(1, ge=0)
    refit_methods: list[str] = ["twinpurify", "linear_twin", "mean_subtraction"]
    seed: int = Field(0, ge=0)
    tasks: Annotated[list[Annotated[str, AfterValidator(_known)]], BeforeValidator(_every)] = Field(
        ALL, validate_default=True
    )

    @field_validator("fractions")
    @classmethod
    def _check_fractions(cls, fractions: list[float]) -> list[float]:
        """Hold the fractions to their range and bring them into descending order."""
        outside = [fraction for fraction in fractions if not 0.0 < fraction <= 1.0]
        if outside:
            raise ValueError(f"a tumour fraction lies above 0 and up to 1, not at {outside}")
        if 1.0 not in fractions:
            raise ValueError("1.0 must be among the fractions: every titration starts undiluted")
        return sorted(set(fractions), reverse=True)

    @field_validator("normal_counts")
    @classmethod
    def _sort_counts(cls, counts: list[int]) -> list[int]:
        """Bring the numbers of normals into ascending order, each once."""
        return sorted(set(counts))

    @field_validator("survival_years")
    @classmethod
    def _check_years(cls, years: list[float]) -> list[float]:
        """Ask each year once, in ascending order."""
        return sorted(set(years))

    @field_validator("tasks")
    @classmethod
    def _check_tasks(cls, tasks: list[str]) -> list[str]:
        """Refuse a task that is named twice."""
        doubled = sorted({task for task in tasks if tasks.count(task) > 1})
        if doubled:
            raise ValueError(f"named more than once in tasks: {', '.join(doubled)}")
        return tasks
