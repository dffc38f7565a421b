"""Tables, cases, plans and what can be wrong with them; knows nothing of models or solvers."""
