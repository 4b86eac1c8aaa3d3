"""Plausibility checks of one outlet's series, each a pure function that gives the hours worth a look; the SQL rules quality_*.sql are their twins for many outlets."""
