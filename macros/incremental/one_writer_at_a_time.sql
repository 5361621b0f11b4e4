{% macro one_writer_at_a_time() %}
{#-
  Pre-hook of models that decide by comparing with themselves: two runs at once decide one after the other,
  and the second sees what the first has decided. The lock ends with the model's transaction.
-#}
select pg_advisory_xact_lock(hashtextextended('{{ this.schema }}.{{ this.identifier }}', 0))
{% endmacro %}
