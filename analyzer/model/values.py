"""Numbers with names and units: the base of what a finding or a fact holds."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from typing import Any


class Values(Mapping[str, Any]):
    """A frozen dataclass that reads like a mapping, so sentences and JSON take it as it is.

    A subclass declares every number once, with its unit in a comment, as
    ``@dataclass(frozen=True, eq=False)``; it then equals any mapping with the same items.
    """

    def __getitem__(self, key: str) -> Any:
        return vars(self)[key]

    def __iter__(self) -> Iterator[str]:
        return iter(vars(self))

    def __len__(self) -> int:
        return len(vars(self))

    def items(self) -> ItemsView[str, Any]:
        """Return the names with their values, without a look-up for each."""
        return vars(self).items()

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers in the order in which they are declared."""
        return dict(vars(self))
