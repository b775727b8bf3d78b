"""How often the size of the validation set is read from a log, and how often that is right.

python tests/benchmarks/sizes.py [--seeds 20]

An accuracy rises and levels out; each of the examples is right or wrong, and most keep their answer
from epoch to epoch. The same values are written as different writers write them, with losses and a
training accuracy beside them. Printed by writer and by size: the share of logs whose size is read,
of these the share that is exactly right, and the share that is right within a factor of two; where
no size is read, the share of logs for which a size above the true one is ruled out (the set is then
taken for larger than it is).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from analyzer import synthetic
from analyzer.measures.data_size import assumed_examples
from analyzer.model.run import Run

Array = np.ndarray[Any, Any]

SIZES = (20, 32, 50, 77, 100, 128, 200, 250, 365, 500, 569, 1000, 1024, 1797, 2000, 5000, 10_000)
EPOCHS = (8, 30, 100)


class Log(NamedTuple):
    """What a program computes before it writes: losses and shares of two splits."""

    train_loss: Array
    val_loss: Array
    train: Array
    right: Array  # whether each example is right, [epochs, examples]


def draw(examples: int, epochs: int, seed: int, *, top: float = 0.9) -> Log:
    """Return a run: an example is right if its own margin and some noise say so."""
    rng = np.random.default_rng((examples, epochs, seed))
    place = np.arange(1, epochs + 1) / epochs
    level = top - (top - 0.3) * np.exp(-6 * place)
    own, noise = rng.normal(size=examples), rng.normal(size=(epochs, examples))
    threshold = np.quantile(rng.normal(size=20_000), level)
    right = 0.9 * own + np.sqrt(1 - 0.81) * noise < threshold[:, None]
    loss = np.exp(-2 * level) + 0.01 * rng.normal(size=(2, epochs))
    train = np.minimum(level + 0.05, 1) + 0.003 * rng.normal(size=epochs)
    return Log(loss[0], loss[1], np.clip(train, 0, 1), right)


def single(values: Array) -> Array:
    return values.astype(np.float32).astype(np.float64)


def running(right: Array) -> Array:
    """Return the means of batches of 32, weighted by their sizes and summed in float32."""
    ends = np.arange(0, right.shape[1], 32)
    sums = np.add.reduceat(right.astype(np.float32), ends, axis=1)
    return single(sums.cumsum(axis=1, dtype=np.float32)[:, -1] / np.float32(right.shape[1]))


def of_batches(batch: int) -> Callable[[Array], Array]:
    """Return the mean of the batch means, in which a short last batch counts in full."""

    def mean(right: Array) -> Array:
        ends = np.arange(0, right.shape[1], batch)
        sizes = np.diff([*ends, right.shape[1]])
        means: Array = (np.add.reduceat(right.astype(float), ends, axis=1) / sizes).mean(axis=1)
        return means

    return mean


def exact(right: Array) -> Array:
    means: Array = right.mean(axis=1)
    return means


def printed(spec: str, scale: float = 1.0) -> Callable[[Array], Array]:
    return lambda values: np.array([float(format(scale * value, spec)) for value in values])


def same(values: Array) -> Array:
    return values


class Writer(NamedTuple):
    """How a program computes a share of its examples, and how it writes shares and losses."""

    measure: Callable[[Array], Array]
    share: Callable[[Array], Array]
    loss: Callable[[Array], Array]
    metric: str = "accuracy"
    top: float = 0.9
    with_train: bool = True


def percent(values: Array) -> Array:
    return 100 * values


def percent_single(values: Array) -> Array:
    return single(100 * values)


WRITERS = {
    "float64 in JSON, CSV or W&B": Writer(exact, same, same),
    "float64, no training accuracy": Writer(exact, same, same, with_train=False),
    "float64 in percent": Writer(exact, percent, same),
    "float32: TensorBoard, Keras": Writer(exact, single, single),
    "float32 in percent": Writer(exact, percent_single, single),
    "float32 sums of batches": Writer(running, single, single),
    "float32, top accuracy .985": Writer(exact, single, single, top=0.985),
    "float32 error rate": Writer(exact, single, single, metric="error"),
    "printed .6f": Writer(exact, printed(".6f"), printed(".6f")),
    "printed .5g": Writer(exact, printed(".5g"), printed(".5g")),
    "printed .4f": Writer(exact, printed(".4f"), printed(".4f")),
    "printed .4f, no training accuracy": Writer(
        exact, printed(".4f"), printed(".4f"), with_train=False
    ),
    "printed error rate .4f": Writer(exact, printed(".4f"), printed(".4f"), metric="error"),
    "printed percent .2f": Writer(exact, printed(".2f", 100), printed(".4f")),
    "printed .3f": Writer(exact, printed(".3f"), printed(".4f")),
    "printed .2f": Writer(exact, printed(".2f"), printed(".4f")),
    "rounded to 4, losses in full": Writer(exact, printed(".4f"), same),
    "rounded to 2, losses in full": Writer(exact, printed(".2f"), same),
    "rounded to 4, then TensorBoard": Writer(
        exact, lambda values: single(printed(".4f")(values)), single
    ),
    "mean of batch means, 32, float32": Writer(of_batches(32), single, single),
    "mean of batch means, 64, float64": Writer(of_batches(64), same, same),
    "mean of batch means, 128, float32": Writer(of_batches(128), single, single),
    "mean of batch means, 64, .4f": Writer(of_batches(64), printed(".4f"), printed(".4f")),
}


class Read(NamedTuple):
    """What was read of a log: the size, if any, and what was assumed."""

    true: int
    size: int | None
    assumed: float


def run_of(writer: Writer, log: Log) -> Run:
    val, train = writer.measure(log.right), log.train
    if writer.metric == "error":
        val, train = 1 - val, 1 - train
    curves = {("train", "loss"): writer.loss(log.train_loss)}
    curves["val", "loss"] = writer.loss(log.val_loss)
    curves["val", writer.metric] = writer.share(val)
    if writer.with_train:
        curves["train", writer.metric] = writer.share(train)
    return synthetic.of_curves("made", curves)


def read(writer: Writer, seeds: int) -> Iterator[Read]:
    for examples in SIZES:
        for epochs in EPOCHS:
            for seed in range(seeds):
                log = draw(examples, epochs, seed, top=writer.top)
                size, known = assumed_examples(run_of(writer, log))
                yield Read(examples, int(size) if known else None, size)


def cells(found: list[Read]) -> list[str]:
    """Return: read, of these right, of these within a factor of two, ruled out wrongly."""
    sizes = [(row.true, row.size) for row in found if row.size is not None]
    right = [size == true for true, size in sizes]
    near = [0.5 <= size / true <= 2 for true, size in sizes]
    high = [row.size is None and row.assumed > max(100, 1.05 * row.true) for row in found]
    shares = [len(sizes) / len(found), *(np.mean(part) if part else None for part in (right, near))]
    texts = ["-" if share is None else f"{share:.2f}" for share in shares]
    return [*texts, f"{np.mean(high):.2f}"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--writer", help="one writer, by size")
    given = parser.parse_args()
    head = "| read | right | within 2 x | ruled out wrongly |\n|---|---|---|---|---|"
    by_size: dict[int, list[Read]] = {}
    print(f"| writer {head}")
    for name, writer in WRITERS.items():
        if given.writer and given.writer not in name:
            continue
        found = list(read(writer, given.seeds))
        print(f"| {name} | {' | '.join(cells(found))} |", flush=True)
        for row in found:
            by_size.setdefault(row.true, []).append(row)
    print(f"\n| examples {head}")
    for examples, rows in by_size.items():
        print(f"| {examples:,} | {' | '.join(cells(rows))} |")


if __name__ == "__main__":
    main()
