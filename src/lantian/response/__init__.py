"""Emergency plans and what follows from a warning: who must do what, whether it suffices, whether it was done (arts 26, 30, 31)."""
