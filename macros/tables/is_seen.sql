{% macro is_seen(relation) %}
{#-
  True for rows that had been committed when begin_table() looked, as an SQL condition: the query of the model, which came
  after it, has read them. What others have committed since is left to the next run. For post-hooks.

  Argument
    relation  alias of the relation in the query; it has the column changed_in
-#}
pg_visible_in_snapshot({{ relation }}.changed_in, (select current_setting('company_enrichment.snapshot')::pg_snapshot))
{%- endmacro %}
