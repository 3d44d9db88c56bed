"""Builds the notebooks out of the masters, keeps them fresh, and readies a release: ``python -m authoring``."""
