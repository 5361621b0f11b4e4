{% macro best_answer_first(answer) %}
{#-
  ORDER BY of the answers to one name, the one to use first: found before not found, then the
  more confident, then the newer, then the later id. A total order, so that it does not matter
  in which order the answers arrived.
-#}
({{ answer }}.outcome = 'found') desc,
{{ answer }}.confidence desc nulls last,
{{ answer }}.answered_at desc,
{{ answer }}.answer_id desc
{%- endmacro %}
