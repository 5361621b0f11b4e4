{% macro begin_table() %}
{#-
  Pre-hook of every table, the first within its transaction: begins it, because dbt's driver does not notice the commit that
  hold_run_lease(renew=true) is preceded by, and no lock that a later hook takes would hold.

  The queries are not compiled to machine code, where the server can do so: those of the mappings have so many parts that it
  takes three seconds, and with little to do they take milliseconds.
-#}
{{ company_enrichment.begin_read_committed() }}; set local jit = off
{%- endmacro %}
