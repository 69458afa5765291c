"""Users, roles, countries, sign-in, and the one table of permissions."""
