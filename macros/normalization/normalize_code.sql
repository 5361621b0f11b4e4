{% macro normalize_code() %}
{#- DDL of normalize_code(text), the key of plan codes and account numbers: trimmed, case kept, NULL when blank. -#}
create or replace function {{ target.schema }}.normalize_code(code text)
returns text
language sql immutable parallel safe
return nullif(btrim(code, E' \u0009\u000A\u000B\u000C\u000D\u0085\u00A0\u3000\u200B\uFEFF'), '')
{% endmacro %}
