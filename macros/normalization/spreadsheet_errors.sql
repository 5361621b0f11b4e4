{% macro spreadsheet_errors() %}
{#-
  A regular expression, for any case, of what a spreadsheet shows in the place of a value that it cannot give: whatever begins
  with a number sign, in any language (its N/A, REF!, ZAHL!, or a column that is too narrow), Err:502 of LibreOffice, and a cell
  that was still being fetched. A rule rather than a list: every version adds errors, and every language has its own.
-#}
{{- return('^[(<\\[{]*#|^(err|error|erreur|errore|fehler|erro|fout|错误|錯誤|エラー|오류)[:：][[:space:]]*[0-9]+$|^loading[.…]*$') -}}
{% endmacro %}
