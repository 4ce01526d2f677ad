"""Decoders by ``LstsqL2`` with a Cholesky factorization, Nengo's default, and their cache."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.builder import Model
from nengo.builder import connection as nengo_connection
from nengo.builder.ensemble import gen_eval_points
from nengo.exceptions import BuildError
from nengo.solvers import LstsqL2
from nengo.utils.least_squares_solvers import Cholesky, rmses

from .rates import rates_of
from .shared_systems import System

if TYPE_CHECKING:
    from .workspace import Workspace

Array = np.ndarray
Solution = tuple[Array, dict[str, Any]]

FEWEST_CACHED_NEURONS = 128
"""Nengo's cache is asked for the decoders of no smaller ensemble: to hash the activities takes as
long as to solve for the decoders."""

MOST_SMALL_CACHED = 16
"""But for so many of a build. Small networks that were built before then need no SciPy, whose
import takes as long as a hundred solutions."""


def build_solver(
    workspace: Workspace,
    model: Model,
    solver: nengo.solvers.Solver,
    conn: nengo.Connection,
    rng: np.random.RandomState,
) -> tuple[Array | None, Array, dict[str, Any]]:
    """Solve for the decoders of a connection, as Nengo's function of that name."""
    ensemble = conn.pre_obj
    parameters = model.params[ensemble]
    plain = (
        conn.solver is solver
        and type(solver) is LstsqL2
        and type(solver.solver) is Cholesky
        and not solver.weights
        and workspace.is_nengos(ensemble.neuron_type)
        and parameters.encoders.dtype == np.float64
    )
    if not plain:
        return nengo_connection.build_solver(model, solver, conn, rng)

    eval_points = _eval_points(workspace, model, conn, rng)
    targets = _targets(conn, eval_points, workspace.float_dtype)
    solve = partial(_solve, workspace, model, eval_points)
    arguments = conn, parameters.gain, parameters.bias
    is_large = ensemble.n_neurons >= FEWEST_CACHED_NEURONS
    if model.seeded[conn] and (is_large or workspace.n_small_cached < MOST_SMALL_CACHED):
        workspace.n_small_cached += not is_large
        x = _inputs(model, conn, eval_points)
        decoders, info = model.decoder_cache.wrap_solver(solve)(*arguments, x, targets, rng=rng)
    else:
        decoders, info = solve(*arguments, None, targets, rng=rng)
    return eval_points, decoders.T, info


def _eval_points(
    workspace: Workspace, model: Model, conn: nengo.Connection, rng: np.random.RandomState
) -> Array:
    if conn.eval_points is None:
        view: Array = model.params[conn.pre_obj].eval_points.view()
        view.setflags(write=False)
        return view
    return gen_eval_points(
        conn.pre_obj, conn.eval_points, rng, conn.scale_eval_points, dtype=workspace.float_dtype
    )


def _targets(conn: nengo.Connection, eval_points: Array, dtype: np.dtype[Any]) -> Array:
    """Return what the decoders are to give at the evaluation points, ``(n_points, size_mid)``."""
    function = conn.function
    if not callable(function):
        return nengo_connection.get_targets(conn, eval_points, dtype)
    targets = np.zeros((len(eval_points), conn.size_mid), dtype=dtype)
    points = eval_points[:, conn.pre_slice]
    if _is_elementwise(function):
        # All at once: nobody sees how often a function of NumPy's is called.
        targets[...] = function(np.ascontiguousarray(points))
        return targets
    for i, point in enumerate(points):
        value = function(point)
        if value is None:
            raise BuildError(
                f"Building {conn}: Connection function returned None. Cannot solve for decoders."
            )
        targets[i] = np.hstack(value) if isinstance(value, (tuple, list)) else value
    return targets


def _is_elementwise(function: Callable[..., Any]) -> bool:
    """Whether a function is one of NumPy's own that maps numbers to numbers."""
    if not isinstance(function, np.ufunc) or getattr(np, function.__name__, None) is not function:
        return False
    return function.nin == function.nout == 1


def _inputs(model: Model, conn: nengo.Connection, eval_points: Array) -> Array:
    """Return the inputs of the neurons at evaluation points, ``(n_points, n_neurons)``."""
    encoders = model.params[conn.pre_obj].encoders
    return np.dot(eval_points, encoders.T / conn.pre_obj.radius)


def _solve(
    workspace: Workspace,
    model: Model,
    eval_points: Array,
    conn: nengo.Connection,
    gain: Array,
    bias: Array,
    x: Array | None,
    targets: Array,
    rng: np.random.RandomState,
) -> Solution:
    """Solve for decoders, with the system of an earlier connection if there was one.

    The last arguments are those of ``nengo.builder.connection.solve_for_decoders``, for the cache;
    without ``x`` it is computed where it is needed.
    """
    start = time.time()
    ensemble, solver = conn.pre_obj, conn.solver
    settings = solver.reg, solver.solver.transpose
    system = workspace.systems.take(ensemble, settings) if conn.eval_points is None else None
    if system is not None:
        activities = system.activities
    else:
        inputs = _inputs(model, conn, eval_points) if x is None else x
        activities = rates_of(ensemble.neuron_type, inputs, gain, bias, reuse=x is None)
        # Nengo counts those that are not zero; the largest one is needed in any case.
        peak = activities.max()
        if peak == 0 and not activities.any():
            raise BuildError(
                f"Building {conn}: 'activities' matrix is all zero for {ensemble}. "
                "This is because no evaluation points fall in the firing ranges of any neurons."
            )
        system = _factorize(solver, activities, solver.reg * peak)
    solution = None if system is None else _substitute(system, targets, start)
    if system is None or solution is None:
        # Not positive definite or not finite: Nengo's solver has the right error for it.
        return solver(activities, targets, rng=rng)
    if conn.eval_points is None:
        workspace.systems.used(model, ensemble, settings, system)
    return solution


def _factorize(solver: LstsqL2, activities: Array, sigma: float) -> System | None:
    """Return the factorized system of a solver; None where that fails or SciPy is not there.

    The calls are those of Nengo's solver: SciPy 1.18 rounds otherwise than LAPACK called directly.
    """
    linalg = _linalg()
    if linalg is None or activities.dtype != np.float64 or not np.isfinite(sigma):
        return None
    n_points, n_neurons = activities.shape
    transposed = solver.solver.transpose
    if transposed is None:
        transposed = n_points < n_neurons
    gram = np.dot(activities, activities.T) if transposed else np.dot(activities.T, activities)
    np.fill_diagonal(gram, gram.diagonal() + n_points * sigma**2)
    try:
        factor = linalg.cho_factor(gram, overwrite_a=True, check_finite=False)
    except np.linalg.LinAlgError:
        return None
    return System(activities, factor, bool(transposed))


def _substitute(system: System, targets: Array, start: float) -> Solution | None:
    """Return the decoders of a factorized system, ``(n_neurons, size_mid)``, with their errors."""
    activities = system.activities
    linalg = _linalg()
    right = targets if system.transposed else np.dot(activities.T, targets)
    if linalg is None or not np.isfinite(right).all():
        return None
    solution = linalg.cho_solve(system.factor, right, check_finite=False)
    decoders = np.dot(activities.T, solution) if system.transposed else solution
    info = {"rmses": rmses(activities, decoders, targets), "time": time.time() - start}
    return decoders, info


def _linalg() -> ModuleType | None:
    """Return SciPy's linear algebra; None without SciPy, where Nengo solves with NumPy."""
    try:
        import scipy.linalg
    except ImportError:
        return None
    linalg: ModuleType = scipy.linalg
    return linalg
