{% macro any_text_of(folded_texts) %}
{#-
  A regular-expression alternation that matches any of the texts literally, longest first; whatever a text holds, it
  is never read as a pattern. A blank may stand between two of its Latin letters, as white space has no meaning in a
  name. An empty list matches nothing.

  Argument
    folded_texts  texts as folded_text() gives them
-#}
{%- set patterns = [] -%}
{%- for text in folded_texts | unique -%}
    {%- set characters = [] -%}
    {%- for character in text | replace(' ', '') -%}
        {%- if not loop.first and modules.re.fullmatch('[a-z0-9ß-ɏ]{2}', loop.previtem ~ character) -%}
            {%- do characters.append(' ?') -%}
        {%- endif -%}
        {%- do characters.append(modules.re.escape(character)) -%}
    {%- endfor -%}
    {%- do patterns.append([text | length, characters | join]) -%}
{%- endfor -%}
{{- return((patterns | sort(reverse=true) | map(attribute=1) | join('|')) or '(?!)') -}}
{% endmacro %}
