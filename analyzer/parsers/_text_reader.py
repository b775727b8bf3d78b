"""Walk over the pieces of a line of console output: names, signs, numbers, marks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from analyzer import metrics
from analyzer.parsers import _text_behind as behind
from analyzer.parsers import _text_counts as counts
from analyzer.parsers import _text_names as names
from analyzer.parsers._text_labels import Labels, grouped_apart
from analyzer.parsers._text_places import (
    named_apart,
    opened,
    split_by_place,
    split_pair,
    with_bar_axis,
    with_bare_splits,
    with_plural_axis,
)
from analyzer.parsers._text_plan import COUNT, EPOCH, ROUND, STEP, TOTAL, VALUE, Field, Path, Span
from analyzer.parsers._text_things import counted_at, with_split_first
from analyzer.parsers._text_tokens import Token, pair_at_start, tokens_of

_WHOLE = re.compile(r"\d{1,15}(?:\.0*)?")
_ROUND_MARKS = (":", "|", ",")
_BEFORE_ROUND = ("gap", "clock", "paren")  # a time and a level, as in "[INFO] 5, train_loss=0.5"


@dataclass
class Reader:
    """Walks over the pieces of a line; ``words`` are those since the last mark or number."""

    text: str
    tokens: list[Token] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    fixed: list[Span] = field(default_factory=list)
    words: list[Token] = field(default_factory=list)
    sign: bool = False
    is_apart: bool = False  # a gap since the last word
    header: str = ""  # the split of what follows
    metric: str = ""  # the metric of what follows: "Loss - train: 0.5, val: 0.6"
    whole: dict[Span, str] = field(default_factory=dict)  # all words before a number
    labels: Labels = field(default_factory=Labels)  # "student" behind "student:"
    open: list[Field] = field(default_factory=list)  # "eps 0.9": a metric if the line has others
    shares: set[Span] = field(default_factory=set)  # numbers in percent

    def read(self) -> None:
        """Read all pieces of the line."""
        self.tokens = tokens_of(counts.with_signs(self.text))
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.kind == "number":
                at = self._number(at)
            elif token.kind in ("word", "paren"):
                self._word(token)
                at += 1
            else:
                self._mark(at)
                at += 1
        self.close()

    def _word(self, token: Token) -> None:
        if token.kind == "paren" and (self.sign or not self.words):
            self.close()
            self.header = self.labels.box(token.text[1:-1]) or self.header
            return
        if self.sign or self.is_apart:
            self.close()
        if not self.words and token.text.lower() in names.PLAIN_LEVELS:
            return
        match = names.numbered_axis(token.text)
        if match:
            span = Span(token.start + match.start(2), token.end)
            role, rank = names.axis_of((match[1],))
            self._axis(role, match[1], span, rank)
            return
        self.words.append(token)

    def _mark(self, at: int) -> None:
        """Take a mark: a sign joins a name to its number, most others end the name."""
        token = self.tokens[at]
        if token.kind == "gap":
            self.is_apart = bool(self.words)
        elif token.text in ":=" and self.words:
            self.sign = True
        elif token.text in "[(#" and self.words:
            is_axis = self._axis_here()[0] != ""
            is_split = names.split_of(self._names()) != "" and len(self.words) == 1
            is_boxed = counts.is_boxed_value(self.tokens, at, self._names())
            if not is_axis and (is_split or not self.sign) and not is_boxed:
                self.close()
        elif token.text == "*" and not self.fields and not self.words:
            self.header = self.header or "test"  # the mean of an evaluation in PyTorch's examples
        elif token.text in "\"'*`<>~@$":
            return
        else:
            self.labels.separate(token.text, self.words)
            self.close()

    def close(self) -> None:
        """End a name that has no number: it may say the split or the metric of what follows."""
        if self.words:
            said = self._names()
            self.header = names.split_of(said) or self.header
            self.labels.head(self.words, has_sign=self.sign)
            name = names.metric_name(said, False)
            self.metric = name if name and names.is_known(name) else self.metric
        self.words, self.sign, self.is_apart = [], False, False

    def _names(self) -> tuple[str, ...]:
        return tuple(word.text for word in self.words)

    def _axis_here(self) -> tuple[str, int]:
        """Return the role and rank of the axis that the words name, "" for none."""
        return names.axis_of(tuple(word.text for word in self.words if word.kind == "word"))

    def _next(self, at: int) -> str:
        """Return the text of the piece at a place, "" behind the end."""
        return self.tokens[at].text if at < len(self.tokens) else ""

    def _is_number(self, at: int) -> bool:
        return at < len(self.tokens) and self.tokens[at].kind == "number"

    def _number(self, at: int) -> int:
        """Take a number; return the place of the next piece."""
        pair = pair_at_start(self.tokens, at)
        if pair is not None:
            self.fields += counts.of_pair(pair)
            return pair.behind
        end = self._counted_things(at)
        if end is not None:
            return end
        token = self.tokens[at]
        if self._inside_name(at):
            return at + 1
        span = Span(token.start, token.end)
        if not self.words and counts.counts_epochs(token):
            self._axis(EPOCH, token.unit, span, 0)
            return at + 1
        over = None
        following = at + 1
        place = counts.denominator(self.tokens, following)
        if place is not None and not token.unit:
            second = self.tokens[place]
            over, following = Span(second.start, second.end), place + 1
            if second.unit and second.unit != "%":
                self.words, self.sign = [], False
                return following
        if token.unit == "%" and self._is_bar(token, following):
            self._bar_title()
        elif not self.words:
            self._nameless(at, span, over)
        else:
            return self._named(token, span, over, following)
        self.words, self.sign, self.is_apart = [], False, False
        return following

    def _named(self, token: Token, span: Span, over: Span | None, following: int) -> int:
        """Take a number behind a name, of an axis or a metric; return the next piece's place."""
        self.words = with_split_first(self.words)
        said = self._names()
        if over is not None and counts.counts_in_split(said, self.tokens, following):
            self.header = names.split_of(said)
            self.fields = counts.with_count(self.fields, span, over, self.text)
        elif not self._named_axis(token, span, over):
            following = self._value(token, span, over, following)
        elif self._waits(following):
            return following + 1
        self.words, self.sign, self.is_apart = [], False, False
        return following

    def _inside_name(self, at: int) -> bool:
        """Take a number that goes on with a name, or is the step between it and its value."""
        if self.sign or not self.words:
            return False
        token = self.tokens[at]
        kind = behind.number_in_name(self.tokens, at, self.words, self.fields)
        if kind == behind.LABEL:
            self.words.append(token)
        elif kind:
            span = Span(token.start, token.end)
            self._axis(STEP, "iteration", span, len(names.STEP_WORDS), (kind,))
        return kind != ""

    def _counted_things(self, at: int) -> int | None:
        """Pass over "of 10 runs" before ": 0.83", whose name is what stands before "of".

        Return the place behind it, None if the number counts no things.
        """
        counted = None if self.sign else counted_at(self.tokens, at, self.words)
        if counted is None:
            return None
        name = names.metric_name(tuple(word.text for word in counted.words), False)
        same = (found.name == name and found.split == self.header for found in self.fields)
        if any(same):  # "accuracy with 1 shot: 0.5, accuracy with 5 shots: 0.7"
            return None
        if counted.axis:
            role, rank = names.axis_of((counted.axis,))
            self._axis(role, counted.axis, Span(self.tokens[at].start, self.tokens[at].end), rank)
        self.words = counted.words
        return counted.end

    def _is_bar(self, percent: Token, at: int) -> bool:
        """Say whether a bar follows a percentage: "45%|###", but not "acc: 45.2% | loss: 0.5"."""
        if self._next(at) != "|":
            return False
        return "." not in percent.text and self.tokens[at].start == percent.end + 1

    def _bar_title(self) -> None:
        """Take the title of a progress bar: the split of its numbers, or the axis it counts."""
        said = self._names()
        self.header = names.split_of(said) or self.header
        role, rank = names.bar_axis(said)
        if role:
            self.open.append(Field(role, said[-1], Span(0, 0), rank=rank))

    def _nameless(self, at: int, span: Span, over: Span | None) -> None:
        """Take a number without a name: "[10/200]" counts batches, "[3]" at the start rounds."""
        token = self.tokens[at]
        before = self.fields[-1] if self.fields else None
        split = self._split_at(at + 1)
        if (
            split
            and before is not None
            and before.role == VALUE
            and before.split not in ("", split)
        ):
            self.fields.append(before._replace(span=span, split=split, over=over))
            return
        if token.unit or not _WHOLE.fullmatch(token.text):
            return
        if over is not None:
            self.fields = counts.with_count(self.fields, span, over, self.text)
            return
        if self._is_round(at) and not any(found.role == STEP for found in self.fields):
            self.fields.append(Field(STEP, ROUND, span, rank=len(names.STEP_WORDS)))

    def _is_round(self, at: int) -> bool:
        """Say whether a number at the start of a line counts rounds: "[3]", "3:", "3 |"."""
        mark = self._next(at + 1)
        if mark == "[" and counts.heads_names(self.tokens, at):
            return True
        if at > 0 and self.tokens[at - 1].text == "[" and mark == "]":
            before = self.tokens[: at - 1]
            if before and before[-1].kind == "gap":
                before = before[:-1]
            words = [piece for piece in before if piece.kind in ("number", "word")]
            return not words or before[-1].text == "]"
        return mark in _ROUND_MARKS and all(
            piece.kind in _BEFORE_ROUND for piece in self.tokens[:at]
        )

    def _named_axis(self, token: Token, span: Span, over: Span | None) -> bool:
        """Take a number whose name is an axis; say whether it was."""
        role, rank = self._axis_here()
        if not role and over is None and counts.heads_batches(self._names(), self.text, token):
            role, rank = EPOCH, 0
        if not role and over is not None:  # "Epochs: 3/40", though "Epochs: 40" is a setting
            role, rank = names.bar_axis(self._names())
        if not role:
            return False
        if token.unit or not token.text[0].isdigit():
            return True
        head = names.split_of(self._names()) or self._split_in_brackets()
        self.header = head or self.header
        is_bar = over is not None and counts.is_drawn(self.text, over.end)
        if over and role == STEP and (is_bar or head in ("val", "test")):
            self.fields += [Field(COUNT, "", span), Field(TOTAL, "", over)]
            return True
        said = self._names()
        is_whole = names.axis_of(said[-1:])[0] != ""  # not so "Epoch number"
        self._axis(role, said[-1] if is_whole else " ".join(said[-2:]), span, rank)
        if over and role == STEP:
            self.fields.append(Field(TOTAL, "", over))
        return True

    def _waits(self, at: int) -> bool:
        """Say whether the number of the metric follows its axis: "Cost after epoch 3: 0.5"."""
        count = names.metric_before_axis(self._names())
        if not count or self._next(at) not in (":", "=") or not self._is_number(at + 1):
            return False
        self.words, self.sign, self.is_apart = self.words[:count], True, False
        return True

    def _split_in_brackets(self) -> str:
        """Return the split of MMEngine's "Epoch(val) [3][10/20]"."""
        return names.split_of([word.text for word in self.words if word.kind == "paren"])

    def _axis(self, role: str, name: str, span: Span, rank: int, path: Path = ()) -> None:
        """Add an axis unless the line has one of its kind that counts as much."""
        same = [found for found in self.fields if found.role == role]
        if same and same[0].rank <= rank:
            return
        self.fields = [found for found in self.fields if found.role != role]
        self.fields.append(Field(role, name, span, rank=rank, path=path))

    def _value(self, token: Token, span: Span, over: Span | None, following: int) -> int:
        """Take the number behind the name of a metric; return the place of the next piece."""
        name = names.metric_name(self._names(), self.sign)
        is_share = token.unit == "%"
        mean = behind.mean_at(self.tokens, following, token) if over is None else None
        if mean is not None:
            span, following = mean
        if (token.unit and not is_share) or counts.is_first_of_list(self.tokens, following, name):
            return following
        if self._next(following) in ("±", "+/-") or self._next(following).startswith("+"):
            following += 1
        pair = split_pair(" ".join(self._names()), span, over, self.header)
        if pair and (name or names.is_known(pair[0].name)):
            self.fields += pair
            return following
        if not name:
            self.open += opened(self._names(), token, self.header, has_sign=self.sign)
            return following
        if over is not None and metrics.kind(metrics.read(name).metric) != "score":
            over = None
        if is_share:
            self.shares.add(span)
        if names.split_of([name]) and len(name.split()) == 1 and self.metric:
            name = f"{name} {self.metric}"
        self.whole[span] = " ".join(self._names())
        self.labels.take(span)
        # "Train epoch 3 loss: 0.5 acc: 0.6 | val loss: 0.7 acc: 0.5"
        if self.header and (own := metrics.read(name).split):
            self.header = own
        self.fields.append(Field(VALUE, name, span, self.header or self._split_at(following), over))
        self.fixed += [
            Span(word.start, word.end) for word in self.words if any(map(str.isdigit, word.text))
        ]
        return following

    def _split_at(self, at: int) -> str:
        """Return the split in brackets at a place, as behind "loss 0.5 (train), 0.6 (val)"."""
        if at >= len(self.tokens) or self.tokens[at].kind != "paren":
            return ""
        return names.split_of(self.tokens[at].text[1:-1].split())

    def settled(self) -> list[Field]:
        """Return the fields of the line, with the split of each value settled by its place."""
        fields = with_plural_axis(with_bar_axis(self.fields, self.open), self.open)
        values = [found for found in fields if found.role == VALUE]
        is_placed = any(found.role in (EPOCH, STEP) for found in fields)
        is_known = any(names.is_known(found.name) for found in [*values, *self.open])
        if is_placed and (is_known or (not values and len(self.open) > 1)):
            fields += [found for found in self.open if found.role == VALUE]
        fields = grouped_apart(named_apart(fields, self.whole), self.labels.numbers)
        return split_by_place(with_bare_splits(fields, self.shares))
