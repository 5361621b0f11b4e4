{% macro company_name_without_remarks(schema=none) %}
{#-
  DDL of company_name_without_remarks(text): a name, folded, without the remarks that somebody has added to it; NULL where it
  is no name. The words of judged_company_name().

  Argument
    schema  where it is created; the project's own when it is none
-#}
{%- set schema = schema or target.schema -%}
create or replace function {{ schema }}.company_name_without_remarks(name text)
returns text
language sql immutable parallel safe
return ({{ schema }}.judged_company_name(name)).words
{% endmacro %}
