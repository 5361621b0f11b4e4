{% macro this_transaction() %}
{#-
  The transaction that the model at work writes in, as an SQL expression for its column changed_in: begin_table() has noted it.
  pg_current_xact_id() would keep the whole query from being run by more than one process.
-#}
(select cast(nullif(current_setting('company_enrichment.transaction', true), '') as xid8))
{%- endmacro %}
