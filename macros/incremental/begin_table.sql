{% macro begin_table() %}
{#-
  Pre-hook of every table, the first within its transaction: begins it, because dbt's driver does not notice the commit that
  hold_run_lease(renew=true) is preceded by, and no lock that a later hook takes would hold.

  The queries are not compiled to machine code, where the server can do so: those of the mappings have so many parts that it
  takes three seconds, and with little to do they take milliseconds.

  With --empty, a table that is missing is made anew and nothing is read: a watermark of the one that was there before it
  no longer holds.
-#}
{{ company_enrichment.begin_read_committed() }}; set local jit = off
{%- if execute and company_enrichment.is_empty_run() -%}
;
update {{ target.schema }}.model_watermarks
set content_hash = '', seen_through = null
where model = '{{ this.identifier }}' and to_regclass('{{ this }}') is null
{%- endif -%}
{%- endmacro %}
