{% macro normalize_code() %}
{#- DDL of normalize_code(text), the key of plan codes and account numbers: trimmed, case kept, NULL when blank. -#}
create or replace function {{ target.schema }}.normalize_code(code text)
returns text
language sql immutable parallel safe
return nullif(btrim(code, U&' \0009\000A\000B\000C\000D\0085\00A0\3000\200B\FEFF'), '')
{% endmacro %}
