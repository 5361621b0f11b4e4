{% macro withdraw_corrections(execute) %}
{#-
  Undoes the corrections in force from or to what is no company id, each by a decision of its own, the latest first, as the
  reverse decision of correct_company_id would. Returns what was done, as a list of texts.

  Argument
    execute  write it
-#}
{%- set find -%}
select correction.correction_id, correction.from_company_id, correction.to_company_id, correction.kind
from {{ target.schema }}.company_id_corrections as correction
where {{ company_enrichment.is_faulty_correction('correction') }}
order by correction.correction_id desc
{%- endset -%}
{%- set done, undoings = [], [] -%}
{%- for row in run_query(find).rows -%}
    {%- do done.append("undo correction " ~ row[0] ~ " of " ~ row[1] ~ " to " ~ row[2]) -%}
    {%- if execute -%}
        {%- set decision = {
            'from': row[2], 'to': row[1], 'kind': row[3], 'aliases': none,
            'reason': 'withdraw_faulty_company_ids: not between two company ids'} -%}
        {%- set covered = company_enrichment.covered_aliases(decision, row[0]) -%}
        {%- set correction_id = company_enrichment.record_correction(decision, row[0], covered) -%}
        {%- do run_query("drop table correction_covers") -%}
        {%- do undoings.append({'decision': decision, 'undone': row[0], 'correction_id': correction_id}) -%}
    {%- endif -%}
{%- endfor -%}
{#- Once all are recorded: an alias or record that several of them held moves once, to where it belongs then. -#}
{%- for undoing in undoings -%}
    {%- do company_enrichment.apply_correction(undoing.decision, undoing.undone, undoing.correction_id) -%}
{%- endfor -%}
{{- return(done) -}}
{% endmacro %}
