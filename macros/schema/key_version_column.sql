{% macro key_version_column(table) %}
{#-
  DDL of the column key_version of an operational table that stores name keys: the version of the rules that made the
  key. Added to tables of earlier versions, too: their keys were made by the rules that are still in force there.

  Argument
    table  its name
-#}
{{ company_enrichment.added_column(
    table, 'key_version', 'text not null default ' ~ target.schema ~ '.company_name_key_version()') }}
{% endmacro %}
