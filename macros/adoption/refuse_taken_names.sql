{% macro refuse_taken_names(schema, names) %}
{#-
  Stops with an error where relations have names that adopt is about to give to others.

  Arguments
    schema  where they would be
    names   the names
-#}
{%- set taken -%}
select relname
from pg_class
inner join pg_namespace on pg_namespace.oid = relnamespace
where
    nspname = {{ company_enrichment.quoted(schema) }}
    and relname = any({{ company_enrichment.quoted_array(names) }})
limit 1
{%- endset -%}
{%- set name = company_enrichment.value_of(taken) -%}
{%- if name -%}
    {%- call company_enrichment.refuse('adopt') -%}
        there is a {{ schema }}.{{ name }} already, made after an earlier adoption? Rename it or drop it.
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
