{% macro refuse_left_out(left_out, noun) %}
{#-
  Stops the model with an error, and so undoes what its transaction has written, the watermark included, where the model
  lacks what it has read. For macros of config.meta.after, which come before the watermark is advanced: the next run reads
  the same again. A run with --empty has read nothing.

  Arguments
    left_out  query of what is missing, with a column key that names it
    noun      what is wrong, as a noun in the plural
-#}
{%- set sql -%}
select count(*) over (), regexp_replace(left_out.key, '[[:cntrl:]]+', ' ', 'g')
from (
    {{ left_out }}
) as left_out
order by left_out.key
limit 5
{%- endset -%}
{%- set rows = run_query(sql).rows if not invocation_args_dict.get('empty') else [] -%}
{%- if rows -%}
    {%- call company_enrichment.refuse() -%}
        {{ this.identifier }} lacks what this run has read: {{ noun }} ({{ rows[0][0] }}):
        {{ rows | map(attribute=1) | join(', ') }}{% if rows[0][0] > 5 %} and {{ rows[0][0] - 5 }} more{% endif %}. Nothing that
        the run has written to it was kept, and the next run reads the same again. If that says the same, something keeps rows
        from being written: look for triggers, rules and row security on {{ this }} and on what it is made from.
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
