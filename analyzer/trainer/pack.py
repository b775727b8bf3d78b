"""A pack: runs of one shape trained together, each at its rate, a tenth and ten times of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from analyzer.stats.arrays import Floats
from analyzer.trainer import pretraining
from analyzer.trainer.devices import DTYPE
from analyzer.trainer.labels import Counterfactual
from analyzer.trainer.sampling import Config
from analyzer.trainer.schedules import ON_PLATEAU, ReduceOnPlateau, multipliers
from analyzer.trainer.stacked import Shape, Updates
from analyzer.trainer.stretch import Stretch
from analyzer.trainer.tables import Table
from analyzer.trainer.tasks import Source
from analyzer.trainer.watched import Rise, by_first_input, draw_sets, trivial
from analyzer.trainer.world_tasks import family_of, task_of

POPULATION = 4096  # fresh examples: the standard error of their mean loss is 1.5 to 2.5 % of it
EXTRA_SETS = (20, 50, 100, 300, 1000)  # more validation sets, to measure sampling error by size
RATES = (1.0, 0.1, 10.0)  # factors on the rate of a run; each makes a member
_WASTE = 0.25  # share of finished members that a stack keeps before it is repacked


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The record of one run. Arrays are ``[epochs]`` unless stated otherwise.

    ``val_loss`` and ``val_accuracy`` are ``[epochs, sets]``: the two sets of the configuration,
    then ``EXTRA_SETS``. ``train_loss`` and ``train_accuracy`` are as logged: means over the epoch
    while the weights move, or one value per batch ``[epochs * steps]``. ``population`` and
    ``full_train`` are ``[2 * epochs]``, in evaluation mode. ``tenth`` and ``tenfold`` are the same
    run at other rates. ``trivial`` is the train loss of the best constant. ``penalty`` is the term
    of the weights in the logged losses, at the end of each epoch. ``rise_error`` is the standard
    error of the rise of the population loss from its lowest epoch to the last logged one, and
    ``fresh_trivial`` the loss of the best constant on the population, of ``fresh`` examples.
    """

    config: Config
    train_loss: Floats
    train_accuracy: Floats
    val_loss: Floats
    val_accuracy: Floats
    lr: Floats
    population: Floats
    full_train: Floats
    tenth: Counterfactual
    tenfold: Counterfactual
    trivial: float
    penalty: Floats
    rise_error: float
    fresh_trivial: float
    fresh: int


def train(
    configs: Sequence[Config], seed: tuple[int, int], device: torch.device
) -> list[Trajectory]:
    """Train a pack and return its records in the order of ``configs``.

    The configurations must share family, width, steps per epoch and kind of loss.
    """
    return Pack(configs, seed, device).run()


class Pack:
    """The state of a pack during training.

    A member is a run at one of the ``RATES``: see ``run_of`` and ``rate_of``.
    """

    def __init__(
        self, configs: Sequence[Config], seed: tuple[int, int], device: torch.device
    ) -> None:
        family = family_of(configs[0].family)
        self.configs, self.device, self.steps = configs, device, configs[0].steps
        self.shape = Shape(
            family.features,
            configs[0].width,
            family.classes,
            family.activation,
            configs[0].varied.likelihood,
        )
        torch_seed = int(np.random.SeedSequence(seed).generate_state(1)[0])
        generator = torch.Generator(device).manual_seed(torch_seed)
        self.source = Source(generator, device, len(configs))
        self.batch = max(config.batch_size for config in configs)
        train_sizes = [config.train_examples for config in configs]
        task = task_of(
            family,
            self.source,
            self.per_run("noise"),
            train=train_sizes,
            held=[sum(config.val_examples) for config in configs],
        )
        population = family.population if isinstance(family, Table) else POPULATION
        val_sizes = [[*config.val_examples, *EXTRA_SETS] for config in configs]
        self.train_set = draw_sets(task.training, [[size] for size in train_sizes])
        self.population = draw_sets(task.population, [[population]] * len(configs))
        self.val_sets = draw_sets(task.validation, val_sizes)
        self.variations = [config.varied for config in configs]
        if any(variation.arrival for variation in self.variations):
            self.train_set = by_first_input(self.train_set)
        if any(variation.pretrained for variation in self.variations):
            rows = [[pretraining.rows_of(family)]] * len(configs)
            self.source_set = draw_sets(task.pretraining, rows)
        self.trivial = trivial(self.train_set, family.classes)
        self.fresh_trivial = trivial(self.population, family.classes)
        self.epochs = np.array([config.epochs for config in configs])
        self.factors = [
            multipliers(config.schedule, config.epochs, self.steps)
            * config.varied.surges(config.epochs * self.steps)
            for config in configs
        ]
        self.run_of = np.repeat(np.arange(len(configs)), len(RATES))
        self.rate_of = np.tile(RATES, len(configs))
        self.horizon = self.epochs[self.run_of] * np.where(self.rate_of == 1, 2, 1)
        ends = np.where(self.rate_of == 1, self.epochs[self.run_of], 0)
        self.rise = Rise(ends.tolist(), population, device)
        self.on_plateau = {
            member: ReduceOnPlateau()
            for member, run in enumerate(self.run_of.tolist())
            if configs[run].schedule == ON_PLATEAU
        }
        lr = np.array([config.lr for config in configs])
        self.base_rate = lr[self.run_of] * self.rate_of
        self.log = _Log(
            members=len(self.run_of),
            epochs=int(self.horizon.max()),
            steps=self.steps,
            sets=self.val_sets.weights.shape[1],
        )

    def per_run(self, name: str) -> Tensor:
        """Return a field of the configurations as a tensor ``[runs]`` on the device."""
        values = [getattr(config, name) for config in self.configs]
        return torch.tensor(values, dtype=DTYPE, device=self.device)

    def run(self) -> list[Trajectory]:
        """Train every member to its horizon, repacking the stack as members finish."""
        members = np.arange(len(self.run_of))
        start = self._start()
        flat = start[torch.from_numpy(self.run_of).to(self.device)].contiguous()
        updates = Updates(
            [self.configs[run].optimizer for run in self.run_of.tolist()],
            self.per_run("weight_decay")[self.run_of],
            flat,
        )
        done = 0
        while len(members):
            until = int(np.sort(self.horizon[members])[int(_WASTE * len(members))])
            stretch = Stretch(self, members, flat, updates)
            for epoch in range(done, until):
                stretch.epoch(epoch)
            left = self.horizon[members] > until
            rows = torch.from_numpy(np.flatnonzero(left)).to(self.device)
            flat = stretch.flat[rows]
            updates.keep(rows)
            members, done = members[left], until
        return [self._trajectory(run) for run in range(len(self.configs))]

    def _start(self) -> Tensor:
        """Return the initial weights of each run."""
        start = self.shape.start(self.source.uniform(self.shape.parameters))
        scales = [variation.start_scale for variation in self.variations]
        start *= torch.tensor(scales, dtype=DTYPE, device=self.device)[:, None]
        flags = [variation.pretrained for variation in self.variations]
        if any(flags):
            pretraining.train(self.shape, start, self.source_set, flags)
        return start

    def places(self, epoch: int) -> Floats:
        """Return how far each run is after an epoch (from 0), as a share of its logged epochs."""
        place: Floats = (epoch + 1) / self.epochs
        return place

    def rates(self, members: npt.NDArray[np.intp], epoch: int) -> Floats:
        """Return the rate of every member at every step of an epoch, ``[steps, members]``.

        After the logged epochs a schedule stays at its last rate.
        """
        steps = epoch * self.steps + np.arange(self.steps)
        columns = []
        reductions = np.ones(len(members))
        for place, member in enumerate(members):
            factors = self.factors[self.run_of[member]]
            columns.append(factors[np.minimum(steps, len(factors) - 1)])
            if member in self.on_plateau:
                reductions[place] = self.on_plateau[member].factor
        rates: Floats = np.stack(columns, axis=1) * (self.base_rate[members] * reductions)
        return rates

    def _trajectory(self, run: int) -> Trajectory:
        base = len(RATES) * run
        config, log, epochs = self.configs[run], self.log, int(self.epochs[run])

        def counterfactual(member: int) -> Counterfactual:
            return Counterfactual(log.population[member, :epochs], log.full_train[member, :epochs])

        penalty = self.variations[run].penalty_at((np.arange(epochs) + 1) / epochs)
        if config.varied.penalty:
            penalty = penalty * log.norm[base, :epochs] / 2
        train_loss, train_hits = log.train_loss[base, :epochs], log.train_hits[base, :epochs]
        if config.varied.penalty:
            train_loss = train_loss + penalty[:, None]
        if config.per_step:
            train_loss, train_hits = train_loss.reshape(-1), train_hits.reshape(-1)
        else:
            train_loss, train_hits = train_loss.mean(1), train_hits.mean(1)
        return Trajectory(
            config=config,
            train_loss=train_loss,
            train_accuracy=train_hits,
            val_loss=log.val_loss[base, :epochs],
            val_accuracy=log.val_hits[base, :epochs],
            lr=log.lr[base, :epochs],
            population=log.population[base, : 2 * epochs],
            full_train=log.full_train[base, : 2 * epochs],
            tenth=counterfactual(base + 1),
            tenfold=counterfactual(base + 2),
            trivial=float(self.trivial[run]),
            penalty=penalty,
            rise_error=float(self.rise.error[base]),
            fresh_trivial=float(self.fresh_trivial[run]),
            fresh=self.population.inputs.shape[1],
        )


class _Log:
    """The record of every member at every epoch; NaN until it is written."""

    def __init__(self, *, members: int, epochs: int, steps: int, sets: int) -> None:
        def empty(*shape: int) -> Floats:
            return np.full((members, epochs, *shape), np.nan)

        self.train_loss, self.train_hits = empty(steps), empty(steps)
        self.val_loss, self.val_hits = empty(sets), empty(sets)
        self.lr, self.population, self.full_train = empty(), empty(), empty()
        self.norm = np.zeros((members, epochs))  # squared, of the weights; only with a penalty
