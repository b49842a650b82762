"""The operations as methods: one class for each family, which the client puts together."""
