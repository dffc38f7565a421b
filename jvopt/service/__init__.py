"""From the bytes of a case to the bytes of a plan, each solve in a process of its own."""
