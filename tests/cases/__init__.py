"""What real customers write, what has to come of it, and the judge that plays it and says what did."""
