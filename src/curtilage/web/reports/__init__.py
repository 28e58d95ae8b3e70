"""Reports in numbers of a day, a week or a month: worked out, drawn apart, made by schedule."""
