"""Rules of enforcement, each pure: terms, fines, daily penalties, measures, closure, the draw."""
