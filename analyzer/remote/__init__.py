"""Paths in an object store or another remote file system, read and written through fsspec."""
