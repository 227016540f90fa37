"""The audit log: what is logged, how its chain is sealed and verified, and who saw somebody's data."""
