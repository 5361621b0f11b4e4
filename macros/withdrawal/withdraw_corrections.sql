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
{%- for undone, from, to, kind in run_query(find).rows -%}
    {%- set what -%} undo correction {{ undone }} of {{ from }} to {{ to }} {%- endset -%}
    {%- do done.append(what) -%}
    {%- if execute -%}
        {%- set decision = {
            'from': to, 'to': from, 'kind': kind, 'aliases': none,
            'reason': 'withdraw_faulty_company_ids: not between two company ids'} -%}
        {%- set covered = company_enrichment.covered_aliases(decision, undone) -%}
        {%- set correction_id = company_enrichment.record_correction(decision, undone, covered) -%}
        {%- call company_enrichment.run_sql() -%}
drop table correction_covers
        {%- endcall -%}
        {%- do undoings.append({'decision': decision, 'undone': undone, 'correction_id': correction_id}) -%}
    {%- endif -%}
{%- endfor -%}
{#- Once all are recorded: an alias or record that several of them held moves once, to where it belongs then. -#}
{%- for undoing in undoings -%}
    {%- do company_enrichment.apply_correction(undoing.decision, undoing.undone, undoing.correction_id) -%}
{%- endfor -%}
{{- return(done) -}}
{% endmacro %}
