{% macro withdraw_answers(execute) %}
{#-
  Hands every found answer whose company id is none, or not in its one form, to the trigger gate_answer once more: it makes
  unusable ones of the former, and cleans the latter. Returns what was done, as a list of texts.

  Argument
    execute  write it
-#}
{%- set answers = company_enrichment.qualified('lookup_answers') -%}
{%- set count -%}
select
    count(*) filter (where {{ target.schema }}.company_id_fault(answer.company_id) is not null),
    count(*) filter (where {{ target.schema }}.company_id_fault(answer.company_id) is null)
from {{ answers }} as answer
where {{ company_enrichment.is_faulty_answer('answer') }}
{%- endset -%}
{%- set faulty, unclean = run_query(count).rows[0].values() -%}
{%- if execute and faulty + unclean > 0 -%}
    {%- call company_enrichment.run_sql() -%}
update {{ answers }} as answer
set company_id = answer.company_id
where {{ company_enrichment.is_faulty_answer('answer') }}
    {%- endcall -%}
{%- endif -%}
{%- set done = [] -%}
{%- if faulty > 0 -%}
    {%- set what -%} make {{ faulty }} answers unusable {%- endset -%}
    {%- do done.append(what) -%}
{%- endif -%}
{%- if unclean > 0 -%}
    {%- set what -%} clean the company ids of {{ unclean }} answers {%- endset -%}
    {%- do done.append(what) -%}
{%- endif -%}
{{- return(done) -}}
{% endmacro %}
