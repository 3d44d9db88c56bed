"""Real biological data: catalogue, fetching, cards, encodings, simulators."""
