"""How right Curtilage and its peers are, on annotated footage, in one run."""
