{% macro add_obstacle(obstacles) %}
{#-
  Adds to a list the phrase of its call block.

  Argument
    obstacles  the list
-#}
{%- do obstacles.append(caller()) -%}
{%- endmacro %}
