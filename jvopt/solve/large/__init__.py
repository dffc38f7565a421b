"""The search for large networks: bounds by prices, plans by moves, HiGHS for the rest."""
