"""Search by target: polynomial continued fractions whose values are images of the constants a user names."""
