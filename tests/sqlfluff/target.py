"""dbt's `target`, as far as the models use it."""

schema = "enterprise"
