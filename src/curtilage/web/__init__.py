"""What answers browsers and programs: the API, live view, sign-in."""
