"""The only place that joins searches and store: registry, workers, locks, limits."""
