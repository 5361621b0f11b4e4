{% macro invisible_characters() %}
{#- A regular expression of one character that is not seen: joiners, marks of direction, selectors, fillers, tags. -#}
{{- return(
    '[\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\u3164'
    '\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF9-\\uFFFB\\U0001D173-\\U0001D17A\\U000E0000-\\U000E0FFF]'
) -}}
{% endmacro %}
