"""Classifiers on top of any method, learnt from few labels."""

from twinpurify.fine_tuning.classifier import FineTunedClassifier, load_classifier

__all__ = ["FineTunedClassifier", "load_classifier"]
