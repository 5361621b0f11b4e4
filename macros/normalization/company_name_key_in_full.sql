{% macro company_name_key_in_full(schema=none) %}
{#-
  DDL of company_name_key_in_full(text): the name key by all of its rules. normalize_company_name() gives the same,
  and spares most names most of the work.

  Argument
    schema  where it is created; the project's own when it is none
-#}
{%- set schema = schema or target.schema -%}
create or replace function {{ schema }}.company_name_key_in_full(name text)
returns text
language sql immutable parallel safe
return ({{ schema }}.judged_company_name(name)).key
{% endmacro %}
