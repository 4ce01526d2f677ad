"""Ensembles: their random parameters, signals and operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import nengo.utils.numpy as npext
import numpy as np
from nengo.builder import Model, Signal
from nengo.builder import ensemble as nengo_ensemble
from nengo.builder.ensemble import BuiltEnsemble
from nengo.builder.operator import Copy, DotInc, Reset
from nengo.dists import Distribution
from nengo.utils.builder import default_n_eval_points

if TYPE_CHECKING:
    from .workspace import Workspace

Array = np.ndarray


def build_ensemble(workspace: Workspace, model: Model, ens: nengo.Ensemble) -> None:
    """Build an ensemble, as Nengo's function of that name.

    What takes other code than Nengo's, or ends in an error or a warning, is left to that function.
    Nothing has happened to the model until then, and the generator is the ensemble's own.
    """
    parameters = _draw(workspace, model, ens) if _is_plain(workspace, ens) else None
    if parameters is None:
        nengo_ensemble.build_ensemble(model, ens)
        return
    name, neurons = str(ens), ens.neurons
    signals = model.sig[ens]
    signals["in"] = workspace.zeros(ens.dimensions, f"{name}.signal")
    workspace.add_op(Reset(signals["in"]))

    currents = model.sig[neurons]
    currents["in"] = workspace.zeros(ens.n_neurons, f"{name}.neuron_in")
    currents["out"] = workspace.zeros(ens.n_neurons, f"{name}.neuron_out")
    currents["bias"] = Signal(parameters.bias, name=f"{name}.bias", readonly=True)
    workspace.add_op(Copy(currents["bias"], currents["in"]))
    model.build(ens.neuron_type, neurons)

    signals["encoders"] = Signal(
        parameters.scaled_encoders, name=f"{name}.scaled_encoders", readonly=True
    )
    if ens.noise is not None:
        model.build(ens.noise, sig_out=currents["in"], mode="inc")
    workspace.add_op(
        DotInc(signals["encoders"], signals["in"], currents["in"], tag=f"{name} encoding")
    )
    signals["out"] = currents["out"]
    model.params[ens] = parameters


def _is_plain(workspace: Workspace, ens: nengo.Ensemble) -> bool:
    """Whether only Nengo's own code draws and computes the parameters."""
    sources = (ens.eval_points, ens.encoders, ens.max_rates, ens.intercepts, ens.gain, ens.bias)
    return (
        (ens.gain is None) == (ens.bias is None)
        and not isinstance(ens.neuron_type, nengo.Direct)
        and workspace.is_nengos(ens.neuron_type)
        and all(not isinstance(s, Distribution) or workspace.is_nengos(s) for s in sources)
        # Nengo warns where numbers are given twice.
        and (isinstance(ens.eval_points, Distribution) or ens.n_eval_points is None)
        and (ens.gain is None or _has_default_response(ens))
    )


def _has_default_response(ens: nengo.Ensemble) -> bool:
    """Whether neither maximum rates nor intercepts were given."""
    given = ens.max_rates, ens.intercepts
    defaults = nengo.Ensemble.max_rates.default, nengo.Ensemble.intercepts.default
    return all(isinstance(values, Distribution) for values in given) and given == defaults


def _draw(workspace: Workspace, model: Model, ens: nengo.Ensemble) -> BuiltEnsemble | None:
    """Draw the parameters of an ensemble; None where Nengo would find something to say of them."""
    dtype, n, d, radius = workspace.float_dtype, ens.n_neurons, ens.dimensions, ens.radius
    rng = workspace.seeded(model.seeds[ens])

    n_points = ens.n_eval_points
    if n_points is None:
        n_points = default_n_eval_points(n, d)
    eval_points = _samples(workspace, ens.eval_points, n_points, d, rng, dtype) * radius

    encoders = _samples(workspace, ens.encoders, n, d, rng, dtype)
    if ens.normalize_encoders:
        lengths = npext.norm(encoders, axis=1, keepdims=True)
        if not lengths.all():
            return None
        encoders /= lengths
    if np.isnan(encoders).any():
        return None

    response = _response(ens, n, rng)
    if response is None:
        return None
    gain, bias, max_rates, intercepts = (values.astype(dtype) for values in response)
    return BuiltEnsemble(
        eval_points=eval_points,
        encoders=encoders,
        intercepts=intercepts,
        max_rates=max_rates,
        scaled_encoders=encoders * (gain / radius)[:, np.newaxis],
        gain=gain,
        bias=bias,
    )


def _response(
    ens: nengo.Ensemble, n: int, rng: np.random.RandomState
) -> tuple[Array, Array, Array, Array] | None:
    """Return gains, biases, maximum rates and intercepts; None where Nengo would refuse a gain."""
    if ens.gain is not None:
        gain, bias = _vector(ens.gain, n, rng), _vector(ens.bias, n, rng)
        return gain, bias, *ens.neuron_type.max_rates_intercepts(gain, bias)
    max_rates, intercepts = _vector(ens.max_rates, n, rng), _vector(ens.intercepts, n, rng)
    # Whatever NumPy has to say of them, it says to Nengo's function.
    try:
        with np.errstate(all="raise", under="ignore"):
            gain, bias = ens.neuron_type.gain_bias(max_rates, intercepts)
    except FloatingPointError:
        return None
    if not (np.isfinite(gain).all() and (gain > 0.0).all()):
        return None
    return gain, bias, max_rates, intercepts


def _samples(
    workspace: Workspace,
    source: Distribution | Array,
    n: int,
    d: int,
    rng: np.random.RandomState,
    dtype: np.dtype[Any],
) -> Array:
    """Return a new array of samples ``(n, d)``, drawn or given."""
    if isinstance(source, Distribution):
        return np.asarray(workspace.sample(source, n, d, rng), dtype=dtype)
    return npext.array(source, min_dims=2, dtype=dtype)


def _vector(source: Distribution | Array, n: int, rng: np.random.RandomState) -> Array:
    """Return a new array of ``n`` samples, drawn or given."""
    if isinstance(source, Distribution):
        return source.sample(n, d=None, rng=rng)
    return np.array(source)
