{% macro nearest_text(text, known) %}
{#-
  Which of the known texts one was meant to be, judged by how many letters have to be changed, added or left out: at most
  two. None when no text is as near.

  Arguments
    text   what somebody wrote
    known  a list of texts
-#}
{%- set text = text | string | lower | replace('-', '_') -%}
{%- set nearest = namespace(text=none, distance=3) -%}
{%- for candidate in known if -3 < candidate | length - text | length < 3 -%}
    {#- Of the letters so far of the one, how far each beginning of the other is away. -#}
    {%- set row = namespace(distances=range(candidate | length + 1) | list) -%}
    {%- for letter in text -%}
        {%- set distances = [loop.index] -%}
        {%- for other in candidate -%}
            {%- do distances.append([
                row.distances[loop.index] + 1, distances[loop.index0] + 1, row.distances[loop.index0] + (0 if letter == other else 1)
            ] | min) -%}
        {%- endfor -%}
        {%- set row.distances = distances -%}
    {%- endfor -%}
    {%- if row.distances[-1] < nearest.distance -%}
        {%- set nearest.text = candidate -%}
        {%- set nearest.distance = row.distances[-1] -%}
    {%- endif -%}
{%- endfor -%}
{{- return(nearest.text) -}}
{% endmacro %}
