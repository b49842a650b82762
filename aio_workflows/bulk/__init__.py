"""Many calls as one run: bounded, paced, watched, and resumable from a journal."""
