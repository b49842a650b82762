"""One workflow in one region made so: what is there is read, compared, and added to where it differs."""
