{% macro has_read(model, relation) %}
{#-
  True for rows that a model has read already, as an SQL condition for views over what it is made from. Where nothing is known
  of that, in a database restored from a dump or before the model's first build, no row counts as read. What was written
  while an older transaction was still open counts after the next run. Most rows are read: an index would only cost, and
  coalesce() keeps it out.

  Arguments
    model     name of the model
    relation  alias of the relation in the query; it has the column changed_in
-#}
coalesce(
    {{ relation }}.changed_in < (
        select noted.watermark
        from {{ target.schema }}.model_watermarks as noted
        inner join pg_control_system() as system on noted.system_identifier = system.system_identifier
        where noted.model = '{{ model }}' and noted.watermark <= pg_snapshot_xmin(pg_current_snapshot())
    ),
    false
)
{%- endmacro %}
