{% macro company_name_fault(schema=none) %}
{#-
  DDL of company_name_fault(text): why a text is no name that may decide anything, or NULL. Such a text has no name key: it
  matches no alias, gets no temporary id and is looked up nowhere.

  Argument
    schema  where it is created; the project's own when it is none
-#}
{%- set schema = schema or target.schema -%}
create or replace function {{ schema }}.company_name_fault(name text)
returns text
language sql immutable parallel safe
return case
    when name is null then 'is empty'
    -- By the rules in force, which are older ones until the keys are made anew.
    when {{ schema }}.normalize_company_name(name) is null
        then coalesce(({{ schema }}.judged_company_name(name)).fault, 'names nobody')
end
{% endmacro %}
