"""The door for devices: HJ 212 over TCP, spooled before it is acknowledged, drained into the lake."""
