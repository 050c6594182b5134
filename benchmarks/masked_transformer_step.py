"""Time one training step of `masked_transformer` against its bare matrix products.

    .venv/bin/python benchmarks/masked_transformer_step.py
    .venv/bin/python benchmarks/masked_transformer_step.py --large --device cuda

The products are those of all linear layers, forward and both ways backward, of every attention
(two forward, four backward), and of the factors, in the precision of the training. The step is
panels, tokens, forward, loss, backward and optimiser. On a CPU, times are those of the processor;
on a GPU, of the clock, after all work is done. Both take turns, and the share is the median of the
turns', so that other work on the machine has little part in it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import yaml
from torch import Tensor, nn

from twinpurify.representation.masked_transformer.attention import Attention
from twinpurify.representation.masked_transformer.masked_transformer import MaskedTransformer
from twinpurify.training.allocation import memory_kept
from twinpurify.training.device import choose_precision
from twinpurify.training.profile_source import ResidentProfiles
from twinpurify.training.trainer import Trainer

# Of a batch, by default; as many genes are observed as are shown.
N_PANELS = 16
LARGE = Path(__file__).parents[1] / "conf" / "large" / "parameters_methods.yml"


def prepare(n_tumours: int, n_genes: int, large: bool, device: str) -> Trainer:
    """Set a training up as a fit does, on simulated profiles."""
    rng = np.random.default_rng(0)
    shape = (n_tumours, n_genes)
    profiles = rng.standard_gamma(4.0, shape, dtype=np.float32) * np.float32(1.5)
    settings = yaml.safe_load(LARGE.read_text())["methods"]["masked_transformer"] if large else {}
    method = MaskedTransformer(**{**settings, "device": device})
    method.gene_mean_, method.gene_scale_ = profiles.mean(axis=0), profiles.std(axis=0)
    method._device = torch.device(device)
    trainer = method._trainer(ResidentProfiles(profiles, method._device), None, None)
    trainer.module.train()
    return trainer


class Products:
    """The matrix products of a step, and nothing else; shapes are noted from a real one."""

    def __init__(self, trainer: Trainer) -> None:
        self.device, self.precision = trainer.device, choose_precision("auto", trainer.device)
        self.products: list[tuple[Tensor, Tensor]] = []
        hooks = [
            module.register_forward_hook(self._note_linear)
            if isinstance(module, nn.Linear)
            else module.register_forward_hook(self._note_attention)
            for module in trainer.module.modules()
            if isinstance(module, nn.Linear | Attention)
        ]
        our_step(trainer)()
        for hook in hooks:
            hook.remove()
        self._note_factors(trainer)

    def __call__(self) -> None:
        for left, right in self.products:
            torch.matmul(left, right)

    def _draw(self, *shape: int) -> Tensor:
        return torch.randn(shape, device=self.device, dtype=self.precision)

    def _note_linear(self, layer: nn.Linear, inputs: tuple[Tensor], output: Tensor) -> None:
        m, n = layer.in_features, layer.out_features
        values = self._draw(inputs[0].numel() // m, m)
        gradient, weight = self._draw(len(values), n), self._draw(n, m)
        self.products += [(values, weight.T), (gradient.T, values), (gradient, weight)]

    def _note_attention(self, layer: Attention, inputs: tuple[Tensor, Tensor], _: Tensor) -> None:
        tokens, context = inputs
        heads, width = len(tokens) * layer.n_heads, tokens.shape[2] // layer.n_heads
        queries = self._draw(heads, tokens.shape[1], width)
        keys = self._draw(heads, context.shape[1], width)
        weights = self._draw(heads, tokens.shape[1], context.shape[1])
        forward = [(queries, keys.mT), (weights, keys)]
        backward = [
            (queries, keys.mT),
            (weights.mT, queries),
            (weights, keys),
            (weights.mT, queries),
        ]
        self.products += forward + backward

    def _note_factors(self, trainer: Trainer) -> None:
        network = trainer.module["encoder"]
        loadings = self._draw(N_PANELS, network.sizes.n_tokens, network.sizes.n_factors)
        scores = self._draw(trainer.batch_size, network.sizes.n_factors)
        of_all = self._draw(network.sizes.n_genes, network.sizes.n_factors)
        self.products += [(loadings.mT, loadings), (scores, of_all.T)]


def our_step(trainer: Trainer) -> Callable[[], None]:
    """Take a step from the drawing of the batch on."""

    def step() -> None:
        (batch,) = trainer.source.batches(trainer.batch_size, 1, trainer.generator)
        trainer.take_step(batch)

    return step


def timed(way: Callable[[], None], device: torch.device) -> float:
    """Milliseconds of one call, after one that warms up."""
    way()
    clock = time.process_time
    if device.type == "cuda":
        torch.cuda.synchronize()
        clock = time.perf_counter
    start = clock()
    way()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return 1e3 * (clock() - start)


def main() -> None:
    """Print milliseconds of both, and the share of the products."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tumours", type=int, default=2048)
    parser.add_argument("--genes", type=int, default=1376)
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--large", action="store_true", help="the sizes of conf/large")
    chosen = parser.parse_args()
    trainer = prepare(chosen.tumours, chosen.genes, chosen.large, chosen.device)
    products, step = Products(trainer), our_step(trainer)
    with memory_kept():
        pairs = [
            (timed(products, trainer.device), timed(step, trainer.device))
            for _ in range(chosen.rounds)
        ]
    least = np.min(pairs, axis=0)
    shares = [of_products / of_step for of_products, of_step in pairs]
    print(f"products {least[0]:.1f} ms, step {least[1]:.1f} ms; share {np.median(shares):.2f}")


if __name__ == "__main__":
    main()
