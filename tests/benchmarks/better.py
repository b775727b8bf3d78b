"""How often "better" is wrong: pairs of settings, four seeds each, whose population loss is known.

python tests/benchmarks/better.py made
python tests/benchmarks/better.py make FILE [--pairs 256] [--seed 4242]
python tests/benchmarks/better.py judge FILE

``made`` asks how often a noisy setting that is truly 5 % worse passes for better; ``make`` trains
pairs on a CPU (some 4 s a pair), and ``judge`` counts how often "better" and "worse" are wrong on
them: by the raw minimum, as before, and by the level at the minimum.

A pair is a task of the fleet and two settings for it, which differ in rate, schedule, weight decay,
dropout or optimizer. In one half of the pairs all eight runs share their data and validation set
and a seed draws weights and order only, as with one's own data; in the other a seed draws all. Runs
with the same seed have the same data and first weights under both settings.

The truth of a side is the mean over its seeds of the level of the population loss at its minimum,
so that no single checkpoint decides. Beside it stands the population loss of the checkpoint that
the lowest validation loss keeps.
"""

from __future__ import annotations

import argparse
import dataclasses
import pickle
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from analyzer import synthetic
from analyzer.comparing.contrast import BETTER, UNCLEAR, Sample, contrast
from analyzer.measures.level import best_level

SEEDS = 4
AT_ONCE = 8  # pairs in a pack
SETS = {0: "own", 2: "20", 4: "100", 5: "300", 6: "1000"}  # columns of the validation sets
FEWEST = 5  # finite epochs of a run that is judged
CLEAR = 0.05  # a true difference that should be found
MADE_PAIRS = 200
SHAPES: dict[str, Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]] = {
    "flat": lambda time: np.ones_like(time),
    "exponential fall": lambda time: 1 + 6 * np.exp(-10 * time),
    "power law": lambda time: (1 + 3 / (1 + 18 * time)) / (1 + 3 / 19),
    "turns up at a third": lambda time: 1 + 6 * np.exp(-18 * time) + np.maximum(0, time - 0.33),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=("make", "judge", "made"))
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--pairs", type=int, default=256)
    parser.add_argument("--seed", type=int, default=4242)
    given = parser.parse_args()
    if given.work == "make":
        make(given.file, given.pairs, given.seed)
    elif given.work == "judge":
        print(table(judged(read(given.file))))
    else:
        made()


def made() -> None:
    """Print how often .42 with 12 % noise from epoch to epoch is better than a calm .40."""
    print("| curve | epochs | raw: noisy is better | level: noisy is better | calm is better |")
    print("|---|---|---|---|---|")
    rng = np.random.default_rng(0)
    for name, shape in SHAPES.items():
        for epochs in (40, 100, 300):
            curve = shape(np.arange(1, epochs + 1) / epochs)
            curve = curve / curve.min()
            said: dict[tuple[str, str], int] = defaultdict(int)
            for _ in range(MADE_PAIRS):
                sides = [
                    [level * curve * np.exp(noise * rng.standard_normal(epochs)) for _ in range(4)]
                    for level, noise in ((0.40, 0.01), (0.42, 0.12))
                ]
                for how, measure in MEASURES.items():
                    said[how, answer(sides, measure, seeded=False)] += 1
            shares = (said["raw", BETTER], said["level", BETTER], said["level", "worse"])
            cells = " | ".join(f"{share / MADE_PAIRS:.3f}" for share in shares)
            print(f"| {name} | {epochs} | {cells} |")


def raw_of(value: np.ndarray[Any, Any]) -> float | None:
    finite = value[np.isfinite(value)]
    return float(finite.min()) if len(finite) >= FEWEST else None


def level_of(value: np.ndarray[Any, Any]) -> float | None:
    """Return the level of a loss as the comparison has it."""
    if np.isfinite(value).sum() < FEWEST:
        return None
    return best_level(synthetic.of_curves("", {("val", "loss"): value}), "loss", "val").value


MEASURES = {"raw": raw_of, "level": level_of}


def answer(
    sides: Iterable[Iterable[np.ndarray[Any, Any]]],
    measure: Callable[[np.ndarray[Any, Any]], float | None],
    *,
    seeded: bool,
) -> str:
    """Return what a comparison says of the second side."""
    samples = []
    for side in sides:
        values = tuple(measure(value) for value in side)
        seeds = tuple(str(at) if seeded else None for at in range(len(values)))
        samples.append(Sample(values, seeds))
    return contrast(*samples, lower_is_better=True).answer


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the pairs of a file that ``make`` wrote."""
    with path.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)
            except EOFError:
                return


@dataclasses.dataclass
class Count:
    """What was said over many comparisons; ``wrong`` by the level, ``kept`` by the checkpoint."""

    asked: int = 0
    said: int = 0
    wrong: int = 0
    kept: int = 0
    clear: int = 0
    found: int = 0


def judged(pairs: Iterable[dict[str, Any]]) -> dict[tuple[str, ...], Count]:
    """Return the counts by (measure, seeds, data, validation examples)."""
    counts: dict[tuple[str, ...], Count] = defaultdict(Count)
    for pair in pairs:
        levels = [[level_of(run["population"]) for run in side] for side in pair["sides"]]
        if any(level is None for side in levels for level in side):
            continue
        first, second = (float(np.mean(side)) for side in levels)
        true, size = second - first, abs(second - first) / min(first, second)
        data = "shared" if pair["shared"] else "drawn by the seed"
        for column, name in SETS.items():
            curves = [[run["val_loss"][:, column] for run in side] for side in pair["sides"]]
            kept = np.subtract(*(kept_of(side, column) for side in pair["sides"][::-1]))
            for how, measure in MEASURES.items():
                for seeded in (True, False):
                    found = answer(curves, measure, seeded=seeded)
                    sign = {BETTER: -1, UNCLEAR: 0}.get(found, 1)
                    for of_data, of_size in ((data, "all"), ("all", name), ("all", "all")):
                        key = (how, "known" if seeded else "unknown", of_data, of_size)
                        add(counts[key], sign, true, size, float(kept))
    return counts


def kept_of(side: Iterable[dict[str, Any]], column: int) -> float:
    """Return the mean population loss of the checkpoints with the lowest validation loss."""
    return float(
        np.mean([run["population"][np.nanargmin(run["val_loss"][:, column])] for run in side])
    )


def add(count: Count, sign: int, true: float, size: float, kept: float) -> None:
    count.asked += 1
    count.said += sign != 0
    count.wrong += sign * true < 0
    count.kept += sign * kept < 0
    count.clear += size > CLEAR
    count.found += size > CLEAR and sign * true > 0


def table(counts: dict[tuple[str, ...], Count]) -> str:
    heads = ("by", "seeds", "data", "validation examples", "asked", "clear", "wrong, of asked")
    heads = (*heads, "of clear", "by the checkpoint kept", "of true 5 %: found")
    lines = [f"| {' | '.join(heads)} |", "|---|" + "---|" * (len(heads) - 1)]
    for key, count in sorted(counts.items(), key=lambda item: (item[0][1:], item[0][0])):
        said = max(count.said, 1)
        shares = (
            f"{count.wrong / count.asked:.3f}",
            f"{count.wrong / said:.3f} ± {np.sqrt((count.wrong + 1) / said**2):.3f}",
            f"{count.kept / said:.3f}",
            f"{count.found / max(count.clear, 1):.2f}",
        )
        lines.append(f"| {' | '.join(key)} | {count.asked} | {count.said} | {' | '.join(shares)} |")
    return "\n".join(lines)


def make(path: Path, pairs: int, seed: int) -> None:
    """Train the pairs in packs of eight and write them as they come."""
    import torch

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    with path.open("wb") as file:
        for number in range(-(-pairs // AT_ONCE)):
            for pair in pack_of(seed, number):
                pickle.dump(pair, file)
            file.flush()
            print(f"{(number + 1) * AT_ONCE} pairs", flush=True)


def pack_of(seed: int, number: int) -> Iterator[dict[str, Any]]:
    """Yield the pairs of one pack: their settings, and the curves of both sides."""
    shared = number % 2 == 0
    drawn = [settings(seed, number, place) for place in range(AT_ONCE)]
    logs = [
        trained([pair[side] for pair in drawn for _ in range(SEEDS)], (seed, number), shared)
        for side in (0, 1)
    ]
    for place, configs in enumerate(drawn):
        rows = range(place * SEEDS, (place + 1) * SEEDS)
        epochs = configs[0].epochs
        yield {
            "shared": shared,
            "configs": [config.to_dict() for config in configs],
            "sides": [
                [{name: values[row, :epochs] for name, values in log.items()} for row in rows]
                for log in logs
            ],
        }


def settings(seed: int, number: int, place: int) -> tuple[Any, Any]:
    """Return two configurations of one task: a drawn one, and it with something changed."""
    from analyzer.trainer.sampling import draw
    from analyzer.trainer.schedules import KINDS
    from analyzer.trainer.tasks import FAMILIES

    rng = np.random.default_rng((seed, number, 7))
    family = list(FAMILIES)[number // 2 % len(FAMILIES)]
    steps, width = int(rng.choice([4, 12])), int(rng.choice([16, 48]))
    rng = np.random.default_rng((seed, number, place))
    base = draw(seed, 10_000 + number * AT_ONCE + place)
    batch = max(1, round(float(np.exp(rng.uniform(np.log(60), np.log(600)))) / steps))
    base = dataclasses.replace(
        base,
        family=family,
        width=width,
        per_step=False,
        batch_size=batch,
        train_examples=batch * steps,
        epochs=int(np.exp(rng.uniform(np.log(15), np.log(200)))),
        noise=min(base.noise, 0.4),
    )
    changed = {
        "lr": base.lr * float(np.exp(rng.choice([-1, 1]) * rng.uniform(0.1, 2.5))),
        "schedule": str(rng.choice([kind for kind in KINDS if kind != base.schedule])),
        "weight_decay": float(10 ** rng.uniform(-4, -1)),
        "dropout": float(rng.uniform(0.05, 0.5)),
    }
    key = str(rng.choice(list(changed), p=[0.5, 0.2, 0.15, 0.15]))
    return base, dataclasses.replace(base, **{key: changed[key]})


def trained(configs: list[Any], seed: tuple[int, int], shared: bool) -> dict[str, Any]:
    """Train the runs of one side of eight pairs and return their records."""
    import torch

    from analyzer.trainer import pack
    from analyzer.trainer.tasks import Source

    class Grouped(Source):
        """Random numbers that the seeds of a pair share."""

        def normal(self, *shape: int) -> torch.Tensor:
            return super().normal(*shape)[::SEEDS].repeat_interleave(SEEDS, 0)

        def uniform(self, *shape: int) -> torch.Tensor:
            return super().uniform(*shape)[::SEEDS].repeat_interleave(SEEDS, 0)

        def choice(self, among: int, *shape: int) -> torch.Tensor:
            return super().choice(among, *shape)[::SEEDS].repeat_interleave(SEEDS, 0)

    pack.RATES = (1.0,)
    pack.Source = Grouped if shared else Source
    try:
        made = pack.Pack(configs, seed, torch.device("cpu"))
        made.horizon = made.epochs.copy()
        generator = torch.Generator("cpu").manual_seed(seed[1] + 1)
        made.source = Source(generator, torch.device("cpu"), len(configs))
        made._trajectory = lambda run: None  # type: ignore[method-assign, assignment, return-value]
        made.run()
    finally:
        pack.RATES, pack.Source = (1.0, 0.1, 10.0), Source
    log = made.log
    return {
        "train_loss": log.train_loss.mean(2),
        "val_loss": log.val_loss,
        "val_accuracy": log.val_hits,
        "lr": log.lr,
        "population": log.population,
    }


if __name__ == "__main__":
    main()
