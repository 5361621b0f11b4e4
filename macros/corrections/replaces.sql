{% macro replaces(correction) %}
{#- True for a correction in force that covers a company id as a whole: the id is retired, and another stands in its place. -#}
({{ correction }}.covers = 'company' and {{ correction }}.undoes is null and {{ correction }}.undone_by is null)
{%- endmacro %}
