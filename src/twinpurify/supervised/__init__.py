"""Learning from labels: folds by patient, scaling, penalised logistic regression."""
