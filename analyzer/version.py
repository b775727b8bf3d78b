"""The version of the package, on its own so that no other module has to import the whole to know it."""

__version__ = "0.1.0"
