"""Rules of approvals: pure, a function a gate or limit."""
