"""The audit trail: what is noted of views, how it is searched and worded."""
