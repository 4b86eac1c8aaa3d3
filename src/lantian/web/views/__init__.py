"""Page models: what each page says, computed from the answers of the house."""
