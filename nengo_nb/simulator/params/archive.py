"""Read and write parameters as one ``.npz`` file: written atomically, read as untrusted input.

A file may come from anywhere. Nothing in it is unpickled, and nothing is unpacked before the names,
shapes, types and sizes that its headers claim are those of the network: some kilobytes can unpack
to gigabytes.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
from nengo.exceptions import NengoWarning, SimulationError

from nengo_nb.atomic_file import replacing
from nengo_nb.simulator.run.nonfinite import user_level

from . import numbered

SUFFIX, MEMBER = ".npz", ".npy"

MOST_HEADER = 10_000
"""Largest header of an array that is read, in bytes; NumPy's own limit."""

MOST_SHOWN = 10
"""Number of differences that an error message lists."""

ACCEPTED = {"f": "fiu", "i": "iu", "u": "iu", "b": "b"}
"""Kinds of NumPy types that can be read into a parameter of each kind."""


def save(path: str | Path, arrays: Mapping[str, Any]) -> Path:
    """Write parameters to one ``.npz`` file, by name.

    Args:
        path: The file to write; ``.npz`` is added where it is missing.
        arrays: All parameters, by name.

    Returns:
        The file.

    Raises:
        OSError: It cannot be written; a file that was there before is unchanged.
    """
    target = Path(path)
    if target.suffix != SUFFIX:
        target = target.with_name(target.name + SUFFIX)
    with replacing(target) as file:
        np.savez(file, **arrays)
    return target


def load(path: str | Path, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Read parameters from a file.

    Args:
        path: The file.
        arrays: The parameters of the network they are for, by name.

    Returns:
        The arrays by name, each cast to the type that it has in the network.

    Raises:
        FileNotFoundError: There is no such file.
        SimulationError: The file is damaged, or is of another network; the message names the file
            and the differences.

    Warns:
        NengoWarning: The file has no names, and shapes tell whose its arrays are.
    """
    target = Path(path)
    if not target.exists() and target.suffix != SUFFIX:
        target = target.with_name(target.name + SUFFIX)
    if target.exists() and not target.is_file():  # reading a pipe would wait for a writer
        raise SimulationError(f"{target} holds no parameters that can be read: it is no file")
    with _named(str(target)), target.open("rb") as raw, zipfile.ZipFile(raw) as archive:
        members = _members(archive)
        if numbered.are_numbers(members) and not numbered.are_numbers(arrays):
            members = _named_by_shape(target, archive, members, arrays)
        # In this order: nothing is unpacked before names, shapes, types and sizes are those of the
        # network.
        _check_names(target, members, arrays)
        _check_headers(target, archive, members, arrays)
        return {
            name: _values(target, archive, members[name], name, arrays[name]) for name in arrays
        }


@contextmanager
def _named(place: str) -> Iterator[None]:
    """Turn an error that a broken archive causes into one that says where.

    ``zipfile``, the unpackers behind it and NumPy raise a dozen kinds of error for damaged files.

    Args:
        place: The file, or the parameter in it.

    Raises:
        SimulationError: The archive is broken.
    """
    try:
        yield
    except (FileNotFoundError, SimulationError):
        raise
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise SimulationError(
            f"{place} holds no parameters that can be read: {reason[:500]}"
        ) from error


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the arrays of an archive by name.

    Raises:
        ValueError: Two have the same name, or one is packed as NumPy packs none, which could take
            any amount of memory.
    """
    members: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = info.filename.removesuffix(MEMBER)
        if name in members:
            raise ValueError(f"{name[:100]!r} is in it twice")
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise ValueError(f"{name[:100]!r} is compressed in a way that NumPy does not use")
        members[name] = info
    return members


def _named_by_shape(
    target: Path,
    archive: zipfile.ZipFile,
    members: Mapping[str, zipfile.ZipInfo],
    arrays: Mapping[str, np.ndarray],
) -> dict[str, zipfile.ZipInfo]:
    """Return the members of a file without names, by the parameters that have their shapes.

    Raises:
        SimulationError: Shapes do not tell them apart.

    Warns:
        NengoWarning: Always, with the shapes.
    """
    shapes = {}
    for name, info in members.items():
        with _named(f"{target}: {name}"), archive.open(info) as member:
            shapes[name] = _header(member).shape
    matched = numbered.match(target, shapes, arrays)
    pairs = ", ".join(f"{number} is {name}" for name, number in list(matched.items())[:MOST_SHOWN])
    warnings.warn(
        f"{target} has no names of parameters, which were told apart by their shapes: {pairs}. "
        "Compare what the network does with what it did in NengoDL.",
        NengoWarning,
        stacklevel=user_level(),
    )
    return {name: members[number] for name, number in matched.items()}


def _check_names(target: Path, members: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Compare the names in a file with those of the network.

    Raises:
        SimulationError: They differ.
    """
    differing = [f"{name} is missing" for name in arrays if name not in members]
    differing += [f"{name[:100]} is not in this network" for name in members if name not in arrays]
    _refuse(target, differing)


def _check_headers(
    target: Path,
    archive: zipfile.ZipFile,
    members: Mapping[str, zipfile.ZipInfo],
    arrays: Mapping[str, np.ndarray],
) -> None:
    """Compare shapes, types and sizes, as headers tell them, with those of the network.

    Raises:
        SimulationError: They differ.
    """
    differing = []
    for name, array in arrays.items():
        with _named(f"{target}: {name}"), archive.open(members[name]) as member:
            header = _header(member)
        size = header.n_bytes + array.size * header.dtype.itemsize
        if header.shape != array.shape:
            differing.append(f"{name} has shape {header.shape}, not {array.shape}")
        elif header.dtype.kind not in ACCEPTED.get(array.dtype.kind, ""):
            differing.append(f"{name} holds {header.dtype} values, not {array.dtype}")
        # The archive's own claim of the unpacked size must agree with the header's, or unpacking
        # could go on for gigabytes.
        elif members[name].file_size != size:
            differing.append(f"{name} has {members[name].file_size} bytes, not {size}")
    _refuse(target, differing)


def _refuse(target: Path, differing: list[str]) -> None:
    """Raise an error that lists the differences, if there are any."""
    if differing:
        shown = "; ".join(sorted(differing)[:MOST_SHOWN])
        more = f"; and {len(differing) - MOST_SHOWN} more" if len(differing) > MOST_SHOWN else ""
        raise SimulationError(f"{target} was saved from another network: {shown}{more}.")


@dataclass(frozen=True)
class Header:
    """Header of an ``.npy`` array: claims that are checked before anything is unpacked.

    Args:
        shape: Its shape.
        by_columns: Whether the first axis changes fastest.
        dtype: Type of its values.
        n_bytes: Length of the header itself.
    """

    shape: tuple[int, ...]
    by_columns: bool
    dtype: np.dtype
    n_bytes: int


def _header(member: IO[bytes]) -> Header:
    """Read the header of an array, of a bounded size whatever length it claims to have."""
    start = io.BytesIO(member.read(MOST_HEADER))
    version = np.lib.format.read_magic(start)
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in readers:
        raise ValueError(f"its array is of version {version}, which has names for columns")
    shape, by_columns, dtype = readers[version](start)
    return Header(shape, by_columns, dtype, start.tell())


def _values(
    target: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, array: np.ndarray
) -> np.ndarray:
    """Unpack one array whose header has been checked.

    Raises:
        SimulationError: Its bytes are damaged, or its numbers do not fit the parameter.
    """
    with _named(f"{target}: {name}"), archive.open(info) as member:
        header = _header(member)
        member.seek(header.n_bytes)
        # As many bytes as the network needs, whatever the archive claims.
        content = member.read(array.size * header.dtype.itemsize)
        member.read(1)  # a member is compared with its checksum only where its end is seen
        order: Literal["F", "C"] = "F" if header.by_columns else "C"
        values = np.frombuffer(content, header.dtype).reshape(header.shape, order=order)
    with np.errstate(over="ignore", invalid="ignore"):
        cast = values.astype(array.dtype)
    if not np.isfinite(values).all():
        raise SimulationError(f"{target}: {name} holds values that are no finite numbers.")
    # A float64 such as 1e300 is infinite in float32, and an integer may wrap.
    if not np.isfinite(cast).all() or (cast.dtype.kind in "iu" and (cast != values).any()):
        largest = max(abs(float(values.max())), abs(float(values.min())))
        raise SimulationError(
            f"{target}: {name} holds {largest:g}, which is too large for {array.dtype}."
        )
    return cast
