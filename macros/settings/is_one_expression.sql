{% macro is_one_expression(value) %}
{#-
  Whether a text can be pasted into a query as one expression and end neither the expression nor the statement: what is
  outside of quotes holds no semicolon and no comment, and closes each bracket that it opens.

  Argument
    value  the text
-#}
{%- if value is not string or not value | trim -%}
    {{- return(false) -}}
{%- endif -%}
{#- A literal with backslashes ends elsewhere than it seems to, and one in dollars is seldom what was meant. -#}
{%- set unquoted = modules.re.sub('\'(?:[^\'\\\\]|\'\')*\'|"(?:[^"]|"")*"', ' ', value) -%}
{%- if modules.re.search(';|--|/[*]|[*]/|[\'"\\\\$]', unquoted) -%}
    {{- return(false) -}}
{%- endif -%}
{%- set open = namespace(brackets=0, is_closed_too_early=false) -%}
{%- for character in modules.re.findall('[()]', unquoted) -%}
    {%- set open.brackets = open.brackets + (1 if character == '(' else -1) -%}
    {%- if open.brackets < 0 -%}
        {%- set open.is_closed_too_early = true -%}
    {%- endif -%}
{%- endfor -%}
{{- return(open.brackets == 0 and not open.is_closed_too_early) -}}
{% endmacro %}
