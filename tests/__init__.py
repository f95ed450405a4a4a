"""The tests of the whole house; see the README for how to run them."""
