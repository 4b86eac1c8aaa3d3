"""The chain of December 2015 in Beijing, from a forecast to a project that passes at last; people and plants in it are simulated (模拟)."""
