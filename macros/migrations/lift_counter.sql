{% macro lift_counter(at_least) %}
{#-
  Puts the counter of temporary ids behind a number, and never lowers it; by the owner of the tables, who decides how far.

  Argument
    at_least  the number
-#}
{%- set counter = company_enrichment.qualified('temp_id_sequence') -%}
{%- call company_enrichment.run_sql() -%} insert into {{ counter }} default values on conflict do nothing {%- endcall -%}
{%- call company_enrichment.run_sql() -%}
update {{ counter }} set last_number = {{ at_least }}, updated_at = now() where last_number < {{ at_least }}
{%- endcall -%}
{% endmacro %}
