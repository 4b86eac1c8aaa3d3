"""lantian (蓝天) runs a clean-air action plan: the plan and the law are data, the air is measured, every result says why."""

__version__ = "0.1.0"
