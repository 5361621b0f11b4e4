{% macro assign_temporary_ids() %}
{#-
  Pre-hook of company_resolution, outside the model's transaction: gives every unresolved name its
  temporary id, in blocks that commit by themselves, so that the sequence row is never locked for
  the length of the model.
-#}
{%- if execute and flags.WHICH in ('run', 'build') -%}
    {%- set block_size = var('temporary_id_block_size') | int -%}
    {%- set unresolved_names = ref('unresolved_names') -%}
    {%- set missing = run_query("select count(*) from " ~ unresolved_names ~ " where temp_id is null").columns[0].values()[0] -%}
    {%- for block in range(0, missing | int, block_size) -%}
        {%- do run_query(
            "select count(*) from " ~ target.schema ~ ".assign_temp_ids(array(select name from " ~ unresolved_names
            ~ " where temp_id is null order by first_loaded_at, normalized_name limit " ~ block_size ~ "))") -%}
    {%- endfor -%}
{%- endif -%}
{% endmacro %}
