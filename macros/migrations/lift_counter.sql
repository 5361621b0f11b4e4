{% macro lift_counter(at_least) %}
{#-
  Puts the counter of temporary ids behind a number, and never lowers it; by the owner of the tables, who decides how far.

  Argument
    at_least  the number
-#}
{%- set counter = target.schema ~ '.temp_id_sequence' -%}
{%- do run_query("insert into " ~ counter ~ " default values on conflict do nothing") -%}
{%- set lift -%}
update {{ counter }} set last_number = {{ at_least }}, updated_at = now() where last_number < {{ at_least }}
{%- endset -%}
{%- do run_query(lift) -%}
{% endmacro %}
