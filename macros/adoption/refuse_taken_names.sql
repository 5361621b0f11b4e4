{% macro refuse_taken_names(schema, names) %}
{#-
  Stops with an error where relations have names that adopt is about to give to others.

  Arguments
    schema  where they would be
    names   the names
-#}
{%- for name in names -%}
    {%- if run_query(
        "select 1 from pg_class inner join pg_namespace on pg_namespace.oid = relnamespace where nspname = "
        ~ company_enrichment.quoted(schema) ~ " and relname = " ~ company_enrichment.quoted(name)
    ).rows -%}
        {{ exceptions.raise_compiler_error(
            "In adopt: there is a " ~ schema ~ "." ~ name ~ " already, made after an earlier adoption? Rename it or drop it.") }}
    {%- endif -%}
{%- endfor -%}
{% endmacro %}
