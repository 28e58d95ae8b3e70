"""The index on a PostgreSQL server: its address, its connections, its refusals."""
