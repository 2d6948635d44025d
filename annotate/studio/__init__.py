"""A Label Studio of our own, in an environment of its own and in processes of its own."""
