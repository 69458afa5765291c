"""Run the migrations on the connection that `surveyapp.schema` opened, inside its transaction."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes.get("metadata"),
    render_as_batch=True,
    transactional_ddl=False,  # the transaction is the caller's, around all of it
)
context.run_migrations()
