"""The nouns of emission sources and the registers that hold them."""

from lantian.sources.model.nouns import FACTORS, POLLUTANTS, Analyser, Enterprise, Logger, Outlet, Permit, Plant, ProcessLine
from lantian.sources.model.registry import Registry, Reports, stands

__all__ = ["FACTORS", "POLLUTANTS", "Analyser", "Enterprise", "Logger", "Outlet", "Permit", "Plant", "ProcessLine", "Registry", "Reports", "stands"]
