"""Prices that raise the bound: the volume algorithm."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from jvopt.models.sparse import Floats
from jvopt.solve.large.relaxation import Chooser, Point, Relaxation


class Volume:
    r"""Subgradient steps along an average of the relaxation's points.

    .. math:: \pi \leftarrow \hat\pi + f\,\frac{\bar z - \hat z}{\lVert s \rVert^2}\,s, \qquad
        s = b - A\bar x, \qquad \bar x \leftarrow \alpha x + (1 - \alpha)\bar x

    from the best prices :math:`\hat\pi` so far, with :math:`\bar z` the target. F. Barahona and
    R. Anbil, The volume algorithm: producing primal solutions with a subgradient method,
    Mathematical Programming 87 (2000).

    Parameters
    ----------
    relaxation, price, choose
        Where to start; see `Relaxation.at`.
    factor
        The first f.

    Attributes
    ----------
    best : Point
        The point of the best bound.
    price : ndarray
        Its prices.
    mean : ndarray
        The average of the relaxation's points: near the optimum of the linear program.
    """

    _PATIENCE = 12
    """Steps without a better bound after which f shrinks."""
    _TIRED = 1e-5
    """The f at which nothing more is to be had."""

    def __init__(
        self,
        relaxation: Relaxation,
        price: Floats,
        *,
        choose: Chooser | None = None,
        factor: float = 0.5,
    ) -> None:
        self._relaxation, self._choose = relaxation, choose
        self.price = price
        self.best: Point = relaxation.at(price, choose)
        self.mean = self.best.x
        self._factor = factor
        self._alpha = 0.1
        self._waited = 0
        self._steps = 0
        self._mark = self.best.bound

    @property
    def tired(self) -> bool:
        """Whether further steps are no use."""
        return self._factor <= self._TIRED

    def climb(self, target: float, steps: int, go_on: Callable[[], bool]) -> None:
        """Take some steps towards a target that the bound may reach at most."""
        for _ in range(steps):
            if self.tired or self.best.bound >= target or not go_on():
                return
            self._step(target)

    def _step(self, target: float) -> None:
        lack, exact = self._lack(self.mean)
        length = float(lack @ lack)
        if length == 0.0:
            self._factor = 0.0
            return
        aim = target + 1e-4 * abs(target)
        move = self._factor * (aim - self.best.bound) / length
        price = self._relaxation.clipped(self.price + move * lack)
        point = self._relaxation.at(price, self._choose)
        # How far to move the average: as leaves least lacking in the exact rows.
        mine = np.where(exact, self._lack(point.x)[0], 0.0)
        along = mine - np.where(exact, lack, 0.0)
        share = float(-(lack * exact) @ along / max(along @ along, 1e-300))
        share = min(max(share, self._alpha / 10), self._alpha)
        self.mean = share * point.x + (1 - share) * self.mean
        if point.bound > self.best.bound:
            if mine @ lack > 0:
                self._factor = min(1.1 * self._factor, 2.0)
            self.best, self.price, self._waited = point, price, 0
        else:
            self._waited += 1
            if self._waited >= self._PATIENCE:
                self._factor, self._waited = 0.66 * self._factor, 0
        self._steps += 1
        if self._steps % 100 == 0:
            if self.best.bound - self._mark < 5e-4 * abs(self.best.bound):
                self._alpha = max(self._alpha / 2, 1e-3)
            self._mark = self.best.bound

    def _lack(self, x: Floats) -> tuple[Floats, Floats]:
        """Give what each priced row lacks at a point, and which rows are exact."""
        r, p = self._relaxation, self._relaxation.program
        done = p.rows.times(x)
        below, above = p.row_lower - done, p.row_upper - done
        exact = p.row_lower == p.row_upper
        lack = np.where((below > 0) | (self.price > 0), below, 0.0)
        lack = np.where((above < 0) | (self.price < 0), above, lack)
        lack = np.where(exact, below, lack)
        return np.where(r.priced & np.isfinite(lack), lack, 0.0), exact & r.priced
