"""Rules of emission sources: pure functions, named as the regulations name them."""
