"""A pack: runs of one shape that are trained side by side.

Each is trained at its rate, at a tenth of it and at ten times it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from analyzer.stats.arrays import Floats
from analyzer.trainer.devices import DTYPE
from analyzer.trainer.sampling import Config
from analyzer.trainer.schedules import ON_PLATEAU, ReduceOnPlateau, multipliers
from analyzer.trainer.stacked import Shape, Updates
from analyzer.trainer.stretch import Stretch
from analyzer.trainer.tasks import FAMILIES, Source, Task
from analyzer.trainer.watched import trivial, watch

POPULATION = 4096  # fresh examples: the standard error of their mean loss is 1.5 to 2.5 % of it
EXTRA_SETS = (
    20,
    50,
    100,
    300,
    1000,
)  # further validation sets, which only tell how large sampling error is
RATES = (1.0, 0.1, 10.0)
_WASTE = 0.25  # share of finished members that a stack carries along before it is repacked


@dataclass(frozen=True, eq=False)
class Trajectory:
    """What was recorded of one run. Arrays are ``[epochs]`` but where said.

    ``val_loss`` and ``val_accuracy`` are ``[epochs, sets]``: the two sets of the configuration,
    then ``EXTRA_SETS``. ``train_loss`` and ``train_accuracy`` are as a log has them: means over the
    epoch while the weights move, or one batch a step ``[epochs * steps]``. ``population`` and
    ``full_train`` are ``[2 * epochs]``, in evaluation mode; those of ``others`` (a tenth, ten times
    the rate) ``[epochs]``. ``trivial`` is the train loss of the best constant.
    """

    config: Config
    train_loss: Floats
    train_accuracy: Floats
    val_loss: Floats
    val_accuracy: Floats
    lr: Floats
    population: Floats
    full_train: Floats
    others: tuple[tuple[Floats, Floats], tuple[Floats, Floats]]
    trivial: float


def train(
    configs: Sequence[Config], seed: tuple[int, int], device: torch.device
) -> list[Trajectory]:
    """Train a pack and return what was recorded, in the order of ``configs``.

    They share family, width and steps.
    """
    return Pack(configs, seed, device).run()


class Pack:
    """The state of a pack while it trains.

    Members are pairs of a run and a rate: ``run_of`` and ``rate_of``.
    """

    def __init__(
        self, configs: Sequence[Config], seed: tuple[int, int], device: torch.device
    ) -> None:
        family = FAMILIES[configs[0].family]
        self.configs, self.device, self.steps = configs, device, configs[0].steps
        self.shape = Shape(family.features, configs[0].width, family.classes, family.activation)
        generator = torch.Generator(device).manual_seed(
            int(np.random.SeedSequence(seed).generate_state(1)[0])
        )
        self.source = Source(generator, device, len(configs))
        self.batch = max(config.batch_size for config in configs)
        task = Task(family, self.source, self.per_run("noise"))
        self.train_set = watch(task, [[config.train_examples] for config in configs])
        self.population = watch(task, [[POPULATION]] * len(configs))
        self.pool = watch(task, [[*config.val_examples, *EXTRA_SETS] for config in configs])
        self.trivial = trivial(self.train_set, family.classes)
        self.epochs = np.array([config.epochs for config in configs])
        self.factors = [
            multipliers(config.schedule, config.epochs, self.steps) for config in configs
        ]
        self.run_of = np.repeat(np.arange(len(configs)), len(RATES))
        self.rate_of = np.tile(RATES, len(configs))
        self.horizon = self.epochs[self.run_of] * np.where(self.rate_of == 1, 2, 1)
        self.on_plateau = {
            at: ReduceOnPlateau()
            for at, run in enumerate(self.run_of.tolist())
            if configs[run].schedule == ON_PLATEAU
        }
        self.base_rate = np.array([config.lr for config in configs])[self.run_of] * self.rate_of
        self.log = _Log(
            len(self.run_of), int(self.horizon.max()), self.steps, self.pool.weights.shape[1]
        )

    def per_run(self, name: str) -> Tensor:
        """Return a field of the configurations as a row for the device."""
        return torch.tensor(
            [getattr(config, name) for config in self.configs], dtype=DTYPE, device=self.device
        )

    def run(self) -> list[Trajectory]:
        """Train every member to its horizon; the stack is repacked as members end."""
        members = np.arange(len(self.run_of))
        start = self.shape.start(self.source.uniform(self.shape.parameters))
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

    def rates(self, members: npt.NDArray[np.intp], epoch: int) -> Floats:
        """Return the rate of every member at every step of an epoch, ``[steps, members]``.

        After the logged epochs a schedule stays at its last rate.
        """
        runs = self.run_of[members]
        table = np.stack(
            [
                factor[np.minimum(epoch * self.steps + np.arange(self.steps), len(factor) - 1)]
                for factor in (self.factors[run] for run in runs)
            ],
            axis=1,
        )
        dropped = np.array(
            [self.on_plateau[at].factor if at in self.on_plateau else 1.0 for at in members]
        )
        rates: Floats = table * (self.base_rate[members] * dropped)
        return rates

    def _trajectory(self, run: int) -> Trajectory:
        base, tenth, tenfold = (3 * run + at for at in range(3))
        config, log, epochs = self.configs[run], self.log, int(self.epochs[run])

        def at_rate(member: int) -> tuple[Floats, Floats]:
            return log.population[member, :epochs], log.full_train[member, :epochs]

        train_loss, train_hits = log.train_loss[base, :epochs], log.train_hits[base, :epochs]
        if config.per_step:
            train_loss, train_hits = train_loss.reshape(-1), train_hits.reshape(-1)
        else:
            train_loss, train_hits = train_loss.mean(1), train_hits.mean(1)
        return Trajectory(
            config,
            train_loss,
            train_hits,
            log.val_loss[base, :epochs],
            log.val_hits[base, :epochs],
            log.lr[base, :epochs],
            log.population[base, : 2 * epochs],
            log.full_train[base, : 2 * epochs],
            (at_rate(tenth), at_rate(tenfold)),
            float(self.trivial[run]),
        )


class _Log:
    """What is written down of every member at every epoch."""

    def __init__(self, members: int, epochs: int, steps: int, sets: int) -> None:
        def empty(*shape: int) -> Floats:
            return np.full((members, epochs, *shape), np.nan)

        self.train_loss, self.train_hits = empty(steps), empty(steps)
        self.val_loss, self.val_hits = empty(sets), empty(sets)
        self.lr, self.population, self.full_train = empty(), empty(), empty()
