{% macro any_text_of(texts) %}
{#-
  A regular-expression alternation that matches any of the texts literally, longest first,
  as they look after folding to lower case and taking white space out. Whatever a var
  contains, it is never read as a pattern. An empty list matches nothing.
-#}
{%- set folded = [] -%}
{%- for text in texts -%}
    {%- if text is not string or not text | trim -%}
        {{ exceptions.raise_compiler_error("A name rule's var holds " ~ (text | tojson) ~ "; every entry must be a text in quotes.") }}
    {%- endif -%}
    {%- do folded.append((text | lower).split() | join) -%}
{%- endfor -%}
{%- set patterns = [] -%}
{%- for text in folded | unique -%}
    {%- do patterns.append([text | length, modules.re.escape(text)]) -%}
{%- endfor -%}
{{- return((patterns | sort(reverse=true) | map(attribute=1) | join('|')) or '(?!)') -}}
{% endmacro %}
