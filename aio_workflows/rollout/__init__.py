"""The same set of workflows in many regions and accounts: a manifest says what, its targets say where."""
