"""Project approvals: gates that a project must pass, and the life of an application."""
