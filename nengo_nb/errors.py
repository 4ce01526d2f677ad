"""Map of all exceptions and warnings of nengo_nb.

``NengoNbError``
├── ``UnsupportedOperatorError``   an operator has neither a rule nor a Python step
├── ``LearningRuleError``          a learning rule whose changes do not fit the weights
├── ``SparseProbeError``           a probe of weights that are a sparse matrix
├── ``InconsistentPlanError``      a pass of the compiler gave a plan that contradicts itself
├── ``NodeError``                  a node's Python function failed or returned something unusable
├── ``FeedError``                  ``data=`` does not fit the network
├── ``SettingError``               an unknown or unusable setting
├── ``NonFiniteError``             a number became NaN or infinite, and settings say: error
├── ``PickleError``                a simulator that cannot be pickled
├── ``ConversionError``            a Keras model, or a layer of it, cannot become a network
└── ``NoTensorFlowError``          TensorFlow is not installed

``PythonStepWarning``              an object runs through its Python step, and what that costs
``GradientWarning``                some parameters cannot learn, and what is in the way
``NonFiniteWarning``               a number became NaN or infinite, of which object and when
``ConversionWarning``              layers of a Keras model that are not as they were in it
"""

from __future__ import annotations

from collections.abc import Iterable

from nengo.exceptions import (
    BuildError,
    ConfigError,
    NengoException,
    NengoWarning,
    SimulationError,
    ValidationError,
)


class NengoNbError(NengoException):
    """Base of all errors of this package."""


class UnsupportedOperatorError(NengoNbError, BuildError):
    """An operator can be computed neither by a rule nor by a Python step."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(
            f"{name} has neither a TensorFlow rule nor a Python step, so this network cannot run. "
            "Rules exist for: "
            f"{', '.join(known)}. To add one, see the docstring of nengo_nb.ops."
        )


class LearningRuleError(NengoNbError, BuildError):
    """A learning rule computes changes that do not fit the weights of its connection."""


class SparseProbeError(NengoNbError, BuildError):
    """A probe is to record a sparse matrix."""

    def __init__(self, probe: str, obj: str) -> None:
        super().__init__(
            f"{probe} cannot record the weights of {obj}, which are a sparse matrix. They never "
            "change: find them in "
            "sim.data[connection].weights."
        )


class InconsistentPlanError(NengoNbError, BuildError):
    """A pass of the compiler gave a plan that contradicts itself: a fault of this package,
    found while debugging it.
    """

    def __init__(self, name: str, problems: Iterable[str]) -> None:
        super().__init__(
            f"The pass {name!r} of nengo_nb's compiler is at fault: {'; '.join(problems)}. Please "
            "report this network."
        )


class NoTensorFlowError(NengoNbError, ImportError):
    """TensorFlow is not installed; it is no dependency, as only the user knows which of its
    distributions serves.
    """

    def __init__(self) -> None:
        super().__init__(
            "nengo_nb simulates with TensorFlow, which is not installed: pip install tensorflow, "
            "or the smaller "
            "tensorflow-cpu."
        )


class NodeError(NengoNbError, SimulationError):
    """A node's function returned something that cannot be used as its output."""


class FeedError(NengoNbError, ValidationError):
    """The arrays given as ``data`` do not fit the network."""

    def __init__(self, message: str) -> None:
        super().__init__(message, attr="data", obj=None)

    # Nengo puts object and attribute in front, which say nothing more here.
    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class SettingError(NengoNbError, ConfigError):
    """A setting is unknown, or its value cannot be used."""


class NonFiniteError(NengoNbError, SimulationError):
    """A number is NaN or infinite, and ``configure_settings(non_finite="error")`` asks for
    an end there.
    """


class PickleError(NengoNbError, TypeError):
    """A simulator holds something that cannot be pickled."""


class ConversionError(NengoNbError, TypeError):
    """A Keras model, or some of its layers, cannot be converted into a network."""


class PythonStepWarning(NengoWarning):
    """An object has no TensorFlow rule and runs through its Python step."""


class GradientWarning(NengoWarning):
    """Training starts, but no gradient reaches some of the parameters it should change."""


class NonFiniteWarning(NengoWarning):
    """A number that is recorded or carried on became NaN or infinite."""


class ConversionWarning(NengoWarning):
    """Some layers of a Keras model became something else than Nengo's own objects."""
