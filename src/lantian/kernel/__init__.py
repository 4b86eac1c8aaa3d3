"""The words every room shares: pollutants, quantities, periods, findings, errors. Standard library only."""
