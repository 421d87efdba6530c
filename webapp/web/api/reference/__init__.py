"""A page for people who write programs, made of the OpenAPI document."""
