{% macro outcome_of_name(is_taken) %}
{#-
  What becomes of a judged name, as an SQL expression over a row of judged: blank, open (asked for already), answered (a
  registry was asked lately), failed (the lookup failed for good lately) or new.

  Argument
    is_taken  SQL that says of a name against which nothing speaks that somebody else has inserted it meanwhile: open
-#}
case
    when judged.key is null then 'blank'
    when judged.open_id is not null then 'open'
    when judged.is_answered then 'answered'
    when judged.is_failed then 'failed'
    when {{ is_taken }} then 'open'
    else 'new'
end
{%- endmacro %}
