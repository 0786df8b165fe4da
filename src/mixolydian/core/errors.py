"""Every error Mixolydian raises on purpose.

The tree, with the process exit code and the HTTP status each class maps to::

    MixolydianError              1  500
    ├── InputError               1  422   a file or stream that cannot be used
    │   ├── UnreadableError      1  404   missing, vanished, a folder, or no permission
    │   ├── DecodeError          1  415   not audio, damaged, encrypted, or an absurd header
    │   └── EmptySignalError     1  422   decodes, but holds no sample that can be analysed
    ├── RequestError             2  400   wrong usage: an option, a query, a value out of range
    │   └── UnknownTrackError    2  404   no such track in the library
    ├── LibraryError             1  503   the catalogue is locked, damaged or from a newer version
    ├── ModelError               1  503   a trained model is missing, damaged or not to be trusted
    └── StorageError             1  507   a result could not be written (disk full, read-only)

A message says what was expected, what was found and what to do, on one line,
and names the file it is about.
"""

from __future__ import annotations


class MixolydianError(Exception):
    """Root of the tree: catch this to catch everything Mixolydian raises on purpose."""

    exit_code = 1
    http_status = 500


class InputError(MixolydianError):
    """A file or stream cannot be used; the rest of a batch goes on."""

    http_status = 422


class UnreadableError(InputError):
    """The file is missing, has vanished, is a folder, or may not be read."""

    http_status = 404


class DecodeError(InputError):
    """The bytes are not audio that can be decoded."""

    http_status = 415


class EmptySignalError(InputError):
    """The file decodes, but to no usable sample."""


class RequestError(MixolydianError):
    """Wrong usage: an unknown option, a query that does not parse, a value out of range."""

    exit_code = 2
    http_status = 400


class UnknownTrackError(RequestError):
    """The library holds no such track."""

    http_status = 404


class LibraryError(MixolydianError):
    """The catalogue is locked, damaged, or written by a newer version."""

    http_status = 503


class ModelError(MixolydianError):
    """A trained model is missing, damaged, not what its card says, or cannot be run here."""

    http_status = 503


class StorageError(MixolydianError):
    """A result could not be written."""

    http_status = 507
