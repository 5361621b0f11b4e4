{% macro set_view_aside(view) %}
{#-
  Renames a view that cannot be replaced in place, for the models that rest on it until they are replaced, too. Returns its
  new name. Stops with an error that names what else rests on it.

  Argument
    view  the relation
-#}
{%- set others = company_enrichment.resting_on([view]) -%}
{%- if others -%}
    {{ exceptions.raise_compiler_error(
        "The view " ~ view ~ " gets other columns, so it has to be made anew, but " ~ others | join(', ')
        ~ " would be lost with the one that is there. It was left as it is. Drop them, run dbt, and create them again.") }}
{%- endif -%}
{%- set aside = view.identifier ~ "__replaced_" ~ run_query("select to_regclass('" ~ view ~ "')::oid").columns[0].values()[0] -%}
{%- do run_query(company_enrichment.run_ddl("alter view " ~ view ~ " rename to " ~ aside)) -%}
{{- return(aside) -}}
{% endmacro %}
