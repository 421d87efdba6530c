"""The admin's pages of one camera: register, find, image settings, zones, rule, kiosk."""
