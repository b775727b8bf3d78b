"""The scenarios: what is trained, on which data, and what is wrong with it. Does not need torch."""

from __future__ import annotations

from dataclasses import dataclass, replace

FRAMEWORKS = ("torch", "keras")
OPTIMIZERS = ("adam", "sgd", "momentum")
_MOMENTUM = 0.9  # of the optimizer "momentum"; the usual value


@dataclass(frozen=True)
class Network:
    """A stack of dense layers; the last two fields reproduce the red-wine course (Keras only)."""

    hidden: tuple[int, ...] = (64, 64)
    activation: str = "relu"
    dropout: float = 0.0
    batchnorm: bool = False
    batchnorm_inputs: bool = False
    norm_last: bool = False


@dataclass(frozen=True)
class Kill:
    """A kill halfway through epoch ``at``, and a restart from the end of epoch ``checkpoint``."""

    checkpoint: int
    at: int


@dataclass(frozen=True)
class Scenario:
    """One run; ``wrong`` describes in one sentence what is wrong with it.

    ``leak`` is the share of validation rows that are training rows, ``label_noise`` the share of
    wrong labels, ``majority`` the share of validation rows of one class, if that is skewed.
    ``train_rows`` and ``val_rows`` are the sizes of a teacher task, and upper limits
    for a real data set.
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
    majority: float = 0.0
    zero_grad: bool = True
    patience: int | None = None
    min_delta: float = 0.0
    kill: Kill | None = None
    frameworks: tuple[str, ...] = FRAMEWORKS

    @property
    def needs_file(self) -> bool:
        """Return whether the user must provide the data as a file."""
        return self.data == "red-wine"

    @property
    def momentum(self) -> float:
        """Return the momentum of the optimizer."""
        return _MOMENTUM if self.optimizer == "momentum" else 0.0


_HEALTHY = Scenario(
    "healthy",
    "Nothing: both losses fall and level off together.",
    "teacher-classes",
    epochs=32,
    lr=0.0006,
    network=Network((32, 32)),
    train_rows=3000,
    val_rows=1000,
    batch=256,
)
_SMALL = Network((32, 32))


def _schedule(kind: str, description: str, *, lr: float = 0.004, epochs: int = 40) -> Scenario:
    """Return a healthy run with a learning-rate schedule; ends flat if the rate reaches 0."""
    return Scenario(
        f"schedule-{kind.replace('_', '-')}",
        f"Nothing: {description}",
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
        "A network large enough to memorise every row is trained far past its best epoch.",
        "teacher-classes",
        epochs=80,
        lr=0.002,
        network=Network((128, 128)),
        train_rows=400,
        val_rows=400,
    ),
    Scenario(
        "underfitting",
        "A linear model is trained on a nonlinear task: both losses stay high, without a gap.",
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
        "The learning rate is too high: at a tenth of it the loss falls much lower.",
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
        "The learning rate is so low that the run ends long before the loss levels off.",
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
        "The learning rate grows until the loss explodes and becomes NaN.",
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
        "The learning rate is too high for any progress until it drops halfway through the run.",
        "digits",
        epochs=60,
        lr=0.3,
        network=Network((32,) * 5, activation="tanh"),
        schedule="late_drop",
    ),
    Scenario(
        "oscillating",
        "Every step overshoots the minimum: the loss goes up and down and does not improve.",
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
        "Only twenty validation rows: the validation loss is mostly noise.",
        "teacher-classes",
        epochs=32,
        lr=0.0006,
        network=_SMALL,
        train_rows=3000,
        val_rows=20,
        batch=256,
    ),
    Scenario(
        "imbalanced-validation",
        "Nine in ten validation rows are of one class: the accuracy says little of the others.",
        "teacher-classes",
        epochs=32,
        lr=0.0006,
        network=_SMALL,
        train_rows=3000,
        val_rows=2000,
        batch=256,
        majority=0.9,
    ),
    Scenario(
        "label-noise",
        "Four labels in ten are wrong, and the network memorises the wrong ones too.",
        "digits",
        epochs=60,
        lr=0.001,
        network=Network((128, 128)),
        label_noise=0.4,
    ),
    Scenario(
        "leakage",
        "Nine in ten validation rows are training rows: the validation loss hides overfitting.",
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
        "A learning rate far too high in the first steps leaves most ReLU units dead for good.",
        "digits",
        epochs=40,
        lr=0.3,
        network=Network((64, 64, 64)),
        optimizer="adam",
    ),
    Scenario(
        "vanishing-gradient",
        "Ten sigmoid layers: the gradient vanishes before it reaches the first ones.",
        "digits",
        epochs=40,
        lr=0.05,
        network=Network((32,) * 10, activation="sigmoid"),
        optimizer="sgd",
    ),
    Scenario(
        "early-stopped",
        "Nothing: early stopping ends the run twelve epochs after its lowest validation loss.",
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
        "Nothing: dropout and batch normalisation keep the logged train loss above validation.",
        "teacher-classes",
        epochs=40,
        lr=0.0005,
        network=Network((64, 64), dropout=0.5, batchnorm=True),
        train_rows=2000,
        val_rows=800,
    ),
    Scenario(
        "no-zero-grad",
        "The gradient is never reset to zero: every step repeats all the steps before it.",
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
        wrong="Nothing but a restart: the run was killed and resumed from an older checkpoint.",
    ),
    _schedule("constant", "the learning rate stays constant.", lr=0.002, epochs=25),
    _schedule(
        "step",
        "the learning rate drops to a tenth after half and again after three quarters of the run.",
    ),
    _schedule("exponential", "the learning rate decays exponentially to a hundredth."),
    _schedule("cosine", "the learning rate follows half a cosine down to zero."),
    _schedule(
        "warmup_cosine",
        "the learning rate warms up over the first tenth of the run, then follows half a cosine.",
    ),
    _schedule(
        "one_cycle",
        "the learning rate peaks at 30 % of the run, then falls to almost zero.",
    ),
    _schedule(
        "reduce_on_plateau",
        "the learning rate falls to a fifth when the validation loss stops falling.",
        lr=0.01,
        epochs=60,
    ),
    Scenario(
        "red-wine",
        "The red-wine quality model of a well-known course, trained as in the course.",
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
