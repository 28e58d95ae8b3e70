"""How well what was told fits what happened."""
