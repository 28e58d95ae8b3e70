"""Reads the fields of a parameter set bit by bit, with the codes of ITU-T H.264 clause 9.1."""


class Bits:
    """Bits of ``data``, most significant first. Reading past the end raises ``ValueError``."""

    __slots__ = ("_left", "_value")

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def u(self, count: int) -> int:
        """An unsigned number of ``count`` bits."""
        if count > self._left:
            raise ValueError("parameter set is cut off")
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def flag(self) -> bool:
        """One bit."""
        return self.u(1) == 1

    def skip(self, count: int) -> None:
        """Pass over ``count`` bits."""
        self.u(count)

    def ue(self) -> int:
        """An unsigned Exp-Golomb number."""
        zeros = 0
        while not self.u(1):
            zeros += 1
            if zeros > 32:
                raise ValueError("parameter set is damaged")
        return (1 << zeros) - 1 + self.u(zeros)

    def se(self) -> int:
        """A signed Exp-Golomb number."""
        value = self.ue()
        return (value + 1) // 2 if value % 2 else -(value // 2)
