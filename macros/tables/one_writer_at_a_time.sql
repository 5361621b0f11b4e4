{% macro one_writer_at_a_time(model=none) %}
{#-
  Takes the lock of a model until the end of the transaction. begin_table() takes it, since models decide by comparing with themselves
  and operations write their rows, too: two writers decide one after the other, and the second sees what the first has
  decided.

  Argument
    model  name of the model; the one at work when it is none
-#}
select {{ target.schema }}.hold_lock({{ company_enrichment.quoted(model or this.identifier) }})
{% endmacro %}
