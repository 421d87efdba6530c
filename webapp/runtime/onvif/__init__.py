"""ONVIF cameras: found by WS-Discovery, asked for the address of their pictures. Only what that needs."""
