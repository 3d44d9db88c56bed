"""Builds the notebooks out of the masters, and keeps them fresh: ``python -m authoring build|check|lint``."""
