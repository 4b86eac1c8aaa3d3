"""What polluting costs: levies, the environmental protection tax, tariff premiums."""
