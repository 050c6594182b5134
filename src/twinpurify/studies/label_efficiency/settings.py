"""Settings of the study; imported at Kedro start-up, so nothing heavy is imported here."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

Encoder = Literal["frozen", "unfrozen"]
Share = Annotated[float, Field(gt=0.0, le=1.0)]
# Learnt beside whatever methods are named: principal components, the profile itself, the untrained
# encoder trained on the labels, and left as it is.
CONTROLS = ("pca", "raw", "scratch", "untrained")


class LabelEfficiencySettings(BaseModel, extra="forbid"):
    """What is learnt from how few labels, and on top of which methods.

    Parameters
    ----------
    label : str
        Column of the sample sheet that is learnt (``--label`` of ``twinpurify study labels``).
    include_normals : bool
        Whether adjacent normals are a class of their own, called ``normal``.
    methods : list of str
        Methods that are pretrained without labels; on the command line joined by plus signs.
        The controls ``pca``, ``raw``, ``scratch`` and ``untrained`` are always there, and not
        named.
    encoders : list of {"frozen", "unfrozen"}
        Whether the labels leave a method as it was pretrained, or train it on.
    head : {"linear", "mlp"}
        What is put on top of the embedding.
    profile_share : float
        Share of the variance of the head's inputs that is the profile itself, beside the
        embedding of each method; 0 for the embedding alone. Controls never have it.
    label_fractions : list of float
        Shares of the training patients of each class that have a label; two patients at least.
        A larger share holds the smaller ones.
    n_repeats : int
        Random divisions of the patients, each with its own draw of labels and its own
        pretraining.
    test_fraction : float
        Share of the patients that are held out.
    min_class_patients : int
        A class with fewer patients is left out: its tumours count as unlabelled.
    n_bootstrap : int
        Resamplings of the test patients, for the 95% intervals.
    n_components : int
        Components of the control that is a PCA with logistic regression.
    n_permutations : int
        Permutations of the labels, on the PCA, for the control that has to be at chance; 0 for
        none.
    pretrain_on_unlabelled : bool
        Whether training tumours without a label take part in the pretraining.
    pretraining_cohort : str or None
        Another cohort on which the methods are pretrained too; patients of the test are left
        out of it by their ids.
    pretraining_file : Path or None
        In its place an h5ad file, relative to ``raw``, in log2(x + 1) with ``patient_id`` and
        perhaps ``tissue`` in obs, or counts (docs/label_efficiency.md#counts-of-any-size) in
        the layout of ARCHS4, which are brought to one below ``checkpoints``. It is read in
        turn, for methods that can.
    pretraining_shares : list of float
        Shares of the training patients on whom methods are pretrained for comparison.
    hidden_layers : list of int
        Numbers of hidden layers, for methods that have an encoder.
    sweep_label_fraction : float
        Share of the labels in these two comparisons; one of ``label_fractions``.
    sweep_repeats : int
        The first so many repeats take part in them: each share and each depth is a pretraining.
    seed : int
        Seed of the splits, the labels that are drawn, the fits and the bootstrap.
    """

    label: str = "subtype"
    include_normals: bool = False
    methods: list[str] = ["twinpurify", "scarf", "vime", "byol"]
    encoders: list[Encoder] = ["frozen", "unfrozen"]
    head: Literal["linear", "mlp"] = "linear"
    profile_share: float = Field(0.0, ge=0.0, lt=1.0)
    label_fractions: list[Share] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]
    n_repeats: int = Field(5, ge=1)
    test_fraction: float = Field(0.3, gt=0.0, lt=1.0)
    min_class_patients: int = Field(10, ge=4)
    n_bootstrap: int = Field(500, ge=1)
    n_components: int = Field(256, ge=1)
    n_permutations: int = Field(3, ge=0)
    pretrain_on_unlabelled: bool = True
    pretraining_cohort: str | None = None
    pretraining_file: Path | None = None
    pretraining_shares: list[Share] = [0.1, 0.25, 0.5, 1.0]
    hidden_layers: list[Annotated[int, Field(ge=0)]] = [1, 2, 4, 6]
    sweep_label_fraction: Share = 0.1
    sweep_repeats: int = Field(1, ge=0)
    seed: int = Field(0, ge=0)

    @field_validator("methods", "encoders", mode="before")
    @classmethod
    def _cut_text(cls, value: Any) -> Any:
        """Take a list as one text too, which is all that a command line can give."""
        return value.replace("+", " ").split() if isinstance(value, str) else value

    @field_validator("methods")
    @classmethod
    def _check_methods(cls, methods: list[str]) -> list[str]:
        """Refuse methods that don't exist, are controls anyway, or are named twice."""
        from twinpurify.representation.registry import METHODS

        known = [name for name in METHODS if name not in CONTROLS]
        refused = [name for name in methods if name not in known]
        if refused or len(set(methods)) < len(methods):
            raise ValueError(
                f"methods are named once each, out of {', '.join(known)}; {', '.join(CONTROLS)} "
                f"are controls and always there. Refused: {', '.join(refused) or 'doubled names'}"
            )
        return methods

    @field_validator("label_fractions", "pretraining_shares", "hidden_layers", "encoders")
    @classmethod
    def _sort(cls, values: list[Any]) -> list[Any]:
        """Bring values into ascending order, each once."""
        return sorted(set(values))

    @model_validator(mode="after")
    def _check_together(self) -> "LabelEfficiencySettings":
        """Refuse settings that contradict each other."""
        if self.pretraining_cohort and self.pretraining_file:
            raise ValueError("pretraining_cohort and pretraining_file exclude each other")
        if self.sweep_repeats and self.sweep_label_fraction not in self.label_fractions:
            raise ValueError(
                f"sweep_label_fraction {self.sweep_label_fraction:g} is not among label_fractions"
            )
        if not self.label_fractions or not self.encoders:
            raise ValueError("label_fractions and encoders must not be empty")
        return self
