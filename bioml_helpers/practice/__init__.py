"""Chapter 9, training practice: find what is wrong with a training run, and choose its settings honestly."""

__all__: list[str] = []
