"""Floor plans: pictures that somebody sends, made safe; and heat maps laid over them."""
