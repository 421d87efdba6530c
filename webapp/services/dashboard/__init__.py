"""What the dashboard shows of this moment: live frames, the last minute, the handover."""
