{% macro name_functions_hash() %}
{#- A hash of the deployed functions that make keys of names; another one after a deployment says that they have changed. -#}
{{- return(run_query(
    "select md5(string_agg(pg_get_functiondef(oid), '' order by proname)) from pg_proc"
    ~ " where pronamespace = to_regnamespace('" ~ target.schema ~ "') and proname in ('"
    ~ (company_enrichment.name_key_functions().keys() | list + ['company_name_core']) | join("', '") ~ "')"
).columns[0].values()[0]) -}}
{% endmacro %}
