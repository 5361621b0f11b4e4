{% macro code_fault(schema=none) %}
{#-
  DDL of code_fault(text): why a text is no code, or NULL. Such a text has no key: it matches no alias.

  Argument
    schema  where it is created; the project's own when it is none
-#}
{%- set schema = schema or target.schema -%}
create or replace function {{ schema }}.code_fault(code text)
returns text
language sql immutable parallel safe
return case
    when code is null then 'is empty'
    -- By the rules in force, which are older ones until the keys are made anew.
    when {{ schema }}.normalize_code(code) is null then coalesce(({{ schema }}.judged_code(code)).fault, 'is no code')
end
{% endmacro %}
