"""Values that have to stay as they are, or be changed on purpose.

Made with ``python tests/representation/test_golden_values.py`` on numpy 2.4.6, scipy 1.17.1 and
torch 2.13.0, on a CPU without AMX. Rounding differs between processors, hence the tolerances.
"""

import json

import numpy as np
import pytest
import torch

from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.parameters import parameters_model
from twinpurify.purification.twin_network.barlow_twins_loss import barlow_twins_loss
from twinpurify.representation.registry import METHODS, create_method

# All parameters, so that another default leaves the values as they are.
SMALL = {
    "n_dimensions": 3,
    "hidden": (16,),
    "n_steps": 8,
    "max_epochs": 100,
    "batch_size": 8,
    "device": "cpu",
    "precision": "float32",
    "projector": None,
    "redundancy_weight": 0.005,
    "n_removed": 2,
    "alpha": 1.0,
    "max_iterations": 100,
    "n_rounds": 6,
    "minimum_purity": 0.1,
    "beta": 1.0,
    "n_background_dimensions": 2,
    "n_views": 4,
    "minimum_fraction": 0.1,
    "n_mixed_normals": 3,
    "shrinkage": 0.1,
    "tumour_mixing": 0.2,
    "background_share": 0.1,
    "infiltrate_shift_sd": 1.0,
    "compression": 0.1,
    "floor": 1.0,
    "remove_infiltrate": True,
    "noise_sd": 0.1,
    "gene_dropout": 0.1,
    "library_size_jitter": 0.1,
    "spectrum_exponent": 0.25,
    "learning_rate": 0.003,
    "weight_decay": 1e-4,
    "dropout": 0.2,
    "head": 8,
    "corruption": 0.3,
    "marginal": "uniform",
    "temperature": 1.0,
    "value_weight": 2.0,
    "target_decay": 0.9,
    "optimizer": "adam",
    "validation_share": 0.1,
    "width": 8,
    "n_heads": 2,
    "n_tokens": 6,
    "n_latents": 2,
    "n_layers": 1,
    "n_latent_layers": 1,
    "levels": "continuous",
    "n_bins": 4,
    "n_factors": 3,
    "least_observed": 3,
    "most_observed": 9,
    "n_panels": 4,
    "patience": 20,
    "seed": 0,
}
GENES = np.arange(30.0)


def profiles(n: int, step: float, level: float) -> np.ndarray:
    """Write down profiles that no generator of random numbers has a part in."""
    samples = np.arange(n)[:, None]
    waves = np.sin(step * samples * (1.0 + GENES % 5)) + 0.5 * np.cos(1.7 * samples + GENES)
    return (level + np.sin(GENES) + waves * (1.0 + GENES / 30.0)).astype(np.float32)


TUMOURS, NORMALS = profiles(16, 0.9, 6.0), profiles(6, 0.4, 7.0)


def fit(name: str) -> EmbeddingMethod:
    known = parameters_model(METHODS[name]).model_fields
    method = create_method(name, {key: SMALL[key] for key in SMALL if key in known})
    return method.fit(TUMOURS, background=NORMALS)


def embedding(name: str) -> list[list[float]]:
    return fit(name).transform(TUMOURS)[:2, :3].astype(float).round(4).tolist()


def purity() -> list[float]:
    return fit("twinpurify").estimate_purity(TUMOURS)[:4].astype(float).round(4).tolist()


def purified() -> list[float]:
    purified = fit("twinpurify").purify(TUMOURS)
    return purified.to_numpy()[0, :4].astype(float).round(4).tolist()


def loss() -> dict[str, float]:
    grid = torch.arange(24.0).reshape(8, 3)
    found = barlow_twins_loss(torch.sin(grid), torch.sin(grid + 0.3), 0.005)
    return {term: round(value.item(), 4) for term, value in found.items()}


LOSS = {
    "loss": 0.0292,
    "invariance": 0.0137,
    "redundancy": 3.0964,
    "mean_correlation": 0.6443,
    "effective_rank": 1.3836,
    "mean_sd": 0.6684,
}
PURITY = [0.601, 0.4603, 0.4876, 0.5596]
PURIFIED = [5.1986, 6.7627, 6.8374, 5.7257]
EMBEDDINGS = {
    "raw": [[0.5244, 0.2737, -0.2883], [0.802, 0.6275, -0.0002]],
    "pca": [[0.3573, 0.0067, 0.2758], [4.4223, 0.9209, 1.0557]],
    "ica": [[0.078, 0.0106, -0.0554], [0.5367, 0.571, -0.2823]],
    "nmf": [[18.7379, 9.1383, 6.8685], [19.6018, 15.0186, 1.0551]],
    "mean_subtraction": [[-0.36, 0.0014, -1.6248], [-4.3094, 0.9389, 1.5179]],
    "subspace_removal": [[-0.524, 1.3144, 1.2566], [-1.8998, 2.437, -0.763]],
    "contrastive_pca": [[0.5628, 0.4896, 0.3968], [3.1472, 3.0642, 0.3227]],
    "two_component": [[-0.5104, 0.2202, -0.0307], [-5.1496, -1.6698, 2.461]],
    "linear_twin": [[-0.5384, 0.0386, 1.6318], [1.3505, -2.9326, -0.7526]],
    "autoencoder": [[-0.3699, -0.2729, 0.5734], [0.1572, -0.0722, -1.3616]],
    "vae": [[-0.034, -0.0856, 0.2862], [-0.1274, -0.1733, -0.1774]],
    "contrastive_vae": [[-0.006, -0.0434, 0.2966], [-0.0672, -0.1223, -0.2089]],
    "barlow_generic": [[-0.1567, -0.1762, 0.6634], [-0.93, -1.153, -1.9011]],
    "scarf": [[-0.1109, 0.0027, 0.8585], [-0.5884, -1.2202, -1.7879]],
    "vime": [[-0.0192, -0.6446, 0.1285], [-0.5608, -0.7841, -1.3006]],
    "byol": [[-0.0774, -0.8316, 0.5435], [-0.6057, -0.3603, -0.9823]],
    "masked_transformer": [[-0.0543, 0.1939, 0.7835], [0.0476, 0.1967, 0.6639]],
    "untrained": [[-0.0953, -0.1223, 0.7737], [-0.6148, -0.8507, -1.8624]],
    "twin_network": [[-0.1724, 0.129, -0.4764], [1.1224, -0.0478, 0.094]],
    "twinpurify": [[-0.2795, -1.5696, 0.6912], [0.2555, -0.468, 1.4674]],
}


def test_no_default_has_a_part_in_the_values():
    for method in METHODS.values():
        assert set(parameters_model(method).model_fields) <= set(SMALL)


def test_loss():
    assert loss() == pytest.approx(LOSS, abs=2e-4)


def test_purity():
    assert purity() == pytest.approx(PURITY, abs=1e-3)


def test_purified_expression():
    assert purified() == pytest.approx(PURIFIED, abs=2e-3)


@pytest.mark.parametrize("name", METHODS)
def test_embedding(name):
    np.testing.assert_allclose(embedding(name), EMBEDDINGS[name], rtol=1e-3, atol=2e-3)


if __name__ == "__main__":
    print("LOSS =", json.dumps(loss(), indent=4))
    print("PURITY =", purity())
    print("PURIFIED =", purified())
    print("EMBEDDINGS =", json.dumps({name: embedding(name) for name in METHODS}))
