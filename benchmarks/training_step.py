"""Time one training step of `twin_network` against its bare matrix products, and its memory.

    .venv/bin/python benchmarks/training_step.py --batch 512 --genes 6000

The first table holds milliseconds and ratios to the products: the forward and backward products
of all linear layers, in the precision that the machine multiplies fastest, without the gradient of
the profiles, which no training needs. `with the profiles' gradient` has that, too. Our step is
views, forward, loss, backward and optimiser; `plain torch` does the same with the tools of torch
under autocast, as one would write it down. Times are those of the processor, all take turns, and a
ratio is the median of the turns', so that other work on the machine has little part in it.

The second table is the peak of resident memory in the training above what the process held before
it, its profiles included, over twice the profiles plus four times the parameters.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from twinpurify.purification.twin_network.twin_network import TwinNetwork
from twinpurify.training.allocation import memory_kept
from twinpurify.training.device import choose_precision
from twinpurify.training.profile_source import ResidentProfiles
from twinpurify.training.trainer import Trainer

CPU = torch.device("cpu")
N_NORMALS, N_AXES = 100, 2
MEGABYTE = 2**20


def prepare(tumours: np.ndarray, normals: np.ndarray, batch: int) -> tuple[TwinNetwork, Trainer]:
    """Set our training up as a fit does."""
    network = TwinNetwork(batch_size=batch, device="cpu")
    network.gene_mean_, network.gene_scale_ = tumours.mean(axis=0), tumours.std(axis=0)
    network._device = CPU
    directions = np.random.default_rng(1).normal(size=(N_AXES, tumours.shape[1]))
    network._axes = SimpleNamespace(directions=directions.astype(np.float32))
    source = ResidentProfiles(tumours)
    trainer = network._trainer(source, normals, None)
    trainer.module.train()
    return network, trainer


class Products:
    """The matrix products of a step, and nothing else."""

    def __init__(self, encoder: nn.Sequential, n_rows: int, of_profiles: bool) -> None:
        dtype = choose_precision("auto", CPU)
        shapes = [layer.weight.shape for layer in encoder if isinstance(layer, nn.Linear)]
        self.layers = [
            tuple(torch.randn(shape).to(dtype) for shape in ((n_rows, m), (n, m), (n_rows, n)))
            for n, m in shapes
        ]
        self.of_profiles = of_profiles

    def __call__(self) -> None:
        for number, (values, weight, gradient) in enumerate(self.layers):
            nn.functional.linear(values, weight)
            torch.mm(gradient.T, values)
            if number or self.of_profiles:
                torch.mm(gradient, weight)


class PlainTorch:
    """The same training by the tools of torch, all profiles in linear space on the device."""

    def __init__(self, network: TwinNetwork, tumours: np.ndarray, normals: np.ndarray) -> None:
        self.network, self.dtype = network, choose_precision("auto", CPU)
        self.tumours = torch.from_numpy(np.exp2(tumours) - 1.0)
        self.normals = torch.from_numpy(np.exp2(normals) - 1.0)
        self.mean, self.scale = map(torch.from_numpy, (network.gene_mean_, network.gene_scale_))
        self.directions = torch.from_numpy(network._axes.directions)
        width = network.hidden[0]
        self.model = nn.Sequential(
            nn.Linear(tumours.shape[1], width, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Linear(width, network.n_dimensions),
        )
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=network.learning_rate)

    def view(self, tumours: Tensor) -> Tensor:
        """Mix with four normals, standardise, shift, add noise."""
        settings, n = self.network, len(tumours)
        fraction = settings.minimum_fraction + (1 - settings.minimum_fraction) * torch.rand(n, 1)
        fraction = fraction * (torch.rand(n, 1) >= settings.background_share)
        chosen = torch.rand(n, len(self.normals)).argsort(dim=1)[:, : settings.n_mixed_normals]
        shares = torch.distributions.Dirichlet(torch.ones(settings.n_mixed_normals)).sample((n,))
        weights = torch.zeros(n, len(self.normals)).scatter_(1, chosen, shares)
        mixed = fraction * tumours + (1 - fraction) * (weights @ self.normals)
        view = (torch.log2(mixed + 1) - self.mean) / self.scale
        view = view + settings.infiltrate_shift_sd * torch.randn(n, N_AXES) @ self.directions
        return view + settings.noise_sd * torch.randn_like(view)

    def __call__(self) -> None:
        tumours = self.tumours[torch.randperm(len(self.tumours))[: self.network.batch_size]]
        share = torch.rand(len(tumours), 1) * self.network.tumour_mixing
        tumours = torch.lerp(tumours, tumours[torch.randperm(len(tumours))], share)
        both = torch.cat([self.view(tumours), self.view(tumours)])
        with torch.autocast("cpu", self.dtype, enabled=self.dtype != torch.float32):
            output = self.model(both).float()
        first, second = ((z - z.mean(0)) / z.std(0) for z in output.chunk(2))
        correlation = first.T @ second / len(first)
        diagonal = correlation.diagonal()
        redundancy = correlation.square().sum() - diagonal.square().sum()
        loss = (1 - diagonal).square().sum() + self.network.redundancy_weight * redundancy
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()


def our_step(trainer: Trainer) -> Callable[[], None]:
    """Take a step from the drawing of the batch on."""

    def step() -> None:
        (batch,) = trainer.source.batches(trainer.batch_size, 1, trainer.generator)
        trainer.take_step(batch)

    return step


def timed(ways: dict[str, Callable[[], None]], rounds: int) -> pd.DataFrame:
    """Processor milliseconds of each way, which take turns, and the median of their ratios."""
    times = pd.DataFrame(index=range(rounds), columns=list(ways), dtype=float)
    for number in range(rounds):
        for name, way in ways.items():
            with nullcontext() if name == "plain torch" else memory_kept():
                # The first step of a turn finds cold memory, and isn't counted.
                way()
                start = time.process_time()
                way()
                times.loc[number, name] = 1e3 * (time.process_time() - start)
    ratios = times.div(times.iloc[:, 0], axis=0)
    return pd.DataFrame({"least milliseconds": times.min(), "median ratio": ratios.median()})


def compare(n_tumours: int, n_genes: int, batch: int, rounds: int) -> pd.DataFrame:
    """Time the products, our step, and a plain one."""
    tumours, normals = simulate(n_tumours, n_genes)
    network, trainer = prepare(tumours, normals, batch)
    ways = {
        "matrix products": Products(network.encoder_, 2 * batch, of_profiles=False),
        "with the profiles' gradient": Products(network.encoder_, 2 * batch, of_profiles=True),
        "twin_network": our_step(trainer),
        "plain torch": PlainTorch(network, tumours, normals),
    }
    return timed(ways, rounds)


def simulate(n_tumours: int, n_genes: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw profiles, log2(x + 1), block by block: float64 draws would be the peak of memory."""
    rng = np.random.default_rng(0)
    return tuple(
        rng.standard_gamma(4.0, (n, n_genes), dtype=np.float32) * np.float32(1.5)
        for n in (n_tumours, N_NORMALS)
    )


def peak_memory(n_tumours: int, n_genes: int, batch: int, steps: int) -> pd.DataFrame:
    """Train a few steps and relate the peak to profiles and parameters."""
    # What torch loads and compiles at the first training of a process isn't of this one.
    train(prepare(*simulate(64, 64), 32)[1], steps)
    before = resident("VmRSS")
    tumours, normals = simulate(n_tumours, n_genes)
    _, trainer = prepare(tumours, normals, batch)
    Path("/proc/self/clear_refs").write_text("5")
    train(trainer, steps)
    peak = resident("VmHWM") - before
    data = (tumours.nbytes + normals.nbytes) / MEGABYTE
    parameters = sum(4 * weights.numel() for weights in trainer.module.parameters()) / MEGABYTE
    row = {"profiles": data, "parameters": parameters, "peak": peak}
    return pd.DataFrame([{**row, "ratio": peak / (2 * data + 4 * parameters)}])


def train(trainer: Trainer, steps: int) -> None:
    """Take some steps."""
    step = our_step(trainer)
    with memory_kept():
        for _ in range(steps):
            step()


def resident(kind: str) -> float:
    """Resident memory of this process in megabytes, now or at its peak; Linux only."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(kind)) / 1024


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tumours", type=int, default=2000)
    parser.add_argument("--genes", type=int, default=6000)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    size = (arguments.tumours, arguments.genes, arguments.batch)
    memory = peak_memory(*size, steps=4)
    print(compare(*size, arguments.rounds).to_string(float_format="{:.2f}".format))
    print(memory.to_string(index=False, float_format="{:.2f}".format))


if __name__ == "__main__":
    main()
