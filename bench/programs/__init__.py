"""Programs that measure this package alone, each in a process of its own; each prints figures as JSON."""
