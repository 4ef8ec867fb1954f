r"""Random numbers that are the same everywhere: one stream for each risk, by its name.

A stream is a PCG64 generator keyed by the seed and the name of the risk (SHA-256 of it as the spawn
key of NumPy's SeedSequence). A risk's numbers therefore depend on nothing but seed and name: adding
a plan line leaves all others' draws as they were, and two scenarios with one seed meet the same
markets draw by draw (common random numbers; Glasserman, Monte Carlo Methods in Financial
Engineering, 4.2 and 7.1). The first 1,000 draws of 10,000 are those of a run of 1,000.

NumPy promises the raw bits of PCG64 for good, but not what ``Generator`` makes of them: so numbers
between 0 and 1 are the top 52 bits, and normal ones come from those by the inverse distribution.
"""

import hashlib
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from spend.arguments import Floats


def uniforms(seed: int, risk: str, count: int) -> Floats:
    """``count`` numbers above 0 and below 1 for one risk, odd multiples of 2⁻⁵³.

    Raises ``ValueError`` for a seed that is not a whole number of zero or more.

    >>> uniforms(1, "index STEEL", 3).round(6).tolist()
    [0.84316, 0.804031, 0.065431]
    """
    if seed < 0 or seed % 1 != 0:
        raise ValueError("seed must be a whole number, zero or more")
    digest = hashlib.sha256(risk.encode()).digest()
    words = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 32, 4))
    bits = np.random.PCG64(np.random.SeedSequence(int(seed), spawn_key=words)).random_raw(count)
    top = np.asarray(bits >> np.uint64(12), dtype=np.float64)
    return np.asarray((top + 0.5) * 2.0**-52)


@lru_cache(maxsize=32)  # a market's indices, at a million bytes each: every view asks for them
def normals(seed: int, risk: str, count: int) -> Floats:
    """``count`` standard normal numbers for one risk; they are shared, so nobody may change them.

    >>> normals(1, "index STEEL", 3).round(6).tolist()
    [1.00753, 0.856107, -1.510714]
    """
    found = np.asarray(ndtri(uniforms(seed, risk, count)))
    found.setflags(write=False)
    return found
