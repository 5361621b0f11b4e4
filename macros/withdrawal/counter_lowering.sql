{% macro counter_lowering() %}
{#-
  Whether the counter of temporary ids was lifted by what is no id, and how far it may be lowered, as {from, to, says}; to is
  none where it stays, and says says why where somebody should know.

  Only a counter that stands exactly at the number of a company id that merely looks like a temporary one was lifted by it.
  It is lowered to the highest number that anybody knows of: in the ledger, the result, the crosswalk and the published ids,
  and where an adoption or a migration has put it. Once an id above that was issued, it is not: no id is issued twice.
-#}
{%- set schema = target.schema -%}
{%- set state -%}
select
    coalesce(max(sequence.last_number), 0),
    (select coalesce(max(issued.temp_number), 0) from {{ schema }}.temp_company_ids as issued)
from {{ schema }}.temp_id_sequence as sequence
{%- endset -%}
{%- set counter, issued = run_query(state).rows[0].values() -%}
{%- set lifted_by -%}
select faulty.company_id
from (
    {{ company_enrichment.faulty_company_ids() }}
) as faulty
where
    {{ company_enrichment.is_temporary_id('faulty.company_id') }}
    and substr(faulty.company_id, 6)::numeric = {{ counter }}
limit 1
{%- endset -%}
{%- set lifting_id = company_enrichment.value_of(lifted_by) -%}
{%- if lifting_id is none -%}
    {{- return({'from': counter, 'to': none, 'says': none}) -}}
{%- endif -%}
{%- if issued >= counter -%}
    {%- set says -%}
        the counter of temporary ids was lifted to {{ counter }} by {{ lifting_id }}, and ids were issued behind it: it stays
    {%- endset -%}
    {{- return({'from': counter, 'to': none, 'says': says}) -}}
{%- endif -%}
{#- Whatever a step has done to the counter, it does not fall below the numbers that it names. -#}
{%- set recorded -%}
select coalesce(max(given.number[1]::numeric), 0)
from {{ schema }}.schema_migrations as applied
cross join unnest(applied.steps) as step (what)
cross join regexp_matches(step.what, '[0-9]+', 'g') as given (number)
where
    (step.what like '%counter%' or step.what like '%start behind%' or step.what like '%temp_id_sequence%')
    and length(given.number[1]) <= 10
    and given.number[1]::numeric < {{ counter }}
{%- endset -%}
{%- set floor = [company_enrichment.highest_published_temp_number(), company_enrichment.value_of(recorded) | int] | max -%}
{%- if floor >= counter -%}
    {%- set says -%}
        the counter of temporary ids stands at {{ counter }}, and so does an id that was published: it stays
    {%- endset -%}
    {{- return({'from': counter, 'to': none, 'says': says}) -}}
{%- endif -%}
{%- set says -%}
the counter of temporary ids was lifted to {{ counter }} by {{ lifting_id }}, which is no id; no id above {{ floor }} was
issued or published
{%- endset -%}
{{- return({'from': counter, 'to': floor, 'says': company_enrichment.one_line(says)}) -}}
{% endmacro %}
