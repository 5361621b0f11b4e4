{% macro begin_read_committed() %}
{#-
  SQL that begins a transaction which reads what others have committed, whatever the database has as its default: under
  repeatable read and serializable, two that write the same row fail by chance, and one of them would be a run.
-#}
begin isolation level read committed
{%- endmacro %}
