{% macro name_rule_texts() %}
{#-
  The texts of the name rules' vars, folded by the database as names are, as a dictionary: placeholders, markers,
  account_suffixes, attached_suffixes and protected_names, each a list of {folded, letters}; letters is the text
  without blanks and punctuation.

  Stops with an error that names the var and the entry when an entry could never match.
-#}
{%- set lists = {
    'placeholders': 'name_placeholders',
    'markers': 'name_status_markers',
    'account_suffixes': 'name_account_suffixes',
    'attached_suffixes': 'name_attached_suffixes',
    'protected_names': 'name_protected_names',
} -%}
{%- set texts = {} -%}
{%- set entries = [] -%}
{%- for rule, var_name in lists.items() -%}
    {%- do texts.update({rule: []}) -%}
    {%- for entry in company_enrichment.checked_var(var_name)
            + (company_enrichment.checked_var('more_name_placeholders') if rule == 'placeholders' else []) -%}
        {%- set listed -%}
select '{{ rule }}' as rule, {{ entries | length }} as position, {{ company_enrichment.quoted(entry) }} as entry
        {%- endset -%}
        {%- do entries.append(listed) -%}
    {%- endfor -%}
{%- endfor -%}
{%- if entries -%}
    {%- set folded_entries -%}
select rule, folded, {{ company_enrichment.letters_of('folded') }}, entry
from (
    select rule, position, entry, {{ company_enrichment.without_look_alikes('folded') }} as folded
    from (
        select rule, position, entry, {{ company_enrichment.folded_text('typed') }} as folded
        from (
            select rule, position, entry, {{ company_enrichment.before_compatibility('entry') }} as typed
            from ({{ entries | join(' union all ') }}) as listed
        ) as typed_texts
    ) as folded_texts
) as alike_texts
order by position
    {%- endset -%}
    {%- for row in run_query(folded_entries).rows -%}
        {%- set rule, folded, letters, entry = row[0], row[1], row[2], row[3] -%}
        {%- if rule == 'placeholders' and not folded -%}
            {%- call company_enrichment.refuse('name_placeholders') -%} {{ entry | tojson }} holds nothing visible. {%- endcall -%}
        {%- elif rule != 'placeholders' and not letters -%}
            {%- call company_enrichment.refuse(lists[rule]) -%} {{ entry | tojson }} holds no letter or digit. {%- endcall -%}
        {%- elif rule in ('markers', 'account_suffixes', 'attached_suffixes') and ('(' in folded or ')' in folded) -%}
            {%- call company_enrichment.refuse(lists[rule]) -%}
                {{ entry | tojson }} holds a bracket. Name the words alone: brackets delimit them.
            {%- endcall -%}
        {%- endif -%}
        {%- do texts[rule].append({'folded': folded, 'letters': letters}) -%}
    {%- endfor -%}
{%- endif -%}
{{- return(texts) -}}
{% endmacro %}
