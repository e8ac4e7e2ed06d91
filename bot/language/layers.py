"""What the layers of a BERT make of texts (Devlin et al. 2019), reckoned by numpy in room that is used again and again.

All that goes through them has a column for each word piece, one text after the other: numpy's BLAS is twice as fast with few columns as
with few rows. Of each step only what is needed is reckoned, and where it goes there is room already: to ask the system for a megabyte
anew in each step costs as much as some of the steps.
"""

from collections.abc import Sequence

import numpy as np

from bot.language.encoder_file import PART, Floats, Layer

Span = tuple[int, int]
"""The first column of a text, and the one after its last."""

SCORES = 1 << 18
"""Numbers of attention that are reckoned at a time, 1 MB: all heads of a text of 147 pieces."""

ROUNDED = 1 << 16
"""Numbers that go through `gelu` at a time, so that they stay in the fast memory of a core."""

_GELU = tuple(
    np.float32(number) for number in (1.1191444667614622e-6, -3.0582045940555836e-5, -1.2485662331350442e-4, 3.646878374532638e-2)
)
_GELU_LAST, _ONE, _HALF = np.float32(0.7978281374106241), np.float32(1.0), np.float32(0.5)


class Room:
    """Room for what goes through the layers, and the way through them. One thread at a time uses it.

    Args:
        size: numbers of each column.
        heads: see `encoder_file.Shape`.
        smallest: what is added to a variance, so that nothing is divided by 0.

    Attributes:
        columns: the most that ever went through.
    """

    def __init__(self, size: int, heads: int, smallest: float) -> None:
        self._size, self._heads, self._smallest = size, heads, smallest
        self._buffers: dict[str, Floats] = {}
        self.columns = 0
        self._part = np.empty(PART, np.float32)

    def through(self, layer: Layer, states: Floats, spans: Sequence[Span], firsts: Sequence[int] | None = None) -> Floats:
        """What one layer makes of texts.

        Args:
            states: (size, columns), as this or `normed` gave them.
            spans: the columns of each text.
            firsts: the columns that alone are needed, one of each text; None for all.

        Returns:
            A column for each of those, where the states were.
        """
        if firsts is None:
            attended = self._attended(layer, states, spans)
        else:
            attended, states = self._attended_by(firsts, layer, states, spans), np.ascontiguousarray(states[:, firsts])
        columns = states.shape[1]
        joined = self._sum(layer.joined.times(attended, self._part, self._of("joined", self._size, columns)), layer.joined_offset, states)
        self._norm(joined, layer.first_norm)
        inner = layer.inner.times(joined, self._part, self._of("wide", len(layer.inner_offset), columns))
        inner += layer.inner_offset[:, None]
        self.gelu(inner)
        outer = self._sum(layer.outer.times(inner, self._part, self._of("states", self._size, columns)), layer.outer_offset, joined)
        self._norm(outer, layer.last_norm)
        return outer

    def normed(self, states: Floats, weights: tuple[Floats, Floats]) -> Floats:
        """States with a row for each word piece, as columns, with mean and variance of each as the weights say."""
        self.columns = max(self.columns, len(states))
        columns = self._of("states", self._size, len(states))
        np.copyto(columns, states.T)
        self._norm(columns, weights)
        return columns

    def gelu(self, states: Floats) -> None:
        """x P(X <= x) for a normal X (Hendrycks and Gimpel 2016), in place: x (1 + tanh(x p(x^2))) / 2.

        Args:
            states: all in one piece of memory. With p of degree 4, fitted to the largest error, it is within 3.5e-6.
        """
        flat = states.reshape(-1)
        squares, tanh = self._of("squares", 1, ROUNDED)[0], self._of("tanh", 1, ROUNDED)[0]
        for start in range(0, len(flat), ROUNDED):
            x = flat[start : start + ROUNDED]
            square, part = squares[: len(x)], tanh[: len(x)]
            np.multiply(x, x, out=square)
            np.multiply(square, _GELU[0], out=part)
            for coefficient in _GELU[1:]:
                part += coefficient
                part *= square
            part += _GELU_LAST
            part *= x
            np.tanh(part, out=part)
            part += _ONE
            part *= _HALF
            x *= part

    def _attended(self, layer: Layer, states: Floats, spans: Sequence[Span]) -> Floats:
        """What each piece of a text takes from all pieces of it."""
        size, heads = self._size, self._heads
        width = size // heads
        mixed = layer.attention.times(states, self._part, self._of("wide", 3 * size, states.shape[1]))
        mixed += layer.attention_offset[:, None]
        mixed[:size] *= np.float32(width**-0.5)
        attended = self._of("attended", size, states.shape[1])
        for start, end in spans:
            asked, offered, said = mixed[:, start:end].reshape(3, heads, width, end - start)
            taken = attended[:, start:end].reshape(heads, width, end - start)
            at_once = max(1, SCORES // (end - start) ** 2)
            for head in range(0, heads, at_once):
                some = slice(head, head + at_once)
                taken[some] = self._taken(asked[some], offered[some], said[some])
        return attended

    def _attended_by(self, firsts: Sequence[int], layer: Layer, states: Floats, spans: Sequence[Span]) -> Floats:
        """What one piece of each text takes from all pieces of it."""
        size, heads = self._size, self._heads
        width = size // heads
        alone = np.ascontiguousarray(states[:, firsts])
        asking = layer.attention.times(alone, self._part, self._of("asking", size, len(firsts)))
        asking += layer.attention_offset[:size, None]
        asking *= np.float32(width**-0.5)
        mixed = layer.attention.times(states, self._part, self._of("wide", 2 * size, states.shape[1]), size)
        mixed += layer.attention_offset[size:, None]
        attended = self._of("attended", size, len(firsts))
        for number, (start, end) in enumerate(spans):
            offered, said = mixed[:, start:end].reshape(2, heads, width, end - start)
            asked = asking[:, number].reshape(heads, width, 1)
            attended[:, number] = self._taken(asked, offered, said).reshape(size)
        return attended

    def _taken(self, asked: Floats, offered: Floats, said: Floats) -> Floats:
        """What some heads take from a text.

        Args:
            asked: (heads, width, pieces that ask).
            offered, said: (heads, width, pieces).

        Returns:
            As `asked`.
        """
        heads, _, pieces = offered.shape
        asking = asked.shape[2]
        scores = self._of("scores", heads * pieces, asking).reshape(heads, pieces, asking)
        np.matmul(offered.transpose(0, 2, 1), asked, out=scores)
        scores -= scores.max(1, keepdims=True)
        np.exp(scores, out=scores)
        taken: Floats = said @ scores
        # A product with ones sums the rows faster than numpy's own sum.
        taken /= np.matmul(np.ones((1, pieces), np.float32), scores)
        return taken

    def _sum(self, product: Floats, offset: Floats, states: Floats) -> Floats:
        product += offset[:, None]
        product += states
        return product

    def _norm(self, states: Floats, weights: tuple[Floats, Floats]) -> None:
        """Give the states mean and variance of each column as the weights say."""
        states -= states.mean(0)
        states *= 1.0 / np.sqrt(np.einsum("ij,ij->j", states, states) / self._size + self._smallest)
        states *= weights[0][:, None]
        states += weights[1][:, None]

    def _of(self, name: str, rows: int, columns: int) -> Floats:
        """Room by a name, with whatever was left there."""
        buffer = self._buffers.get(name)
        if buffer is None or buffer.size < rows * columns:
            buffer = self._buffers[name] = np.empty(rows * columns, np.float32)
        return buffer[: rows * columns].reshape(rows, columns)
