"""Read names in other languages as English: ``pérdida (validación)`` is ``loss_val``.

The words of each language are data, in ``words.toml`` beside this file.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")

REMEMBERED = 1 << 17  # names whose meaning a process remembers: some 50 MB
_LONGEST_NAME = 200  # characters; nobody writes words into a longer one
_APOSTROPHES = "'’"
_HAN = re.compile("[\u3400-\u9fff]{3,}")  # Chinese and Japanese have no blanks between words
_HAN_WORD = re.compile("[\u3400-\u9fff]{2,}")
_RIVALS = {"accuracy", "accuracies", "acc", "recall"}  # beside these, a precision is a precision


class Context(NamedTuple):
    """What the names of one log say together.

    ``languages`` are those that the log has words of; ``has_accuracy`` says whether another name
    is an accuracy, or a recall, so that a "precisión" is the precision.
    """

    languages: frozenset[str] = frozenset()
    has_accuracy: bool = False


NO_CONTEXT = Context()


class _Token(NamedTuple):
    """One word of a name, folded; ``gap`` is what stands before it."""

    word: str
    shown: str
    gap: str
    has_accent: bool


class _Piece(NamedTuple):
    """A part of a name in English: a phrase that was translated, or a word that was kept."""

    text: str
    gap: str
    languages: frozenset[str]


Phrase = tuple[str, ...]


@dataclass(frozen=True)
class _Meaning:
    """The English of a phrase, and the languages in which it means that."""

    english: str
    languages: frozenset[str]


@dataclass
class _Dictionary:
    """All phrases, folded."""

    always: dict[Phrase, _Meaning] = field(default_factory=dict)
    in_context: dict[Phrase, _Meaning] = field(default_factory=dict)
    alone: dict[Phrase, _Meaning] = field(default_factory=dict)
    accuracy: dict[Phrase, _Meaning] = field(default_factory=dict)
    fillers: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)  # that occur in any phrase
    longest: int = 1
    han: re.Pattern[str] | None = None  # finds words in what has no blanks

    def parts_of(self, word: str) -> list[str]:
        """Return the parts of a compound such as "标签损失", others whole."""
        if self.han is None or word in self.words or not _HAN.fullmatch(word):
            return [word]
        return [part for part in self.han.split(word) if part]


def fold(text: str) -> str:
    """Return a text without accents, however they are encoded; the case stays."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


@lru_cache(maxsize=REMEMBERED)
def lower_words(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case, in their order."""
    return tuple(map(str.lower, WORD.findall(name)))


def english(name: str, context: Context = NO_CONTEXT) -> str:
    """Return a name with the words of other languages in English.

    A name without such words is returned unchanged. Fillers ("de") are dropped; what is not known
    stays; parts stay joined by "/" where they were, else by "_".
    """
    return _english(name, context)


@lru_cache(maxsize=REMEMBERED)  # below a function that fills in the default: one key for each name
def _english(name: str, context: Context) -> str:
    if len(name) > _LONGEST_NAME:
        return name
    book = _dictionary()
    if not _has_words_of(book, name):
        return name
    tokens = _tokens(name, book)
    words = [token for token in tokens if token.word not in book.fillers]
    whole = book.alone.get(tuple(token.word for token in words or tokens))
    own = context.languages.union(*(piece.languages for piece in _pieces(words, context)))
    pieces = _pieces(words, context._replace(languages=own))
    if any(piece.languages for piece in pieces):
        return _joined(pieces, tokens)
    return whole.english if whole else name


def context_of(names: Iterable[str]) -> Context:
    """Return the context that the names of one log give each other."""
    names = list(names)
    languages: frozenset[str] = frozenset()
    for name in names:
        languages = languages.union(_languages_of(name))
    if not languages:
        return NO_CONTEXT
    context = Context(languages, has_accuracy=True)
    has_accuracy = False
    for name in names:
        words = WORD.findall(fold(english(name, context)))
        has_accuracy = has_accuracy or not _RIVALS.isdisjoint(map(str.casefold, words))
    return Context(languages, has_accuracy)


@lru_cache(maxsize=REMEMBERED)
def _languages_of(name: str) -> frozenset[str]:
    """Return the languages that a name certainly has words of."""
    book = _dictionary()
    if len(name) > _LONGEST_NAME or not _has_words_of(book, name):
        return frozenset()
    tokens = _tokens(name, book)
    words = [token for token in tokens if token.word not in book.fillers]
    return frozenset().union(*(piece.languages for piece in _pieces(words, NO_CONTEXT)))


def _pieces(tokens: list[_Token], context: Context) -> list[_Piece]:
    """Translate the longest phrases first, from the left; keep the words between them."""
    book = _dictionary()
    pieces = []
    at = 0
    while at < len(tokens):
        for length in range(min(book.longest, len(tokens) - at), 0, -1):
            part = tokens[at : at + length]
            meaning = _meaning(part, context)
            if meaning is not None:
                pieces.append(_Piece(meaning.english, part[0].gap, meaning.languages))
                at += length
                break
        else:
            pieces.append(_Piece(tokens[at].shown, tokens[at].gap, frozenset()))
            at += 1
    return pieces


def _meaning(tokens: list[_Token], context: Context) -> _Meaning | None:
    """Return what a phrase means in a context, None if it is not known there."""
    book = _dictionary()
    phrase = tuple(token.word for token in tokens)
    if phrase in book.always:
        return book.always[phrase]
    has_accent = any(token.has_accent for token in tokens)
    for words in (book.accuracy, book.in_context):
        meaning = words.get(phrase)
        if meaning is None or not (has_accent or meaning.languages & context.languages):
            continue
        if words is book.accuracy and context.has_accuracy:
            return _Meaning("precision", meaning.languages)
        return meaning
    return None


def _joined(pieces: list[_Piece], tokens: list[_Token]) -> str:
    """Join pieces by "/" where the name had one between them, else by "_"."""
    name = pieces[0].text
    for piece in pieces[1:]:
        name += ("/" if "/" in piece.gap else "_") + piece.text
    lead = "_" if tokens[0].gap.endswith("_") else ""
    return lead + name.replace(" ", "_")


def _has_words_of(book: _Dictionary, name: str) -> bool:
    """Say whether any word of a name occurs in a phrase; for most names none does."""
    if name.isascii() and "'" not in name:
        return not book.words.isdisjoint(lower_words(name))
    return not book.words.isdisjoint(token.word for token in _tokens(name, book))


def _without_accents(name: str) -> tuple[str, list[bool]]:
    """Return a name without accents, and which of its letters had one."""
    if name.isascii():
        return name, []
    letters = []
    accented = []
    for letter in unicodedata.normalize("NFC", name):
        plain = fold(letter)
        letters.append(plain)
        accented += [plain != letter] * len(plain)
    return "".join(letters), accented


def _tokens(name: str, book: _Dictionary | None = None) -> list[_Token]:
    """Return the words of a name, folded, each with what stands before it."""
    text, accented = _without_accents(name)
    tokens = []
    end = 0
    for match in WORD.finditer(text):
        word = match[0].casefold()
        if text[match.end() : match.end() + 1] in _APOSTROPHES and match.end() < len(text):
            word += "'"
        has_accent = any(accented[match.start() : match.end()])
        gap = text[end : match.start()]
        parts = book.parts_of(word) if book else [word]
        shown = parts if len(parts) > 1 else [match[0]]
        tokens += [_Token(*part, gap, has_accent) for part in zip(parts, shown, strict=True)]
        end = match.end()
    return tokens


@cache
def _dictionary() -> _Dictionary:
    """Read the words of all languages."""
    text = Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
    book = _Dictionary()
    for language, tables in tomllib.loads(text).items():
        book.fillers.update(map(_folded, tables.get("fillers", ())))
        _add(book, book.accuracy, {"accuracy": tables.get("accuracy", ())}, language)
        for name in ("always", "in_context", "alone"):
            _add(book, getattr(book, name), tables.get(name, {}), language)
    words = sorted(filter(_HAN_WORD.fullmatch, book.words | book.fillers), key=len, reverse=True)
    book.han = re.compile(f"({'|'.join(words)})")
    return book


def _folded(text: str) -> str:
    return fold(text).casefold()


def _add(
    book: _Dictionary,
    meanings: dict[Phrase, _Meaning],
    table: Mapping[str, Iterable[str]],
    language: str,
) -> None:
    """Add the phrases of one language to a dictionary."""
    for meant, phrases in table.items():
        for text in phrases:
            phrase = tuple(token.word for token in _tokens(text))
            known = meanings.get(phrase, _Meaning(meant, frozenset()))
            meanings[phrase] = _Meaning(known.english, known.languages | {language})
            book.words.update(phrase)
            book.longest = max(book.longest, len(phrase))
