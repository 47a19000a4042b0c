"""Conservative matrix fields and trajectories through them."""
