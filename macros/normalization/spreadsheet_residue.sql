{% macro spreadsheet_residue() %}
{#-
  A regular expression: what a spreadsheet leaves in a cell whose formula failed or was not computed. Behind their number
  sign, error values end with ! or ? in every language (REF!, NAME?, WERT!), but for those of missing values (N/A). And
  Err:502, Loading..., =VLOOKUP(A2,B:C,2).

  For a text that is folded, without blanks, and in lower case.
-#}
{%- set without_mark = [
    'n/?[adv]', 'null', 'value', 'ref', 'name', 'num', 'div/0', 'error', 'getting_data', 'spill', 'calc', 'field', 'blocked',
    'connect', 'unknown', 'busy', 'external', 'python', 'timeout', 'macro',
] | join('|') -%}
{%- set error -%}
#[a-zà-ÿ0-9_/¡¿.]+[!?]+
#(?:{{ without_mark }})(?:n/a)?
(?:err|error|erreur|errore|fehler|错误|錯誤|エラー|오류):[0-9]+
loading[.]{3}
{%- endset -%}
{%- set formula -%}
=[+-]?[a-z_.]+[(][a-z0-9$"'(=)]
=[+-]?(?:[a-z0-9_.']+!)?[$]?[a-z]{1,3}[$]?[0-9]+$
{%- endset -%}
{%- set residue -%}
^["('=]*(?:{{ error | replace('\n', '|') }})[")']*$
^["(']*(?:{{ formula | replace('\n', '|') }})
{%- endset -%}
{{- return(residue | replace('\n', '|')) -}}
{% endmacro %}
