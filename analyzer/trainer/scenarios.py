"""The scenarios: what is trained, on which data, and in one sentence what is wrong with it.

Needs no torch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

FRAMEWORKS = ("torch", "keras")
OPTIMIZERS = ("adam", "sgd", "momentum")
MOMENTUM = 0.9  # of the optimizer of that name: what nearly everyone uses


@dataclass(frozen=True)
class Network:
    """A stack of dense layers.

    The last two fields are those of a course that is retraced (Keras only).
    """

    hidden: tuple[int, ...] = (64, 64)
    activation: str = "relu"
    dropout: float = 0.0
    batchnorm: bool = False
    batchnorm_inputs: bool = False
    norm_last: bool = False


@dataclass(frozen=True)
class Kill:
    """A run that is killed halfway through epoch ``at``.

    It continues from the checkpoint after epoch ``checkpoint``.
    """

    checkpoint: int
    at: int


@dataclass(frozen=True)
class Scenario:
    """One run.

    ``leak`` is the share of validation rows that are training rows, ``label_noise`` that of wrong
    labels.

    ``train_rows`` and ``val_rows`` are the sizes of a teacher task, and upper limits for a real
    set.
    """

    name: str
    wrong: str
    data: str
    epochs: int
    lr: float
    network: Network = Network()
    optimizer: str = "adam"
    weight_decay: float = 0.0
    batch: int = 32
    schedule: str = "constant"
    train_rows: int = 600
    val_rows: int = 400
    label_noise: float = 0.0
    leak: float = 0.0
    zero_grad: bool = True
    patience: int | None = None
    min_delta: float = 0.0
    kill: Kill | None = None
    frameworks: tuple[str, ...] = FRAMEWORKS

    @property
    def needs_file(self) -> bool:
        """Say whether the data come out of a file of the user's."""
        return self.data == "red-wine"


_HEALTHY = Scenario(
    "healthy",
    "Nothing: the loss falls to a level and the validation loss follows it.",
    "teacher-classes",
    epochs=32,
    lr=0.0006,
    network=Network((32, 32)),
    train_rows=3000,
    val_rows=1000,
    batch=256,
)
_SMALL = Network((32, 32))


def _schedule(kind: str, sentence: str, *, lr: float = 0.004, epochs: int = 40) -> Scenario:
    """Return a healthy run under a learning-rate schedule.

    Where the rate falls to nothing, the loss ends flat.
    """
    return Scenario(
        f"schedule-{kind.replace('_', '-')}",
        f"Nothing: {sentence}",
        "teacher-regression",
        epochs=epochs,
        lr=lr,
        network=_SMALL,
        schedule=kind,
        train_rows=3000,
        val_rows=1000,
        batch=128,
    )


_TABLE = (
    _HEALTHY,
    Scenario(
        "overfitting",
        "A network with room to learn every row by heart is trained far past its best epoch.",
        "teacher-classes",
        epochs=80,
        lr=0.002,
        network=Network((128, 128)),
        train_rows=400,
        val_rows=400,
    ),
    Scenario(
        "underfitting",
        "A linear model meets a task that is not linear: both losses stay high, with no gap.",
        "teacher-regression",
        epochs=40,
        lr=0.005,
        network=Network(()),
        train_rows=2000,
        val_rows=800,
        batch=128,
    ),
    Scenario(
        "lr-too-high",
        "The learning rate is so high that the loss stays above what a tenth of it reaches.",
        "teacher-regression",
        epochs=60,
        lr=0.3,
        network=Network((32, 32), activation="tanh"),
        train_rows=2000,
        val_rows=600,
        batch=128,
    ),
    Scenario(
        "lr-too-low",
        "The learning rate is so low that the run ends long before it has learnt what it could.",
        "teacher-classes",
        epochs=60,
        lr=0.00005,
        network=_SMALL,
        train_rows=2000,
        val_rows=800,
        batch=128,
    ),
    Scenario(
        "diverging",
        "Steps are too long for the loss: it grows without limit until it is no number any more.",
        "diabetes",
        epochs=60,
        lr=0.05,
        network=_SMALL,
        optimizer="momentum",
        schedule="growing",
        batch=32,
    ),
    Scenario(
        "plateau",
        "The rate is too high for the network to start at all, until a drop of the rate frees it.",
        "digits",
        epochs=60,
        lr=0.3,
        network=Network((32,) * 5, activation="tanh"),
        schedule="late_drop",
    ),
    Scenario(
        "oscillating",
        "Every step jumps over the valley: the loss goes up and down and gains nothing.",
        "teacher-regression",
        epochs=80,
        lr=0.2,
        network=_SMALL,
        optimizer="momentum",
        train_rows=2000,
        val_rows=600,
        batch=64,
    ),
    Scenario(
        "small-validation-set",
        "Twenty validation rows: the validation loss says little, whatever it does.",
        "teacher-classes",
        epochs=32,
        lr=0.0006,
        network=_SMALL,
        train_rows=3000,
        val_rows=20,
        batch=256,
    ),
    Scenario(
        "label-noise",
        "Four labels in ten are wrong, and the network learns the wrong ones by heart too.",
        "digits",
        epochs=60,
        lr=0.001,
        network=Network((128, 128)),
        label_noise=0.4,
    ),
    Scenario(
        "leakage",
        "Nine validation rows in ten are training rows: the validation loss hides the overfitting.",
        "teacher-classes",
        epochs=80,
        lr=0.002,
        network=Network((128, 128)),
        train_rows=400,
        val_rows=300,
        leak=0.9,
    ),
    Scenario(
        "dead-relu",
        "A rate that is far too high in the first steps leaves most ReLU units at zero for good.",
        "digits",
        epochs=40,
        lr=0.3,
        network=Network((64, 64, 64)),
        optimizer="adam",
    ),
    Scenario(
        "vanishing-gradient",
        "Ten sigmoid layers: the gradient is gone before it reaches the first ones.",
        "digits",
        epochs=40,
        lr=0.05,
        network=Network((32,) * 10, activation="sigmoid"),
        optimizer="sgd",
    ),
    Scenario(
        "early-stopped",
        "Nothing: the run stops itself twelve epochs after its lowest validation loss.",
        "teacher-classes",
        epochs=200,
        lr=0.001,
        network=Network((64, 64)),
        train_rows=800,
        val_rows=600,
        patience=12,
    ),
    Scenario(
        "dropout-batchnorm",
        "Nothing: dropout and batch normalisation hold the logged train loss above validation.",
        "teacher-classes",
        epochs=40,
        lr=0.0005,
        network=Network((64, 64), dropout=0.5, batchnorm=True),
        train_rows=2000,
        val_rows=800,
    ),
    Scenario(
        "no-zero-grad",
        "The gradient is never set back to zero: every step repeats all that went before it.",
        "teacher-regression",
        epochs=60,
        lr=0.002,
        network=_SMALL,
        optimizer="sgd",
        zero_grad=False,
        train_rows=1000,
        val_rows=500,
        frameworks=("torch",),
    ),
    replace(
        _HEALTHY,
        name="resumed",
        kill=Kill(checkpoint=16, at=20),
        frameworks=("torch",),
        wrong="Nothing but a restart: the run was killed and went on from an older checkpoint.",
    ),
    _schedule("constant", "the rate stays as it is.", lr=0.002, epochs=25),
    _schedule("step", "the rate drops to a tenth at a half and at three quarters of the run."),
    _schedule("exponential", "the rate falls by the same share at every step, to a hundredth."),
    _schedule("cosine", "the rate falls along half a cosine, to zero."),
    _schedule(
        "warmup_cosine",
        "the rate rises over the first tenth of the run, then falls along half a cosine.",
    ),
    _schedule(
        "one_cycle", "the rate rises to its peak at 30 % of the run, then falls to almost nothing."
    ),
    _schedule(
        "reduce_on_plateau",
        "the rate falls to a fifth where the validation loss rests.",
        lr=0.01,
        epochs=60,
    ),
    Scenario(
        "red-wine",
        "The model of a well-known course on the quality of red wine, as the course trains it.",
        "red-wine",
        epochs=500,
        lr=0.001,
        network=Network((512, 512, 512)),
        batch=256,
        patience=20,
        min_delta=0.001,
        frameworks=("keras",),
    ),
)
SCENARIOS = {scenario.name: scenario for scenario in _TABLE}
