{% macro temp_id_sequence_obstacles(table, counter, changes, is_changed) %}
{#-
  What keeps a temp_id_sequence from its current layout or from being counted in it, as a list of phrases. Extra columns,
  views, triggers and grants that do not are kept.

  Arguments
    table       its qualified name
    counter     its column that holds the counter: id, or last_number
    changes     column -> what has to be done to it that PostgreSQL refuses when something uses the column
    is_changed  true when anything is to be done to the table at all
-#}
{%- set obstacles = company_enrichment.obstacles_to_counting(table, counter) -%}
{%- if is_changed -%}
    {%- do obstacles.extend(company_enrichment.obstacles_to_changing(table, counter, changes)) -%}
{%- endif -%}
{{- return(obstacles) -}}
{% endmacro %}
