"""A classifier logged to MLflow and loaded again."""

import mlflow
import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from twinpurify.errors import GeneMismatchError
from twinpurify.fine_tuning import FineTunedClassifier
from twinpurify.serving.classifier_registration import log_classifier

LABELS = np.where(np.arange(24) % 2, "LumA", "Basal")


@pytest.fixture
def logged(pca_model, tumours, store, run_id):
    classifier = FineTunedClassifier(pca_model).fit(tumours, LABELS)
    version = log_classifier(classifier, model_name="subtype", run_id=run_id, tags={"a": "b"})
    return classifier, version


def test_a_loaded_classifier_gives_class_and_probabilities(logged, tumours, store):
    classifier, version = logged
    model = mlflow.pyfunc.load_model(f"models:/subtype/{version}")
    # Any order of genes, as they are named.
    genes = list(tumours.columns)[::-1]
    found = model.predict(tumours[genes].to_numpy(), params={"genes": genes})
    assert list(found) == ["class", "probability_Basal", "probability_LumA"]
    assert found["class"].tolist() == classifier.predict(tumours).tolist()
    expected = classifier.predict_proba(tumours)
    np.testing.assert_allclose(found.iloc[:, 1:].to_numpy(), expected, atol=1e-5)
    assert store.get_model_version("subtype", version).tags == {"a": "b", "method": "pca"}
    with pytest.raises(GeneMismatchError, match="the input has 9 columns, the model 12 genes"):
        model.predict(tumours.to_numpy()[:, :9])


def test_an_unfitted_classifier_registers_nothing(store, run_id):
    with pytest.raises(NotFittedError):
        log_classifier(FineTunedClassifier("pca"), model_name="subtype", run_id=run_id)
    assert store.search_registered_models() == []
