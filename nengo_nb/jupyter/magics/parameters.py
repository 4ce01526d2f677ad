"""Commands ``%nengo save``, ``load`` and ``freeze`` for learned parameters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from IPython.core.error import UsageError
from nengo.exceptions import SimulationError, ValidationError

from nengo_nb.jupyter.run_checks import check_content
from nengo_nb.jupyter.session.registry import Session

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


def save_parameters(session: Session, name: str, file: str) -> str:
    """Write the parameters of a network's simulator to a file; return a sentence about it."""
    sim = _built_simulator(session, name, "save")
    session.tell_changes(name)
    try:
        written = sim.save_params(Path(file).expanduser())
    except OSError as error:
        raise UsageError(f"{file!r} cannot be written: {error.strerror or error}") from error
    return f"The parameters of {name!r} are in {str(written)!r}."


def load_parameters(session: Session, name: str, file: str) -> str:
    """Load the parameters in a file into a network's simulator; return a sentence about it."""
    check_content(name, session.network(name))
    path = _file(file)
    sim = session.simulator(name)
    try:
        sim.load_params(path)
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be read: {error.strerror or error}") from error
    except SimulationError as error:
        raise UsageError(" ".join(str(error).split())) from error
    return f"{name!r} runs with the parameters in {str(path)!r}, from {sim.time:g} s on."


def freeze_parameters(session: Session, name: str) -> str:
    """Write learned parameters into the network itself; return a sentence about it."""
    sim = _built_simulator(session, name, "freeze")
    if session.has_changed(name):
        raise UsageError(
            f"{name!r} has changed since its simulator was built, so that what was learned cannot "
            "be written into it; "
            f"'%nengo run {name} 1' builds a new one, which keeps what was trained"
        )
    try:
        sim.freeze_params(session.network(name))
    except ValidationError as error:
        raise UsageError(" ".join(str(error).split())) from error
    # The network has changed now, to what its simulator computes already: no reason to rebuild.
    session.expect_changes(name)
    return (
        f"{name!r} itself holds now what its simulator had learned, at {sim.time:g} s: any "
        "simulator builds it so."
    )


def _built_simulator(session: Session, name: str, verb: str) -> Simulator:
    """Return the simulator of a network, open or closed; raise ``UsageError`` if there is none."""
    session.network(name)
    sim = session.held_simulator(name)
    if sim is None:
        raise UsageError(
            f"{name!r} has no simulator yet, so there is nothing to {verb}; '%nengo run {name} 1' "
            "makes one, and a "
            "%%nengo_train cell trains it"
        )
    return sim


def _file(file: str) -> Path:
    """Return the path of a file, whose name may lack ``.npz`` as when it was saved."""
    path = Path(file).expanduser()
    with_ending = path.with_name(f"{path.name}.npz") if path.name else path
    return with_ending if not path.exists() and with_ending.exists() else path
