{% macro one_writer_at_a_time(model=none) %}
{#-
  Takes the lock of a model until the end of the transaction. Pre-hook of models that decide by comparing with themselves
  or whose rows an operation writes, too: two writers decide one after the other, and the second sees what the first has
  decided.

  Argument
    model  name of the model; the one at work when it is none
-#}
select {{ target.schema }}.hold_lock({{ company_enrichment.quoted(model or this.identifier) }})
{% endmacro %}
