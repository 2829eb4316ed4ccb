"""The first start: a school, its terms, classes and administrator where there is nothing yet; and what to do next."""
