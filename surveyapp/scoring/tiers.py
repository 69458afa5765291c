"""Weighted means over arrays of draws, in whole numbers.

Weights are parts of 1/65,535 of their sum; points are parts of a grid of at most 2^15, means parts of one
512 times finer. So the sums of weighted points stay below 2^32 and those of weighted means below 2^53,
where they are exact, in whichever order and with whatever instructions a machine adds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveyapp.scoring.streams import Array

WEIGHT_SUM = 2**16 - 1
MOST_POINTS = 2**15
FINER = 2**9  # how many parts of a mean are one part of points

Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]
Points = NDArray[np.uint16]
Weights = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Item:
    """What enters a mean: its row among the numbers below, and its drawn weights."""

    row: int
    weight: Weights


@dataclass(frozen=True, slots=True, eq=False)
class Tier:
    """One step of means: of questions to a dimension, of those to an objective, of these to the whole.

    Groups with more items stand before those with fewer, and the first items of all groups before the
    second ones, so that the n-th items of all groups are weighed and added at once.
    """

    keys: tuple[object, ...]  # of the groups
    rows: Rows  # of the items among the numbers below
    groups: Rows  # which group each item belongs to
    layers: tuple[slice, ...]  # the n-th items of all groups
    weights: Weights  # items by draws
    sums: NDArray[np.uint32]  # of all weights of a group; groups by draws
    scales: Array  # 1 by the sums

    def are_counted(self, are_counted_below: Flags) -> Flags:
        """The groups of which some item is counted."""
        return np.bincount(self.groups[are_counted_below[self.rows]], minlength=len(self.keys)) > 0

    def means(self, below: Points | Array, are_counted_below: Flags, at: slice) -> Array:
        """The weighted mean of each group in these draws over what is counted below; 0 where nothing is.

        Numbers below are points, or means of the tier before; what is not counted has the number 0.
        """
        numbers, weights = below[self.rows], self.weights[:, at]
        kind = np.uint32 if numbers.dtype == np.uint16 else np.float64
        if len(self.keys) == 1:  # as many layers as items
            sums = np.multiply(numbers, weights, dtype=kind).sum(axis=0, dtype=kind, keepdims=True)
        else:
            products: Any = numbers.astype(kind)
            products *= weights
            sums = np.zeros((len(self.keys), numbers.shape[1]), kind)
            for layer in self.layers:
                sums[: layer.stop - layer.start] += products[layer]
        means: Array = sums * self._scales(are_counted_below[self.rows], at)
        if kind == np.uint32:
            means *= FINER
        return np.rint(means, out=means)

    def _scales(self, is_counted: Flags, at: slice) -> Array:
        """1 by the weights of what is counted in each group; 1 where nothing is."""
        if is_counted.all():
            return self.scales[:, at]
        totals = self.sums[:, at].copy()
        for item in np.flatnonzero(~is_counted):
            totals[self.groups[item]] -= self.weights[item, at]
        return 1 / np.maximum(totals, 1)


def make_tier(groups: Iterable[tuple[object, Sequence[Item]]], draws: int) -> Tier:
    """The tier of these groups, given as key and items."""
    ordered = sorted(groups, key=lambda group: -len(group[1]))
    depth = len(ordered[0][1]) if ordered else 0
    numbered = list(enumerate(ordered))
    layers = [[(place, items[n]) for place, (_, items) in numbered if len(items) > n] for n in range(depth)]
    items = [found for layer in layers for found in layer]
    ends = np.cumsum([0, *map(len, layers)]).tolist()
    sums = np.zeros((len(ordered), draws), np.uint32)
    for place, item in items:
        sums[place] += item.weight
    return Tier(
        keys=tuple(key for key, _ in ordered),
        rows=np.array([item.row for _, item in items], dtype=np.intp),
        groups=np.array([place for place, _ in items], dtype=np.intp),
        layers=tuple(map(slice, ends[:-1], ends[1:])),
        weights=np.array([item.weight for _, item in items], np.uint16).reshape(-1, draws),
        sums=sums,
        scales=1 / np.maximum(sums, 1),  # a group without items has the mean 0
    )
