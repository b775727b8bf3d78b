"""A pack: runs of one shape trained together, each at its rate, a tenth and ten times of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from analyzer.stats.arrays import Floats
from analyzer.trainer import pretraining
from analyzer.trainer.devices import DTYPE
from analyzer.trainer.labels import Counterfactual
from analyzer.trainer.sampling import Config
from analyzer.trainer.schedules import ON_PLATEAU, ReduceOnPlateau, multipliers, warm_up
from analyzer.trainer.stacked import Shape, Updates
from analyzer.trainer.stretch import Stretch
from analyzer.trainer.tables import Table
from analyzer.trainer.tasks import Family, Source
from analyzer.trainer.trajectory import Logged, Trajectory
from analyzer.trainer.watched import Rise, by_first_input, draw_sets, trivial
from analyzer.trainer.world_tasks import family_of, task_of

POPULATION = 4096  # fresh examples: the standard error of their mean loss is 1.5 to 2.5 % of it
EXTRA_SETS = (20, 50, 100, 300, 1000)  # more validation sets, to measure sampling error by size
RATES = (1.0, 0.1, 10.0)  # factors on the rate of a run; each makes a member
_WASTE = 0.25  # share of finished members that a stack keeps before it is repacked


@dataclass(frozen=True)
class Arm:
    """A member of a pack: the place of its run, and the settings that it trains with.

    It trains for ``length`` times the epochs of its settings.
    """

    run: int
    config: Config
    length: int = 1


def train(
    configs: Sequence[Config], seed: tuple[int, int], device: torch.device
) -> list[Trajectory]:
    """Train a pack and return its records in the order of ``configs``.

    The configurations must share family, width, steps per epoch and kind of loss.
    """
    return Pack(configs, seed, device).run()


def at_rates(configs: Sequence[Config]) -> list[Arm]:
    """Return the arms of the fleet: each run at its rate for twice its epochs, then at others."""
    return [
        Arm(run, replace(config, lr=config.lr * rate), 2 if rate == 1 else 1)
        for run, config in enumerate(configs)
        for rate in RATES
    ]


class Members:
    """The state of runs of one shape during training; each arm is a member of the stack.

    The first arm of a run is the run itself.
    """

    extra_sets: tuple[int, ...] = ()

    def __init__(
        self,
        configs: Sequence[Config],
        arms: Sequence[Arm],
        seed: tuple[int, int],
        device: torch.device,
    ) -> None:
        family = family_of(configs[0].family)
        self.configs, self.arms, self.device = configs, arms, device
        self.steps = arms[0].config.steps
        self.shape = Shape(
            family.features,
            arms[0].config.width,
            family.classes,
            family.activation,
            configs[0].varied.likelihood,
        )
        torch_seed = int(np.random.SeedSequence(seed).generate_state(1)[0])
        generator = torch.Generator(device).manual_seed(torch_seed)
        self.source = Source(generator, device, len(configs))
        self.masking = self.blurring = self.source
        self.variations = [config.varied for config in configs]
        self._draw_data(family)
        self.epochs = np.array([config.epochs for config in configs])
        self.run_of = np.array([arm.run for arm in arms])
        self.is_base = np.concatenate([[True], self.run_of[1:] != self.run_of[:-1]])
        self.horizon = np.array([arm.config.epochs * arm.length for arm in arms])
        self.shared = self._shared()
        self.batch = max(config.batch_size for config in self.shared)
        self.factors = self._factors()
        self.on_plateau = {
            member: ReduceOnPlateau()
            for member, arm in enumerate(arms)
            if arm.config.schedule == ON_PLATEAU
        }
        self.base_rate = self.per_arm("lr")
        self.log = _Log(
            members=len(arms),
            epochs=int(self.horizon.max()),
            steps=self.steps,
            sets=self.val_sets.weights.shape[1],
        )

    def _draw_data(self, family: Family | Table) -> None:
        """Draw the task of every run and its sets, always in the same order."""
        configs = self.configs
        task = task_of(
            family,
            self.source,
            torch.tensor([config.noise for config in configs], dtype=DTYPE, device=self.device),
            train=[config.train_examples for config in configs],
            held=[sum(config.val_examples) for config in configs],
        )
        population = family.population if isinstance(family, Table) else self.fresh_examples()
        val_sizes = [[*config.val_examples, *self.extra_sets] for config in configs]
        self.train_set = draw_sets(task.training, self.train_sizes())
        self.population = draw_sets(task.population, [[population]] * len(configs))
        self.val_sets = draw_sets(task.validation, val_sizes)
        if any(variation.arrival for variation in self.variations):
            self.train_set = by_first_input(self.train_set)
        if any(variation.pretrained for variation in self.variations):
            rows = [[pretraining.rows_of(family)]] * len(configs)
            self.source_set = draw_sets(task.pretraining, rows)
        self.trivial = trivial(self.train_set, family.classes)
        self.fresh_trivial = trivial(self.population, family.classes)

    def fresh_examples(self) -> int:
        """Return how many fresh examples a task that makes them gives the population."""
        return POPULATION

    def train_sizes(self) -> list[list[int]]:
        """Return the sizes of the training sets of every run; a run trains on its first."""
        return [[config.train_examples] for config in self.configs]

    def _factors(self) -> list[Floats]:
        """Return the factor on the rate at every step of every member, up to its logged epochs."""
        made: dict[tuple[int, Config], Floats] = {}
        for arm in self.arms:
            config = replace(arm.config, lr=1.0)
            if (arm.run, config) not in made:
                steps = config.epochs * self.steps
                factors = multipliers(config.schedule, config.epochs, self.steps)
                factors = factors * warm_up(config.treated.warm_up, steps)
                made[arm.run, config] = factors * config.varied.surges(steps)
        return [made[arm.run, replace(arm.config, lr=1.0)] for arm in self.arms]

    def _shared(self) -> list[Config]:
        """Return the settings that all arms of a run share here, such as the size of its batches.

        A run without an arm keeps its own, or gets batches of one example if its steps are others.
        """
        of_run = {arm.run: arm.config for arm in reversed(self.arms)}
        return [of_run.get(run, self._unused(config)) for run, config in enumerate(self.configs)]

    def _unused(self, config: Config) -> Config:
        if config.steps == self.steps:
            return config
        return replace(config, batch_size=1, train_examples=self.steps)

    def scale_of(self, members: npt.NDArray[np.intp]) -> Tensor | None:  # noqa: ARG002
        """Return the scale of the inputs of members ``[members, 1, features]``; None: all one."""
        return None

    def per_arm(self, name: str) -> Floats:
        """Return a number of the settings of every member."""
        numbers: Floats = np.array([getattr(arm.config, name) for arm in self.arms], dtype=float)
        return numbers

    def train(self) -> None:
        """Train every member to its horizon, repacking the stack as members finish."""
        members = np.arange(len(self.run_of))
        flat = self.start()
        updates = self.updates(flat)
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

    def updates(self, flat: Tensor) -> Updates:
        """Return the optimizers of all members."""
        decay = torch.from_numpy(self.per_arm("weight_decay")).to(self.device, DTYPE)
        return Updates([arm.config.optimizer for arm in self.arms], decay, flat)

    def start(self) -> Tensor:
        """Return the initial weights of every member: those of its run."""
        return self.starts()[torch.from_numpy(self.run_of).to(self.device)].contiguous()

    def starts(self) -> Tensor:
        """Return the initial weights of every run."""
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
            factors = self.factors[member]
            columns.append(factors[np.minimum(steps, len(factors) - 1)])
            if member in self.on_plateau:
                reductions[place] = self.on_plateau[member].factor
        rates: Floats = np.stack(columns, axis=1) * (self.base_rate[members] * reductions)
        return rates

    def observe(self, stretch: Stretch, epoch: int) -> None:
        """Measure the members of a stretch after an epoch (from 0)."""
        raise NotImplementedError

    def logged(self, run: int, base: int) -> Logged:
        """Return the curves of a run, whose own member is ``base``."""
        config, log, epochs = self.configs[run], self.log, int(self.epochs[run])
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
        return Logged(
            config=config,
            train_loss=train_loss,
            train_accuracy=train_hits,
            val_loss=log.val_loss[base, :epochs],
            val_accuracy=log.val_hits[base, :epochs],
            lr=log.lr[base, :epochs],
            penalty=penalty,
        )


class Pack(Members):
    """The members of the fleet: every run at the rates of ``at_rates``, with all that is true."""

    extra_sets = EXTRA_SETS

    def __init__(
        self, configs: Sequence[Config], seed: tuple[int, int], device: torch.device
    ) -> None:
        super().__init__(configs, at_rates(configs), seed, device)
        ends = np.where(self.is_base, self.epochs[self.run_of], 0)
        self.rise = Rise(ends.tolist(), self.population.inputs.shape[1], device)

    def run(self) -> list[Trajectory]:
        """Train every member and return the record of every run."""
        self.train()
        return [self._trajectory(run) for run in range(len(self.configs))]

    def observe(self, stretch: Stretch, epoch: int) -> None:
        """Measure every member on fresh data and on its training set, and validate."""
        log, members = self.log, stretch.members
        means, each = [], []
        for part in stretch.parts(self.population, np.arange(len(members))):
            losses, _ = stretch.outcomes(self.population, part)
            weights = self.population.weights[stretch.runs[part]]
            means.append(torch.bmm(weights, losses[..., None]))
            each.append(losses)
        found = torch.cat(means)[:, 0, 0]
        self.rise.observe(members, epoch, found, torch.cat(each))
        log.population[members, epoch] = found.double().cpu().numpy()
        log.full_train[members, epoch] = stretch.evaluate(self.train_set, members)[0][:, 0]
        stretch.validate(epoch)

    def _trajectory(self, run: int) -> Trajectory:
        base, log, epochs = len(RATES) * run, self.log, int(self.epochs[run])

        def counterfactual(member: int) -> Counterfactual:
            return Counterfactual(log.population[member, :epochs], log.full_train[member, :epochs])

        return Trajectory(
            **vars(self.logged(run, base)),
            population=log.population[base, : 2 * epochs],
            full_train=log.full_train[base, : 2 * epochs],
            tenth=counterfactual(base + 1),
            tenfold=counterfactual(base + 2),
            trivial=float(self.trivial[run]),
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
