"""Go on with a fleet of remedies where runs are lacking: train remedies where a finding needs them.

Method
    The runs after those of the fleet are taken in rounds. Each is first trained without a remedy
    and judged by its log. It then counts for each of its findings with the remedies that are
    advised for it, apply to the run, and had too few runs when the round began. These arms alone
    are trained, beside the run itself, on the same data. A round counts when it is complete: the
    runs of a pack are of one family, and some packs alone would be a mixture of their own.
Known limits
    A run counts for a finding whatever else was found in it and whatever a remedy does, so the
    share that it helped is that of any run with the finding. How often a finding occurs, or several
    remedies together in one run, cannot be read from these runs.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from analyzer.advice.remedies import AGAIN, OF_THE_SAME_RUN
from analyzer.engine import diagnose
from analyzer.errors import AnalyzerError
from analyzer.registry.third_party import built_in
from analyzer.registry.words import detector_words
from analyzer.safe.files import write_atomically
from analyzer.trainer import fleet, trial_fleet, trials
from analyzer.trainer.corpus import line
from analyzer.trainer.fleet import Member
from analyzer.trainer.jobs import results
from analyzer.trainer.progress import Progress
from analyzer.trainer.remedies import arms_of
from analyzer.trainer.replay import run_of
from analyzer.trainer.sampling import Config

FOLDER = "targeted"  # within the folder of a fleet
COUNTS_FOR = "counts_for"  # of a record: the remedies by the finding for which they count
_PER_ROUND = 1000  # runs: in fewer, hardly any would share a pack
_MOST_ROUNDS = 30  # some remedies hardly ever apply
_PACK_SIZE = {"cpu": 48, "cuda": 512}  # most runs in a pack: few of them have arms

Pair = tuple[str, str]  # a finding and a remedy
Choice = dict[str, list[str]]  # the remedies by the finding for which they count


@dataclass(frozen=True)
class Fleet:
    """The fleet that is gone on with, and until how many runs for each remedy."""

    output: Path
    runs: int
    seed: int
    device: torch.device
    until: int
    choose: Callable[[int, int], Config] = trial_fleet.draw

    @property
    def folder(self) -> Path:
        """Return the folder of the runs that are added."""
        return self.output / FOLDER

    def manifest(self) -> dict[str, Any]:
        """Return what made the runs of the folder."""
        command = f"remedies --runs {self.runs} --seed {self.seed}"
        return {
            **fleet.manifest_of(
                f"{command} --until {self.until}", self.runs, self.seed, self.device
            ),
            "until": self.until,
            "chosen": "runs with a finding for which an advised remedy had fewer runs",
        }


@dataclass(frozen=True)
class _Job:
    """A pack to train, what lacks runs, and the file of the trials."""

    members: Sequence[Member]
    seed: tuple[int, int]
    device: torch.device
    path: Path
    lacking: frozenset[Pair]


def make(
    wanted: Fleet,
    *,
    workers: int | None = None,
    minutes: float | None = None,
    per_round: int = _PER_ROUND,
    progress: Progress = fleet.quiet,
) -> dict[Pair, int]:
    """Train runs until each advised remedy has enough; return the counts of those that lack some.

    The runs of the fleet count, complete or not, and those of complete rounds. Another call with
    the same options goes on. No pack is begun after ``minutes``.

    Raises AnalyzerError if the folder has another fleet.
    """
    end = None if minutes is None else time.monotonic() + 60 * minutes
    wanted.folder.mkdir(parents=True, exist_ok=True)
    trial_fleet.claim(wanted.output, wanted.runs, wanted.seed, wanted.device)
    counts = _before(wanted)
    for turn in range(_MOST_ROUNDS):
        lacking, path = lacks(counts, wanted.until), wanted.folder / f"{turn:02d}.jsonl"
        if not lacking:
            break
        if not path.exists():
            jobs = _round(wanted, turn, per_round, frozenset(lacking))
            if not _work(jobs, workers, end, progress):
                break
            _join(path, [job.path for job in jobs])
        counts.update(_counted(path))
    return lacks(counts, wanted.until)


def lacks(counts: Mapping[Pair, int], until: int) -> dict[Pair, int]:
    """Return the counts that are below ``until``."""
    return {pair: counts[pair] for pair in sorted(counts) if counts[pair] < until}


def choice(config: Config, findings: Iterable[str], lacking: Container[Pair]) -> Choice:
    """Return what a run counts for: its findings with the remedies that apply and lack runs.

    Families are left to chance, like the runs: to fill them evenly would give the added runs
    another mixture of tasks than the fleet has.
    """
    apply = {*arms_of(config), OF_THE_SAME_RUN}
    chosen: Choice = {}
    for finding in findings:
        remedies = [
            remedy
            for remedy in advised()[finding]
            if remedy in apply and (finding, remedy) in lacking
        ]
        if remedies:
            chosen[finding] = remedies
    return chosen


@cache
def advised() -> dict[str, tuple[str, ...]]:
    """Return the remedies that the checklist of each finding names, and what chance alone does."""
    named = {}
    for detector in built_in("analyzer.detectors"):
        items = detector_words(detector, "en").checklist
        remedies = dict.fromkeys(remedy for item in items for remedy in item.remedies)
        if remedies:
            named[detector] = (*remedies, AGAIN)
    return named


def records(output: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of the runs that were added to the fleet in a folder by whole rounds."""
    for path in sorted((output / FOLDER).glob("??.jsonl")):
        yield from _read(path)


def _before(wanted: Fleet) -> Counter[Pair]:
    """Return how many runs of the fleet count, as they were counted before any was added."""
    path, manifest = wanted.folder / fleet.MANIFEST, wanted.manifest()
    if not path.exists():
        content = json.dumps({**manifest, "before": _nested(_of_fleet(wanted.output))}, indent=2)
        write_atomically(path, f"{content}\n".encode())
    known = json.loads(path.read_text(encoding="utf-8"))
    before = known.pop("before", {})
    if known != manifest:
        raise AnalyzerError(f"{path}: of another fleet; give a new folder, or the same options")
    return Counter(
        {(finding, remedy): n for finding, own in before.items() for remedy, n in own.items()}
    )


def _of_fleet(output: Path) -> Counter[Pair]:
    """Return in how many runs of a fleet each advised remedy was tried."""
    counts = Counter({(name, remedy): 0 for name, own in advised().items() for remedy in own})
    for record in trial_fleet.records(output):
        tried = {*record["arms"], OF_THE_SAME_RUN}
        for finding in _found(record):
            counts.update((finding, remedy) for remedy in advised()[finding] if remedy in tried)
    return counts


def _nested(counts: Mapping[Pair, int]) -> dict[str, dict[str, int]]:
    return {
        finding: {remedy: counts[finding, remedy] for remedy in remedies}
        for finding, remedies in advised().items()
    }


def _found(record: dict[str, Any]) -> list[str]:
    """Return the findings in the log of a run for which remedies are advised."""
    found = {finding.detector for finding in diagnose(run_of(record)).findings}
    return sorted(found & {*advised()})


def _round(wanted: Fleet, turn: int, per_round: int, lacking: frozenset[Pair]) -> list[_Job]:
    """Return the packs of a round."""
    first = wanted.runs + turn * per_round
    indices = range(first, first + per_round)
    members = [Member(index, wanted.choose(wanted.seed, index)) for index in indices]
    packs = fleet.packs(members, wanted.device, most=_PACK_SIZE[wanted.device.type])
    return [
        _Job(
            pack,
            (wanted.seed, first + number),  # no pack of the fleet has this seed
            wanted.device,
            wanted.folder / f"{turn:02d}-{number:05d}.jsonl",
            lacking,
        )
        for number, pack in enumerate(packs)
    ]


def _work(jobs: Sequence[_Job], workers: int | None, end: float | None, progress: Progress) -> bool:
    """Train the packs that are missing, in a random order; return whether all are there."""
    order = np.random.default_rng(len(jobs)).permutation(len(jobs))
    waiting = [jobs[place] for place in order if not jobs[place].path.exists()]
    total = sum(len(job.members) for job in jobs)
    done = total - sum(len(job.members) for job in waiting)
    progress(done, total)
    for finished in results(_trained, waiting, device=jobs[0].device, workers=workers, until=end):
        done += finished
        progress(done, total)
    return all(job.path.exists() for job in jobs)


def _trained(job: _Job) -> int:
    """Train the runs of a pack, then those that count with remedies; return how many there are."""
    configs = [member.config for member in job.members]
    alone: list[Mapping[str, Config]] = [{"": config} for config in configs]
    chosen = [
        choice(member.config, _found(trial_fleet.record(member, job.seed[0], trial)), job.lacking)
        for member, trial in zip(
            job.members, trials.train(configs, job.seed, job.device, alone), strict=True
        )
    ]
    arms = [_arms(config, own) for config, own in zip(configs, chosen, strict=True)]
    made = iter(trials.train(configs, job.seed, job.device, arms))
    lines = [
        line({**trial_fleet.record(member, job.seed[0], next(made)), COUNTS_FOR: own})
        for member, own in zip(job.members, chosen, strict=True)
        if own
    ]
    write_atomically(job.path, "".join(lines).encode())
    return len(job.members)


def _arms(config: Config, own: Choice) -> dict[str, Config]:
    """Return the run itself and the remedies with which it counts; nothing if there are none."""
    wanted = {"", *(remedy for remedies in own.values() for remedy in remedies)}
    arms = arms_of(config) if own else {}
    return {name: changed for name, changed in arms.items() if name in wanted}


def _join(path: Path, parts: Sequence[Path]) -> None:
    """Put the parts of a round into one file."""
    write_atomically(path, b"".join(part.read_bytes() for part in parts))
    for part in parts:
        part.unlink()


def _counted(path: Path) -> Counter[Pair]:
    """Return for how many runs of a round each remedy counts."""
    counts: Counter[Pair] = Counter()
    for record in _read(path):
        for finding, remedies in record[COUNTS_FOR].items():
            counts.update((finding, remedy) for remedy in remedies)
    return counts


def _read(path: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())
