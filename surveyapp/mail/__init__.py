"""Letters to people: written into an outbox with the change that they tell of, sent after it."""
