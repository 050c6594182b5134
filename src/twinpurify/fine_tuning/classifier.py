"""A classifier on top of any method, its encoder frozen or trained further."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import check_is_fitted

from twinpurify.errors import ConfigurationError
from twinpurify.extras import naming_extras
from twinpurify.fine_tuning.labels import check_labels, check_patients
from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.interface.profiles import as_profiles, select_genes
from twinpurify.parameters import check_parameters
from twinpurify.representation.registry import create_method
from twinpurify.training.parameters import Device, Precision


class FineTunedClassifier(ClassifierMixin, BaseEstimator):
    """Learns classes from the embedding of a method, and from few labels where there are few.

    The frozen linear head is a penalised logistic regression, whose penalty is chosen by inner
    folds of patients. Other heads, and an encoder that isn't frozen, are trained by gradient
    descent; how long, inner held-out patients say. An unfrozen encoder starts with the head that
    was fitted on the frozen one, and the training is undone where it helps no held-out patient,
    unless ``encoder_statistics`` says that the encoder was never trained.

    Where a class has fewer than three patients, nothing is chosen: the inverse penalty is 0.1,
    and a training has ``epochs_without_validation``; the log says so. The order of the samples
    doesn't matter.

    Parameters
    ----------
    method : str or EmbeddingMethod
        A registered name; or a method, used as it is if fitted. One that isn't is fitted on the
        profiles, without the labels.
    method_parameters : dict, optional
        Of a method given by its name.
    encoder : {"frozen", "unfrozen"}
        Whether the method's embedding stays, or is trained with the head. Not all methods can be:
        see ``EmbeddingMethod.as_module``.
    head : {"linear", "mlp"}
    head_hidden : sequence of int
        Width of each hidden layer of the head "mlp", with batch normalisation and dropout.
    dropout : float
        Share of the units of each hidden layer of the head.
    class_weight : {"balanced"} or None
        "balanced": each class counts as much as any other. None: each sample does.
    standardize : {"common", "each"}
        Whether one scale brings the embedding's dimensions to mean variance 1, or each has its
        own.
    profile_share : float
        Share of the variance of the head's inputs that is the profile itself, beside the
        embedding; 0 for the embedding alone.
    encoder_statistics : {"frozen", "batch"}
        Of an unfrozen encoder: whether batch normalisation keeps the mean and variance that it
        was fitted with, and dropout is off; or both are as in any training. "batch" is for an
        encoder that was never trained.
    validation_share : float
        Share of the patients of each class that are held out to choose the number of epochs.
    refit : bool
        Whether it is then trained again, on all patients, for so many epochs.
    patience : int
        Epochs without a lower loss of the held-out patients after which a training ends.
    max_epochs : int
    epochs_without_validation : int
    batch_size : int
        All samples, where they are fewer.
    learning_rate, encoder_learning_rate : float
        Of AdamW, for the head and for an unfrozen encoder; constant.
    weight_decay : float
    device : {"auto", "cpu", "cuda"}
    precision : {"auto", "float32", "bfloat16"}
    seed : int
        Of folds, held-out patients, initial weights and batches; a method given by its name has
        a seed of its own.

    Attributes
    ----------
    classes_ : array, shape (classes,)
        Of the type of the labels.
    method_ : EmbeddingMethod
        The fitted method; an unfrozen encoder leaves it as it is.
    head_ : nn.Module
        From the embedding, behind the profile if that takes part, to the log odds of the classes.
    encoder_ : nn.Module or None
        From profiles to what the head takes, where it was trained.
    inverse_penalty_ : float or None
        C of the linear head on a frozen encoder.
    n_epochs_ : int or None
        Epochs of the training; 0 where it didn't help.
    history_ : DataFrame or None
        Of that training, one row an epoch.

    References
    ----------
    Kumar et al. 2022, arXiv:2202.10054, for the head that is fitted before the encoder is freed.
    """

    def __init__(
        self,
        method: Any = "twinpurify",
        method_parameters: dict[str, Any] | None = None,
        encoder: Literal["frozen", "unfrozen"] = "frozen",
        head: Literal["linear", "mlp"] = "linear",
        head_hidden: Sequence[Annotated[int, Field(ge=1)]] = (256,),
        dropout: Annotated[float, Field(ge=0, lt=1)] = 0.2,
        class_weight: Literal["balanced"] | None = "balanced",
        standardize: Literal["common", "each"] = "common",
        profile_share: Annotated[float, Field(ge=0, lt=1)] = 0.0,
        encoder_statistics: Literal["frozen", "batch"] = "frozen",
        validation_share: Annotated[float, Field(gt=0, lt=1)] = 0.2,
        refit: bool = True,
        patience: Annotated[int, Field(ge=1)] = 20,
        max_epochs: Annotated[int, Field(ge=1)] = 200,
        epochs_without_validation: Annotated[int, Field(ge=1)] = 20,
        batch_size: Annotated[int, Field(ge=2)] = 32,
        learning_rate: Annotated[float, Field(gt=0)] = 0.001,
        encoder_learning_rate: Annotated[float, Field(gt=0)] = 0.0001,
        weight_decay: Annotated[float, Field(ge=0)] = 0.01,
        device: Device = "auto",
        precision: Precision = "auto",
        seed: Annotated[int, Field(ge=0)] = 0,
    ) -> None:
        self.method = method
        self.method_parameters = method_parameters
        self.encoder = encoder
        self.head = head
        self.head_hidden = head_hidden
        self.dropout = dropout
        self.class_weight = class_weight
        self.standardize = standardize
        self.profile_share = profile_share
        self.encoder_statistics = encoder_statistics
        self.validation_share = validation_share
        self.refit = refit
        self.patience = patience
        self.max_epochs = max_epochs
        self.epochs_without_validation = epochs_without_validation
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.encoder_learning_rate = encoder_learning_rate
        self.weight_decay = weight_decay
        self.device = device
        self.precision = precision
        self.seed = seed

    def __sklearn_clone__(self) -> Self:
        """Copy the parameters; a fitted method stays fitted, since that is what was asked for."""
        parameters = {
            name: value if _is_fitted(value) else clone(value, safe=False)
            for name, value in self.get_params(deep=False).items()
        }
        return type(self)(**parameters)

    @naming_extras()
    def fit(self, X: Any, y: Any, *, groups: Any = None, background: Any = None) -> Self:
        """Fit the method, unless it is fitted, then the head, and the encoder unless it is frozen.

        Parameters
        ----------
        X : AnnData, DataFrame or array, shape (samples, genes)
            Profiles, log2(x + 1).
        y : sequence, shape (samples,)
            Classes: numbers, texts or truth values, none missing.
        groups : sequence, shape (samples,), optional
            Patient of each sample; inner folds and held-out samples never split one. By default
            each sample is a patient of its own.
        background : AnnData, DataFrame or array, shape (normals, genes), optional
            Adjacent normals, for a method that needs them and isn't fitted.

        Raises
        ------
        ConfigurationError
            If a parameter is of the wrong type or out of range, or the method's encoder can't be
            trained further.
        SampleSheetError
            If labels or patients are missing, or there are fewer than two classes.
        ExpressionError, BackgroundError, GeneMismatchError
            If the profiles can't be embedded, as in the method.
        """
        from twinpurify.fine_tuning.fitting import fit_networks

        check_parameters(type(self), self.get_params(deep=False))
        method = self._method()
        profiles = as_profiles(X, getattr(method, "genes_", None))
        labels = check_labels(y, len(profiles))
        order = _own_order(profiles.to_numpy(), labels)
        patients = check_patients(groups, len(profiles), order)
        profiles = profiles.iloc[order]
        if not _is_fitted(method):
            method.fit(profiles, background=background)
        classes, codes = np.unique(labels[order], return_inverse=True)
        fitted = fit_networks(self, method, profiles, codes, patients)
        self.method_, self.classes_ = method, classes
        self.head_, self.encoder_ = fitted.head, fitted.encoder
        self.inverse_penalty_, self.n_epochs_ = fitted.inverse_penalty, fitted.n_epochs
        self.history_ = fitted.history
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Name the likeliest class of each sample, shape (samples,), of the type of the labels.

        Raises
        ------
        GeneMismatchError
            If genes of the method are missing.
        """
        likeliest = self.predict_proba(X).argmax(axis=1)
        return self.classes_[likeliest]

    @naming_extras()
    def predict_proba(self, X: Any) -> np.ndarray:
        """State how likely each class is; under balanced weights, were all equally frequent.

        Returns
        -------
        array, shape (samples, classes), float64

        Raises
        ------
        GeneMismatchError
            If genes of the method are missing.
        """
        from twinpurify.fine_tuning.fitting import run_in_batches
        from twinpurify.fine_tuning.profile_block import head_inputs

        check_is_fitted(self, "classes_")
        if self.encoder_ is None:
            inputs = head_inputs(self.method_, X, self.profile_share)
        else:
            profiles = as_profiles(X, self.method_.genes_)
            inputs = run_in_batches(self.encoder_, select_genes(profiles, self.method_.genes_))
        return softmax(run_in_batches(self.head_, inputs).astype(np.float64), axis=1)

    def save(self, folder: Path) -> None:
        """Store the fitted classifier, its method included, as JSON and safetensors in a folder."""
        from twinpurify.fine_tuning.storage import save_classifier

        check_is_fitted(self, "classes_")
        save_classifier(self, folder)

    def _method(self) -> EmbeddingMethod:
        """Return the method to use: as it is if fitted, else a new one."""
        if isinstance(self.method, str):
            return create_method(self.method, self.method_parameters)
        if not isinstance(self.method, EmbeddingMethod):
            raise ConfigurationError(
                f"method is {self.method!r}; give the name of a registered method, or a method"
            )
        if self.method_parameters is not None:
            raise ConfigurationError(
                f"method_parameters are set, but the method {self.method.name} isn't given by its "
                "name; set its parameters where it is made"
            )
        return self.method if _is_fitted(self.method) else clone(self.method)


@naming_extras()
def load_classifier(folder: Path) -> FineTunedClassifier:
    """Load a classifier that ``FineTunedClassifier.save`` stored, on the CPU.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    ModelFileError
        If the folder holds no whole classifier, or its two files don't match.
    """
    from twinpurify.fine_tuning.storage import restore_classifier

    return restore_classifier(FineTunedClassifier, folder)


def _is_fitted(method: Any) -> bool:
    """Tell whether this is a fitted method."""
    return isinstance(method, EmbeddingMethod) and hasattr(method, "genes_")


def _own_order(values: np.ndarray, labels: np.ndarray) -> list[int]:
    """Order samples by a hash of their profiles, whatever order they come in."""

    def key(row: int) -> tuple[bytes, str]:
        profile = np.ascontiguousarray(values[row])
        return hashlib.sha256(profile).digest(), str(labels[row])

    return sorted(range(len(values)), key=key)
