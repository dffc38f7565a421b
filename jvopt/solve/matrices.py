"""The sparse matrices of SciPy, without all the rest of it.

Pyomo has whoever imports SciPy load its statistics, integration and more besides
(`pyomo.common.dependencies`): seconds of every start, for what nothing here uses.
"""

from __future__ import annotations

import sys

from pyomo.common.dependencies import DeferredImportCallbackFinder

_finders = [f for f in sys.meta_path if isinstance(f, DeferredImportCallbackFinder)]
for _finder in _finders:
    sys.meta_path.remove(_finder)
try:
    import scipy.sparse as sp
    from scipy.sparse.csgraph import connected_components
finally:
    sys.meta_path[:0] = _finders

__all__ = ["connected_components", "sp"]
