"""Forecast: the daily air-quality forecast of cities and its verification (plan art. 29)."""
