"""The results store: runs, findings, sightings and verifications in SQL."""
