"""Places: administrative divisions (GB/T 2260), stations, groups of cities."""

from lantian.places.atlas import Atlas, atlas
from lantian.places.model import Group, Place, Station

__all__ = ["Atlas", "Group", "Place", "Station", "atlas"]
