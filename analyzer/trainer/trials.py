"""Trials: runs of one shape trained together with every remedy, on the same data.

What is true of an arm is measured on fresh examples at some places of the run: its loss and error
where they are lowest, at the end, and where the validation loss of the run is lowest among the
evaluations that its log shows, which is what a user gets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from analyzer.stats.arrays import Bools
from analyzer.trainer.devices import DTYPE
from analyzer.trainer.pack import Arm, Members
from analyzer.trainer.remedies import arms_of
from analyzer.trainer.sampling import Config
from analyzer.trainer.stacked import Changes, Updates
from analyzer.trainer.tasks import Source
from analyzer.trainer.trajectory import Logged
from analyzer.trainer.treatment import DEAD_UNITS, KEPT_GRADIENTS, UNSCALED_INPUTS
from analyzer.trainer.variations import comparable

if TYPE_CHECKING:
    from analyzer.trainer.stretch import Stretch

FRESH = 1024  # examples: arms of a run are compared on the same ones, so few are enough
_PLACES = 14  # evenly over a run, and as many evenly over the logarithm of the epoch
_DEPTH = 2.5  # of the biases of dead units: inputs that are 2.5 above the usual are rare
_SCALES = (0.1, 300.0)  # of unscaled inputs, from the smallest to the largest feature


@dataclass(frozen=True)
class Outcome:
    """What an arm reached on fresh examples: loss and error where they count.

    ``lowest`` is at the epoch with the lowest loss, ``selected`` at the epoch that validation
    selects, ``end`` at the last one. Losses of a likelihood are turned into squared errors.
    """

    lowest: tuple[float, float]
    selected: tuple[float, float]
    end: tuple[float, float]


class Trial(NamedTuple):
    """The log of a run, and the outcome of each of its arms by the name of the remedy."""

    logged: Logged
    outcomes: dict[str, Outcome]


def train(
    configs: Sequence[Config],
    seed: tuple[int, int],
    device: torch.device,
    chosen: Sequence[Mapping[str, Config]] | None = None,
) -> list[Trial]:
    """Train runs of one shape and their arms; return the trials in the order of ``configs``.

    Arms of another shape (a width, a number of steps) are trained in packs of their own, on the
    same tasks and examples. ``chosen`` has the arms of each run, by default all. The others of its
    pack do not change a run; one without arms is not trained and has no trial.
    """
    shapes: dict[tuple[int, int], list[tuple[str, Arm]]] = {}
    arms = list(map(arms_of, configs)) if chosen is None else chosen
    for run, own in enumerate(arms):
        for name, changed in own.items():
            shapes.setdefault((changed.width, changed.steps), []).append((name, Arm(run, changed)))
    logged: list[Logged] = []
    outcomes: list[dict[str, Outcome]] = [{} for _ in configs]
    for named in shapes.values():  # the shape of the runs themselves comes first
        made = Trials(configs, [arm for _, arm in named], seed, device)
        made.train()
        for member, (name, arm) in enumerate(named):
            outcomes[arm.run][name] = made.outcome(member)
            if not name:
                logged.append(made.logged(arm.run, member))
    trained = [outcome for outcome in outcomes if outcome]
    return [Trial(*each) for each in zip(logged, trained, strict=True)]


class Trials(Members):
    """The members of one shape: the arms of runs whose data are those of ``configs``."""

    def __init__(
        self,
        configs: Sequence[Config],
        arms: Sequence[Arm],
        seed: tuple[int, int],
        device: torch.device,
    ) -> None:
        super().__init__(configs, arms, seed, device)
        # Streams of their own: a run is the same with or without an arm that draws from them.
        self.masking, self.blurring = self._stream(seed, 1), self._stream(seed, 2)
        self._use_examples()
        self.is_base &= np.array([arm.config == configs[arm.run] for arm in arms])
        shape = (len(arms), int(self.horizon.max()))
        self.measured_at: npt.NDArray[np.bool_] = np.zeros(shape, dtype=bool)
        for member, arm in enumerate(arms):
            self.measured_at[member, : arm.config.epochs] = places(arm.config)
        self.selecting, self.errors = np.full(shape, np.nan), np.full(shape, np.nan)
        self.selection = replace(self.val_sets, weights=self.val_sets.weights[:, :1])
        self._features = self._unscaled()

    def _stream(self, seed: tuple[int, int], number: int) -> Source:
        state = int(np.random.SeedSequence((*seed, number)).generate_state(1)[0])
        return Source(
            torch.Generator(self.device).manual_seed(state), self.device, len(self.configs)
        )

    def fresh_examples(self) -> int:
        """Return how many fresh examples a task that makes them gives the population."""
        return FRESH

    def train_sizes(self) -> list[list[int]]:
        """Return for each run its own examples and as many more, for the remedy that needs them."""
        return [[config.train_examples] * 2 for config in self.configs]

    def _use_examples(self) -> None:
        """Give every run the examples that its arms train on: its own, or all."""
        weights = self.train_set.weights
        own, both = weights[:, :1], weights.mean(1, keepdim=True)
        more = [
            shared.train_examples > config.train_examples
            for shared, config in zip(self.shared, self.configs, strict=True)
        ]
        all_of_them = torch.tensor(more, device=self.device)[:, None, None]
        self.train_set = replace(self.train_set, weights=torch.where(all_of_them, both, own))

    def _unscaled(self) -> Tensor | None:
        """Return the scales of the inputs of runs whose inputs are not scaled."""
        if not any(arm.config.treated.fault == UNSCALED_INPUTS for arm in self.arms):
            return None
        low, high = np.log(_SCALES)
        scales = np.exp(np.linspace(low, high, self.shape.features))
        return torch.from_numpy(scales).to(self.device, DTYPE)

    def scale_of(self, members: npt.NDArray[np.intp]) -> Tensor | None:
        """Return the scale of the inputs of members ``[members, 1, features]``; None: all one."""
        if self._features is None:
            return None
        faulty = [self.arms[member].config.treated.fault == UNSCALED_INPUTS for member in members]
        flags = torch.tensor(faulty, device=self.device)[:, None, None]
        return torch.where(flags, self._features, torch.ones_like(self._features))

    def start(self) -> Tensor:
        """Return the initial weights: of the run, of another start, or with dead units."""
        first = self.starts()
        scales = torch.tensor(
            [arm.config.varied.start_scale for arm in self.arms], dtype=DTYPE, device=self.device
        )
        own = torch.tensor(
            [self.configs[arm.run].varied.start_scale for arm in self.arms],
            dtype=DTYPE,
            device=self.device,
        )
        other = self.shape.start(self.source.uniform(self.shape.parameters))
        runs = torch.from_numpy(self.run_of).to(self.device)
        anew = [arm.config.treated.start > 0 for arm in self.arms]
        takes_other = torch.tensor(anew, device=self.device) | (own != scales)
        flat = torch.where(takes_other[:, None], other[runs] * scales[:, None], first[runs])
        flat = flat.contiguous()
        dead = [arm.config.treated.fault == DEAD_UNITS for arm in self.arms]
        lower = _DEPTH * torch.tensor(dead, device=self.device).to(DTYPE)[:, None, None]
        for _, biases in self.shape.layers(flat)[:-1]:
            biases -= lower
        return flat

    def updates(self, flat: Tensor) -> Updates:
        """Return the optimizers of all members, with what else changes their steps."""
        treated = [arm.config.treated for arm in self.arms]
        clip = [treatment.clip or np.inf for treatment in treated]
        kept = [float(treatment.fault == KEPT_GRADIENTS) for treatment in treated]
        horizons = [
            arm.config.treated.averaging * arm.config.epochs * self.steps for arm in self.arms
        ]
        averaged = [1 / max(1.0, horizon) for horizon in horizons]
        decay = torch.from_numpy(self.per_arm("weight_decay")).to(self.device, DTYPE)
        changes = Changes(
            self._column(clip) if np.isfinite(clip).any() else None,
            self._column(kept) if any(kept) else None,
            self._column(averaged) if any(horizons) else None,
        )
        return Updates([arm.config.optimizer for arm in self.arms], decay, flat, changes)

    def _column(self, values: Sequence[float]) -> Tensor:
        return torch.tensor(values, dtype=DTYPE, device=self.device)[:, None]

    def observe(self, stretch: Stretch, epoch: int) -> None:
        """Validate as the runs' logs show it, and measure the members that are due."""
        stretch.validate(epoch)
        due = stretch.members[self.measured_at[stretch.members, epoch]]
        if not len(due):
            return
        loss, hits = stretch.evaluate(self.population, due)
        self.log.population[due, epoch], self.errors[due, epoch] = loss[:, 0], 1 - hits[:, 0]
        known = self.log.val_loss[due, epoch, 0]
        unknown = due[np.isnan(known)]
        self.selecting[due, epoch] = known
        if len(unknown):
            self.selecting[unknown, epoch] = stretch.evaluate(self.selection, unknown)[0][:, 0]

    def outcome(self, member: int) -> Outcome:
        """Return what a member reached, with infinity for a loss that is not a number."""
        shown = self.measured_at[member]
        loss = self.log.population[member, shown]
        if self.shape.likelihood:
            loss = comparable(loss)
        loss = np.where(np.isfinite(loss), loss, np.inf)
        error = np.where(np.isfinite(loss), self.errors[member, shown], np.nan)
        selecting = self.selecting[member, shown]
        selecting = np.where(np.isfinite(selecting), selecting, np.inf)

        def at(place: int) -> tuple[float, float]:
            return float(loss[place]), float(error[place])

        return Outcome(at(int(loss.argmin())), at(int(selecting.argmin())), at(-1))


def places(config: Config) -> Bools:
    """Return at which epochs of an arm it is measured: some of those that its log evaluates.

    Some are spread evenly, and some evenly over the logarithm of the epoch; the last is one.
    """
    every = config.log.val_every
    evaluations = max(1, config.epochs // every)
    wanted = np.r_[
        np.linspace(1, evaluations, _PLACES), np.geomspace(1, evaluations, _PLACES)
    ].round()
    shown = np.zeros(config.epochs, dtype=bool)
    shown[wanted.astype(np.intp) * every - 1] = True
    return shown
