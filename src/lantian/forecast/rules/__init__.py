"""Pure rules over numpy arrays: rolling values, index, features, calibration, baselines, scores."""
