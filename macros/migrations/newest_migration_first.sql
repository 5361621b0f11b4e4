{% macro newest_migration_first(applied) %}
{#-
  ORDER BY of the rows of schema_migrations, the newest first: by their number and not by the clock, which may be set back. It
  also orders a table of a version without numbers, by its only other sign, the time.

  Argument
    applied  alias of schema_migrations in the query
-#}
(to_jsonb({{ applied }}) ->> 'migration_number')::bigint desc, {{ applied }}.applied_at desc
{%- endmacro %}
