"""Conservative matrix fields: discovery, completion, membership, trajectories and their limits."""
