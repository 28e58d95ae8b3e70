"""Who goes with whom: the cheapest matching of rows to columns, exact, on sparse pairs.

Successive shortest augmenting paths (Jonker & Volgenant, Computing 38, 1987) over a list of
allowed pairs. The one idea: every row owns a private way out that costs ``unmatched[row]``, so
that the search for a path stops as soon as staying unmatched is cheaper. It therefore never
leaves the neighbourhood of the row, and a thousand objects cost a thousand small searches
instead of one full matrix.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

Indices = npt.NDArray[np.int64]
Costs = npt.NDArray[np.float64]


@njit(cache=True)
def assign(columns: int, start: Indices, column: Indices, cost: Costs, unmatched: Costs) -> Indices:
    """Match rows to columns at the least summed cost; exact.

    ``start`` [R + 1] cuts ``column`` [E] and ``cost`` [E] into rows: the pairs of row ``r`` are
    ``start[r]:start[r + 1]``. Leaving row ``r`` alone costs ``unmatched[r]``; columns may stay
    alone for nothing. Returns [R]: the column of each row, -1 for none. Costs must be finite.
    """
    rows = len(start) - 1
    mate = np.full(rows, -1, np.int64)  # column of each row
    owner = np.full(columns, -1, np.int64)  # row of each column
    row_price = np.zeros(rows)
    column_price = np.zeros(columns)
    distance = np.full(columns, np.inf)
    parent = np.full(columns, -1, np.int64)  # row from which the column was reached
    done = np.zeros(columns, np.bool_)
    reached = np.empty(columns, np.int64)
    settled = np.empty(columns, np.int64)
    for root in range(rows):
        n_reached = 0
        n_settled = 0
        row = root
        length = 0.0
        shortest = np.inf
        leaver = -1  # the row that would stay unmatched
        end = -1  # the free column where the path ends
        while True:
            out = length + unmatched[row] - row_price[row]
            if out < shortest:
                shortest = out
                leaver = row
            for k in range(start[row], start[row + 1]):
                c = column[k]
                if done[c]:
                    continue
                d = length + cost[k] - row_price[row] - column_price[c]
                if d < distance[c]:
                    if distance[c] == np.inf:
                        reached[n_reached] = c
                        n_reached += 1
                    distance[c] = d
                    parent[c] = row
            nearest = -1
            near = shortest
            for k in range(n_reached):
                c = reached[k]
                if not done[c] and distance[c] < near:
                    near = distance[c]
                    nearest = c
            if nearest < 0:
                break
            if owner[nearest] < 0:
                shortest = near
                end = nearest
                break
            done[nearest] = True
            settled[n_settled] = nearest
            n_settled += 1
            row = owner[nearest]
            length = near
        row_price[root] += shortest
        for k in range(n_settled):
            c = settled[k]
            row_price[owner[c]] += shortest - distance[c]
            column_price[c] -= shortest - distance[c]
        if end < 0 and leaver != root:  # leaver gives its column back along the path
            end = mate[leaver]
            mate[leaver] = -1
        while end >= 0:
            row = parent[end]
            before = mate[row]
            mate[row] = end
            owner[end] = row
            if row == root:
                break
            end = before
        for k in range(n_reached):
            c = reached[k]
            distance[c] = np.inf
            done[c] = False
    return mate
