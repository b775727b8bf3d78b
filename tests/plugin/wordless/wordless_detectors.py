"""Three detectors of a third party that bring no words and know none of the house rules."""

from analyzer import synthetic
from analyzer.detectors._base import Detector
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import Finding


class Always(Detector):
    level = 3

    def detect(self, run):
        yield Finding("any name", "warning", "loss", "train", None, {"level": 3.25, "kind": "odd"})

    @classmethod
    def example(cls, seed):
        return synthetic.healthy(seed).run


class Never(Always):
    def detect(self, run):
        return []


class OwnReason(Always):
    def detect(self, run):
        raise NotApplicable("too_odd", metric="loss", parity=1)
