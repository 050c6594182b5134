"""SCARF, VIME and BYOL as methods: losses put together, validation, seeds, resumption."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
import torch

from twinpurify.cohort.simulation.synthetic import SyntheticSettings, generate_synthetic_cohort
from twinpurify.errors import ModelError
from twinpurify.representation.self_supervised.byol import Byol
from twinpurify.representation.self_supervised.byol_loss import byol_loss
from twinpurify.representation.self_supervised.corruption import Corruption
from twinpurify.representation.self_supervised.nt_xent import nt_xent_loss
from twinpurify.representation.self_supervised.scarf import Scarf
from twinpurify.representation.self_supervised.vime import Vime
from twinpurify.representation.self_supervised.vime_loss import vime_loss
from twinpurify.training import encoder_method
from twinpurify.training import trainer as trainer_module
from twinpurify.training.dropout import dropout_draws
from twinpurify.training.profile_source import ResidentProfiles
from twinpurify.training.trainer import Trainer

SMALL = {
    "n_dimensions": 4,
    "hidden": (32, 16),
    "n_steps": 18,
    "batch_size": 8,
    "device": "cpu",
    "precision": "float32",
}
METHODS = [Scarf, Vime, Byol]
every_method = pytest.mark.parametrize("method_class", METHODS)


def simulated(n_tumours: int) -> np.ndarray:
    settings = SyntheticSettings(
        n_tumours=n_tumours, n_normals=8, n_matched_normals=4, n_genes=120, seed=0
    )
    cohort = generate_synthetic_cohort(settings)
    is_tumour = cohort.samples.set_index("sample")["tissue"] == "tumour"
    return cohort.expression[is_tumour].to_numpy(dtype=np.float32)


def small(method_class, **changes):
    extra = {} if method_class is Vime else {"head": 16}
    return method_class(**{**SMALL, **extra, **changes})


TUMOURS = simulated(80)
FEW = TUMOURS[:28]


def same(first, second) -> bool:
    states = first._state(), second._state()
    return states[0].keys() == states[1].keys() and all(
        np.array_equal(states[0][key], states[1][key]) for key in states[0]
    )


def trainer_of(method, tumours=TUMOURS) -> Trainer:
    """Set a method up as its fit does."""
    method.gene_mean_, method.gene_scale_ = tumours.mean(axis=0), tumours.std(axis=0)
    method._device = torch.device("cpu")
    return method._trainer(ResidentProfiles(tumours), None, None)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# --- Training


@every_method
def test_the_loss_falls_on_the_simulated_cohort(method_class):
    settings = {"n_steps": 100, "learning_rate": 0.003, "patience": None, "batch_size": 16}
    history = small(method_class, **settings).fit(TUMOURS).history_
    for entry, share in (("loss", 0.9), ("validation_loss", 0.97)):
        assert history[entry].tail(5).mean() < share * history[entry].head(3).mean(), entry
    assert np.isfinite(history[["effective_rank", "mean_correlation", "dead_dimensions"]]).all(
        axis=None
    )


@every_method
def test_a_training_that_diverges_names_the_setting(method_class):
    match = rf"the loss became (nan|inf) at step \d+ of {method_class.name}; lower the learning"
    with pytest.raises(ModelError, match=match):
        small(method_class, learning_rate=1e30).fit(FEW)


BATCH = torch.from_numpy(FEW[:8])


def views(method, draws: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Clean and corrupted tumours, as written down in the paper."""
    clean = torch.from_numpy(method._standardize(FEW))
    ends = clean.min(dim=0).values, clean.max(dim=0).values
    corrupt = Corruption(0.3, ends if getattr(method, "marginal", "") == "uniform" else None)
    return clean[:8], corrupt(clean[:8], draws)[0]


@pytest.mark.parametrize("marginal", ["uniform", "empirical"])
def test_the_loss_of_scarf(marginal):
    method = small(Scarf, dropout=0.0, marginal=marginal, temperature=0.7)
    trainer = trainer_of(method, FEW)
    found = trainer.loss_of_batch(BATCH, seeded(3))
    embedding = method.encoder_(torch.cat(views(method, seeded(3))))
    expected = nt_xent_loss(*trainer.module["heads"](embedding).chunk(2), 0.7)
    assert found["loss"].item() == pytest.approx(expected.item(), rel=1e-5)


def test_the_loss_of_vime():
    method = small(Vime, dropout=0.0, value_weight=1.5)
    trainer = trainer_of(method, FEW)
    found = trainer.loss_of_batch(BATCH, seeded(3))
    clean, corrupted = views(method, seeded(3))
    heads, embedding = trainer.module["heads"], method.encoder_(corrupted)
    changed = corrupted != clean
    assert 0.1 < changed.float().mean() < 0.4
    expected = vime_loss(heads["mask"](embedding), changed, heads["value"](embedding), clean, 1.5)
    for name, value in expected.items():
        assert found[name].item() == pytest.approx(value.item(), rel=1e-5)


def test_the_loss_of_byol():
    method = small(Byol, dropout=0.0)
    trainer = trainer_of(method, FEW)
    found = trainer.loss_of_batch(BATCH, seeded(3))
    both, heads = torch.cat(views(method, seeded(3))), trainer.module["heads"]
    projected = heads["projector"](method.encoder_(both))
    # At the first step the target is the online network.
    expected = byol_loss(heads["predictor"](projected), projected)
    assert found["loss"].item() == pytest.approx(expected.item(), rel=1e-5)


def test_a_step_of_byol_moves_the_target_by_the_average_of_the_weights_before():
    trainer = trainer_of(small(Byol, target_decay=0.75, learning_rate=0.01), FEW)
    trainer.module.train()
    target, encoder = trainer.module["heads"]["target"], trainer.module["encoder"]
    for _ in range(3):
        own = target.network[0][0].weight.clone()
        leading = encoder[0].weight.detach().clone()
        trainer.take_step(BATCH)
        torch.testing.assert_close(target.network[0][0].weight, 0.75 * own + 0.25 * leading)
    assert all(weight.grad is None for weight in target.parameters())
    assert not torch.equal(target.network[0][0].weight, encoder[0].weight)


def test_validation_leaves_the_target_where_it_is():
    trainer = trainer_of(small(Byol, learning_rate=0.01))
    trainer.module.train()
    for _ in range(2):
        trainer.take_step(torch.from_numpy(TUMOURS[:8]))
    before = {name: value.clone() for name, value in trainer.module.state_dict().items()}
    trainer.module.eval()
    with torch.no_grad():
        trainer.validate()
    after = trainer.module.state_dict()
    assert all(torch.equal(after[name], value) for name, value in before.items())


def test_byol_takes_either_optimiser():
    kinds = {
        name: type(trainer_of(small(Byol, optimizer=name), FEW).optimizer)
        for name in ("adam", "sgd")
    }
    assert kinds == {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}
    assert type(trainer_of(small(Vime), FEW).optimizer) is torch.optim.RMSprop
    assert type(trainer_of(small(Scarf), FEW).optimizer) is torch.optim.Adam


# --- Dropout


@every_method
def test_dropout_is_off_in_the_embedding(method_class):
    method = small(method_class, dropout=0.5).fit(FEW)
    np.testing.assert_array_equal(method.transform(FEW), method.transform(FEW))
    with dropout_draws(seeded(), method.encoder_):
        training = method.encoder_.train()(torch.from_numpy(method._standardize(FEW)))
    assert not torch.allclose(training, method.encoder_.eval()(torch.from_numpy(FEW)))


@every_method
def test_dropout_takes_part_in_training(method_class):
    with_dropout = small(method_class, dropout=0.5).fit(FEW)
    without = small(method_class, dropout=0.0).fit(FEW)
    assert not np.allclose(with_dropout.transform(FEW), without.transform(FEW), atol=1e-3)


# --- Held-out tumours


def held_out(method, tumours=TUMOURS) -> tuple[set, set]:
    """Rows that batches are made of, and rows that are held out."""
    numbered = np.arange(len(tumours), dtype=np.float32)[:, None]
    source, aside = method._hold_out(ResidentProfiles(numbered))
    batches = source.batches(4, source.shape[0] // 4, seeded())
    trained = {int(row) for batch in batches for row in batch[:, 0]}
    return trained, set() if aside is None else {int(row) for row in aside[:, 0]}


def test_a_tenth_of_the_tumours_is_held_out_and_never_trained_on():
    trained, aside = held_out(small(Scarf))
    assert len(aside) == 8
    assert len(trained) == 72 and not trained & aside
    assert held_out(small(Scarf))[1] == aside
    assert held_out(small(Scarf, seed=1))[1] != aside


@pytest.mark.parametrize(
    ("changes", "n_tumours"), [({}, 49), ({"validation_share": 0.0}, 80)], ids=["few", "no share"]
)
def test_nobody_is_held_out_of_few_tumours_or_for_no_share(changes, n_tumours):
    assert len(held_out(small(Vime, **changes), TUMOURS[:n_tumours])[1]) == 0
    history = small(Vime, **{"n_steps": 6, **changes}).fit(TUMOURS[:n_tumours]).history_
    assert "validation_loss" not in history


def test_of_many_tumours_so_many_are_held_out(monkeypatch):
    monkeypatch.setattr(encoder_method, "MOST_HELD_OUT", 20)
    assert len(held_out(small(Byol, validation_share=0.5))[1]) == 20


@every_method
def test_the_validation_loss_is_the_same_as_long_as_the_weights_are(method_class):
    trainer = trainer_of(small(method_class))
    trainer.module.eval()
    with torch.no_grad():
        assert trainer.validate() == trainer.validate()


@every_method
def test_training_ends_early_with_the_best_weights(method_class):
    settings = {"n_steps": 2000, "learning_rate": 0.03, "patience": 2, "dropout": 0.0}
    method = small(method_class, **settings).fit(TUMOURS)
    losses = method.history_["validation_loss"]
    assert len(losses) < 200
    assert losses.idxmin() == len(losses) - 3


# --- Seeds, threads, interruption


@every_method
def test_the_global_generators_are_neither_used_nor_moved(method_class):
    torch.manual_seed(1)
    np.random.seed(1)
    first = small(method_class).fit(FEW)
    torch.manual_seed(2)
    np.random.seed(2)
    before = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    assert same(small(method_class).fit(FEW), first)
    assert torch.equal(torch.random.get_rng_state(), before[0])
    assert np.array_equal(np.random.get_state()[1], before[1])


def test_threads_that_train_at_once_give_the_bits_of_one_alone():
    alone = [small(method_class).fit(FEW) for method_class in METHODS]
    with ThreadPoolExecutor(max_workers=2) as pool:
        at_once = list(pool.map(lambda method_class: small(method_class).fit(FEW), METHODS))
    assert all(same(first, second) for first, second in zip(alone, at_once, strict=True))


class Cut(Exception):
    """The interruption."""


# Nine steps an epoch: within the first epoch, and within the second after a validation.
@pytest.mark.parametrize("n_before", [5, 13])
@every_method
def test_a_cut_fit_resumes_to_the_same_bits(tmp_path, monkeypatch, method_class, n_before):
    monkeypatch.setattr(trainer_module, "CHECKPOINT_SHARE", float("inf"))
    whole = small(method_class).fit(TUMOURS)
    take_step, taken = Trainer.take_step, []

    def cut(trainer, batch):
        if len(taken) == n_before:
            raise Cut
        taken.append(trainer.step)
        return take_step(trainer, batch)

    with monkeypatch.context() as cutting, pytest.raises(Cut):
        cutting.setattr(Trainer, "take_step", cut)
        small(method_class).with_checkpoints(tmp_path).fit(TUMOURS)
    resumed = small(method_class).with_checkpoints(tmp_path).fit(TUMOURS)
    assert same(whole, resumed)
    pd.testing.assert_frame_equal(whole.history_, resumed.history_)


@every_method
def test_bfloat16_trains_to_nearly_the_same(method_class):
    # RMSprop divides a first gradient by its own size: of the smallest, rounding is all there is.
    found = small(method_class, precision="bfloat16").fit(FEW).history_["loss"]
    expected = small(method_class).fit(FEW).history_["loss"]
    np.testing.assert_allclose(found, expected, rtol=0.02)
