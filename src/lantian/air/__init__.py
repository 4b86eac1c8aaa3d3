"""The ambient network: reading, quality, AQI, evaluation, ranking (plan articles 23 and 25)."""
