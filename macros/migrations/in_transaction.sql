{% macro in_transaction(lock_name) %}
{#-
  Runs the block it is called around in ONE transaction, alone: neither a run-operation nor an
  on-run-start hook has a transaction of its own on Postgres. The advisory lock carries the
  schema's name, so two deployments in one database do not wait for each other.
-#}
{%- do run_query(company_enrichment.begin_read_committed()) -%}
{%- do run_query("set local lock_timeout = " ~ company_enrichment.quoted(company_enrichment.checked_var('migration_lock_timeout'))) -%}
{%- do run_query("select pg_advisory_xact_lock(hashtextextended('" ~ target.schema ~ "." ~ lock_name ~ "', 0))") -%}
{{- caller() -}}
{%- do run_query("commit") -%}
{% endmacro %}
