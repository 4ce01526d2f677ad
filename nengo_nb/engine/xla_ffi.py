"""XLA's foreign function interface: handlers in Python, which compiled programs call.

The structures are those of ``xla/ffi/api/c_api.h``, which comes with TensorFlow, as far as they are
used: their heads are the same in TensorFlow 2.18 to 2.21 (versions 0.1 and 0.2 of the interface).
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

METADATA, EXECUTE = 1, 3
"""``XLA_FFI_Extension_Metadata`` and ``XLA_FFI_ExecutionStage_EXECUTE``."""

ABORTED = 10
"""``XLA_FFI_Error_Code_ABORTED``."""


def _structure(name: str, *fields: tuple[str, Any]) -> type[ctypes.Structure]:
    """Make a structure of the interface; each begins with its size and its extensions."""
    head = [("struct_size", ctypes.c_size_t), ("extension_start", ctypes.c_void_p)]
    return type(name, (ctypes.Structure,), {"_fields_": [*head, *fields]})


Buffer = _structure("XLA_FFI_Buffer", ("dtype", ctypes.c_int), ("data", ctypes.c_void_p))
Buffers = _structure(
    "XLA_FFI_Args",
    ("size", ctypes.c_int64),
    ("types", ctypes.c_void_p),
    ("buffers", ctypes.POINTER(ctypes.POINTER(Buffer))),
)
CallFrame = _structure(
    "XLA_FFI_CallFrame",
    ("api", ctypes.c_void_p),
    ("ctx", ctypes.c_void_p),
    ("stage", ctypes.c_int),
    ("args", Buffers),
    ("rets", Buffers),
)
ApiVersion = _structure(
    "XLA_FFI_Api_Version", ("major_version", ctypes.c_int), ("minor_version", ctypes.c_int)
)
Api = _structure(
    "XLA_FFI_Api",
    ("api_version", ApiVersion),
    ("internal_api", ctypes.c_void_p),
    ("error_create", ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)),
    ("error_get_message", ctypes.c_void_p),
    ("error_destroy", ctypes.c_void_p),
    ("handler_register", ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)),
)
ErrorCreateArgs = _structure(
    "XLA_FFI_Error_Create_Args", ("message", ctypes.c_char_p), ("errc", ctypes.c_int)
)
Handler = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)


class ByteSpan(ctypes.Structure):
    """``XLA_FFI_ByteSpan``."""

    _fields_ = (("ptr", ctypes.c_char_p), ("len", ctypes.c_size_t))


class HandlerBundle(ctypes.Structure):
    """``XLA_FFI_Handler_Bundle``."""

    _fields_ = (
        ("instantiate", ctypes.c_void_p),
        ("prepare", ctypes.c_void_p),
        ("initialize", ctypes.c_void_p),
        ("execute", Handler),
    )


RegisterArgs = _structure(
    "XLA_FFI_Handler_Register_Args",
    ("name", ByteSpan),
    ("platform", ByteSpan),
    ("bundle", HandlerBundle),
    ("traits", ctypes.c_uint32),
)


class Extension(ctypes.Structure):
    """``XLA_FFI_Metadata_Extension``, by which XLA asks a handler for its version."""

    _fields_ = (
        ("struct_size", ctypes.c_size_t),
        ("type", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("metadata", ctypes.c_void_p),
    )


class Metadata(ctypes.Structure):
    """``XLA_FFI_Metadata``."""

    _fields_ = (("struct_size", ctypes.c_size_t), ("api_version", ApiVersion))


Answer = Callable[[list[int], list[int]], None]


class Interface:
    """The interface as TensorFlow's library offers it.

    Args:
        address: The address of its table of functions.
    """

    def __init__(self, address: int) -> None:
        self.api = Api.from_address(address)

    def register(self, name: str, answer: Answer) -> bool:
        """Have XLA call ``answer`` for the custom calls of a name, on processors.

        Args:
            name: The name, of ASCII characters; it stays registered in this process.
            answer: Gets the addresses of the arguments, and those of the results to write; an
                exception ends the program with an error.

        Returns:
            Whether XLA has accepted it.
        """
        if self.api.api_version.major_version != 0:
            return False
        handler = self._make_handler(answer)
        bundle = HandlerBundle(None, None, None, handler)
        encoded, host = name.encode("ascii"), b"Host"
        arguments = RegisterArgs(
            ctypes.sizeof(RegisterArgs),
            None,
            ByteSpan(encoded, len(encoded)),
            ByteSpan(host, len(host)),
            bundle,
            0,
        )
        # XLA keeps the address of the handler, and nothing the handler itself.
        _kept.append(handler)
        return not self.api.handler_register(ctypes.addressof(arguments))

    def _make_handler(self, answer: Answer) -> Any:
        """Make the C function that XLA calls."""

        def handle(address: int) -> int | None:
            frame = CallFrame.from_address(address)
            if frame.extension_start and self._tell_version(frame.extension_start):
                return None
            if frame.stage != EXECUTE:
                return None
            if not hasattr(_threads, "is_kept"):
                # Else Python makes a state for this thread of XLA's at each call, which takes
                # 25 us.
                ctypes.pythonapi.PyGILState_Ensure()
                _threads.is_kept = True
            try:
                answer(_addresses(frame.args), _addresses(frame.rets))
            except BaseException as error:
                return self._make_error(f"Python raised {type(error).__name__}.")
            return None

        return Handler(handle)

    def _tell_version(self, address: int) -> bool:
        """Write the version of the interface where XLA asks for it; return whether it did."""
        extension = Extension.from_address(address)
        if extension.type != METADATA:
            return False
        version = Metadata.from_address(extension.metadata).api_version
        version.major_version = self.api.api_version.major_version
        version.minor_version = self.api.api_version.minor_version
        return True

    def _make_error(self, message: str) -> int:
        """Return the address of an error, which XLA frees."""
        arguments = ErrorCreateArgs(ctypes.sizeof(ErrorCreateArgs), None, message.encode(), ABORTED)
        return int(self.api.error_create(ctypes.addressof(arguments)))


_kept: list[Any] = []
_threads = threading.local()


def find_interface(folder: Path) -> Interface | None:
    """Look for the interface in TensorFlow's libraries, in the folder of the package."""
    for library in ("libtensorflow_framework.so.2", "libtensorflow_cc.so.2"):
        if not (folder / library).exists():
            continue
        symbols = ctypes.CDLL(str(folder / library))
        # The second is what C++ makes of ``xla::ffi::GetXlaFfiApi``, which older ones have alone.
        for name in ("XLA_FFI_GetApi", "_ZN3xla3ffi12GetXlaFfiApiEv"):
            if hasattr(symbols, name):
                get_api = getattr(symbols, name)
                get_api.restype = ctypes.c_void_p
                return Interface(get_api())
    return None


def _addresses(buffers: Any) -> list[int]:
    """Return the addresses of the data of some buffers."""
    return [buffers.buffers[i].contents.data for i in range(buffers.size)]
