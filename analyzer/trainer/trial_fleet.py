"""The fleet of remedies: runs with all that could be done about them, made in pieces."""

from __future__ import annotations

import dataclasses
import gzip
import io
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import torch

from analyzer.errors import AnalyzerError
from analyzer.safe.files import write_atomically
from analyzer.trainer import fleet, sampling, trials, world
from analyzer.trainer.corpus import curves_of, line, read
from analyzer.trainer.digits import significant
from analyzer.trainer.fleet import Member
from analyzer.trainer.jobs import results
from analyzer.trainer.progress import Progress
from analyzer.trainer.sampling import Config
from analyzer.trainer.treatment import DEAD_UNITS, FAULTS, Treatment
from analyzer.trainer.world_tasks import family_of

FILE = "trials.jsonl.gz"
_PARTS = "parts"
_STREAM = 22  # so that the faults share no random numbers with the settings
_WORLD = 0.25  # share of runs drawn as the world's: one costs as much as four of the others
_FAULTY = 0.12  # share of the others that have a fault with a repair of its own
_MOST_WORK = 150_000  # examples times epochs: some sixteen arms of a run must stay affordable
_REDRAW = 1 << 20  # between the numbers of runs that are drawn in place of one too long
_PACK_SIZE = {"cpu": 12, "cuda": 128}  # most runs in a pack; each has some fifteen arms
_DIGITS = 5


def draw(seed: int, index: int) -> Config:
    """Return the configuration of run ``index``: a teacher's, at times with a fault, or a world's.

    A fault is no part of a run of the world: those have other starts and losses already. A run of
    more than ``_MOST_WORK`` (one in sixteen) is drawn again.
    """
    rng = np.random.default_rng((seed, index, _STREAM))
    choose = world.draw if rng.random() < _WORLD else sampling.draw
    drawn = (choose(seed, index + attempt * _REDRAW) for attempt in count())
    config = next(run for run in drawn if run.epochs * run.train_examples <= _MOST_WORK)
    if choose is world.draw:
        return config
    if rng.random() >= _FAULTY:
        return config
    fault = str(rng.choice(FAULTS))
    if fault == DEAD_UNITS and family_of(config.family).activation != "relu":
        return config
    return dataclasses.replace(config, treatment=Treatment(fault=fault))


def make(
    *,
    runs: int,
    seed: int,
    device: torch.device,
    output: Path,
    workers: int | None = None,
    minutes: float | None = None,
    choose: Callable[[int, int], Config] = draw,
    progress: Progress = fleet.quiet,
) -> Path | None:
    """Train a fleet with all remedies; return the path of its trials, or None if time ran out.

    Each pack is a file of its own in ``output``, written when it is complete: another call with the
    same runs and seed goes on with those that are missing. No pack is begun after ``minutes``.

    Raises AnalyzerError if the folder has parts of another fleet, or ``runs`` is below 1.
    """
    if runs < 1:
        raise AnalyzerError(f"--runs {runs}: must be at least 1")
    parts = output / _PARTS
    parts.mkdir(parents=True, exist_ok=True)
    claim(output, runs, seed, device)
    members = [Member(index, choose(seed, index)) for index in range(runs)]
    groups = fleet.packs(members, device, most=_PACK_SIZE[device.type])
    jobs = [
        _Job(group, (seed, number), device, parts / f"{number:05d}.jsonl")
        for number, group in enumerate(groups)
    ]
    # In a random order, so that the packs of the first pieces are like those of the last.
    order = np.random.default_rng(seed).permutation(len(jobs))
    waiting = [jobs[place] for place in order if not jobs[place].path.exists()]
    done = runs - sum(len(job.members) for job in waiting)
    progress(done, runs)
    end = None if minutes is None else time.monotonic() + 60 * minutes
    for finished in results(_trained, waiting, device=device, workers=workers, until=end):
        done += finished
        progress(done, runs)
    if any(not job.path.exists() for job in jobs):
        return None
    return _join(output, [job.path for job in jobs])


@dataclass(frozen=True)
class _Job:
    """A pack to train, and the file of its trials."""

    members: Sequence[Member]
    seed: tuple[int, int]
    device: torch.device
    path: Path


def records(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a complete fleet, or of the parts of another."""
    whole = folder / FILE
    if whole.exists():
        yield from read(whole)
        return
    for part in sorted((folder / _PARTS).glob("*.jsonl")):
        yield from map(json.loads, part.read_text(encoding="utf-8").splitlines())


def claim(output: Path, runs: int, seed: int, device: torch.device) -> None:
    """Write the manifest, or compare it with the one that is there.

    Raises AnalyzerError if that is of another fleet.
    """
    manifest = fleet.manifest_of(f"remedies --runs {runs} --seed {seed}", runs, seed, device)
    path = output / fleet.MANIFEST
    content = json.dumps(manifest, indent=2) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") != content:
        raise AnalyzerError(f"{path}: of another fleet; give a new folder, or the same options")
    write_atomically(path, content.encode())


def _trained(job: _Job) -> int:
    """Train a pack with all its arms, write its trials and return how many there are."""
    found = trials.train([member.config for member in job.members], job.seed, job.device)
    lines = [
        line(record(member, job.seed[0], trial))
        for member, trial in zip(job.members, found, strict=True)
    ]
    write_atomically(job.path, "".join(lines).encode())
    return len(lines)


def record(member: Member, seed: int, trial: trials.Trial) -> dict[str, Any]:
    """Return the record of one run: its log, and loss and error of every arm.

    The six numbers of an arm are loss and error at the lowest loss, at the epoch that validation
    selects, and at the end; None where a number is not finite.
    """
    config, family = member.config, family_of(member.config.family)
    return {
        "id": f"{seed}-{member.index:05d}",
        "family": config.family,
        "half": family.half,
        "config": {
            **config.to_dict(),
            "classes": family.classes,
            "steps_per_epoch": config.steps,
        },
        "curves": curves_of(trial.logged, family.classes),
        "arms": {
            name: [_number(value) for value in (*arm.lowest, *arm.selected, *arm.end)]
            for name, arm in trial.outcomes.items()
        },
    }


def _number(value: float) -> float | None:
    return significant(value, _DIGITS) if np.isfinite(value) else None


def _join(output: Path, parts: Sequence[Path]) -> Path:
    """Write the trials of all parts to one file; the same runs give the same bytes."""
    packed = io.BytesIO()
    with gzip.GzipFile("", "wb", 9, packed, mtime=0) as file:
        for part in parts:
            file.write(part.read_bytes())
    path = output / FILE
    write_atomically(path, packed.getvalue())
    return path
