{% macro warn_of_changed_characters(deployed) %}
{#-
  Warns when the rules in force give other keys than when they were deployed, although their text is the same: another
  operating system, PostgreSQL or character type has another idea of letters and case.

  Argument
    deployed  what deployed_schema() returned
-#}
{%- set key_version = run_query("select " ~ target.schema ~ ".company_name_key_version()").columns[0].values()[0] -%}
{%- if deployed.key_version and deployed.key_version != key_version and company_enrichment.has_stored_name_keys() -%}
    {%- do exceptions.warn(
        "The database's character type has changed: the name rules were deployed as version " ~ deployed.key_version
        ~ " and now behave as " ~ key_version ~ ". A name may no longer meet the key that was stored for it.") -%}
{%- endif -%}
{% endmacro %}
