{% macro compared_name_texts(texts, around) %}
{#-
  The texts of the name rules as judged_company_name() compares a name with them, as a dictionary of lists.

    placeholders        without blanks, and without what may stand around them
    protected_names     without blanks, as they are written and as their keys are
    lone_placeholders   those that are nothing but letters and digits, which a key may be
    lone_markers        likewise of the status markers

  Arguments
    texts   what name_rule_texts() returned
    around  what may stand around a placeholder, as around_placeholders() gives it
-#}
{%- set compared = {'placeholders': [], 'protected_names': [], 'lone_placeholders': [], 'lone_markers': []} -%}
{%- for text in texts.placeholders -%}
    {%- do compared.placeholders.append((text.folded | replace(' ', '')).strip(around)) -%}
{%- endfor -%}
{%- for text in texts.protected_names -%}
    {%- do compared.protected_names.extend([text.folded | replace(' ', ''), text.letters]) -%}
{%- endfor -%}
{%- for kind, listed in [('lone_placeholders', texts.placeholders), ('lone_markers', texts.markers)] -%}
    {%- for text in listed if text.letters == text.folded | replace(' ', '') -%}
        {%- do compared[kind].append(text.letters) -%}
    {%- endfor -%}
{%- endfor -%}
{%- for kind in compared.keys() | list -%}
    {%- do compared.update({kind: compared[kind] | unique | list}) -%}
{%- endfor -%}
{{- return(compared) -}}
{% endmacro %}
