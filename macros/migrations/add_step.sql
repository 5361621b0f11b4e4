{% macro add_step(steps, what) %}
{#-
  Adds to a list of {what, sql} the SQL of its call block.

  Arguments
    steps  the list
    what   what the SQL does, a phrase
-#}
{%- do steps.append({'what': what, 'sql': caller()}) -%}
{%- endmacro %}
