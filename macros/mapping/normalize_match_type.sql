{% macro normalize_match_type() %}
{#-
  DDL of normalize_match_type(text): the match type that a landed text means, in any case and width, with blanks or hyphens for
  underscores, or in Chinese. A text that means none stays what it is; mapping_fault() rejects its row.
-#}
{%- set known = company_enrichment.match_types() | map(attribute='match_type') | list -%}
{%- set in_chinese = {
    'plan': ['计划', '计划代码', '计划号', '计划编码', '计划编号', '年金计划号', '年金计划代码'],
    'account': ['账户', '账号', '账户号', '客户号', '年金账户', '年金账户号', '集团客户号', '集团企业客户号'],
    'hardcode': ['硬编码'],
    'name': ['名称', '客户名称', '客户全称', '公司名称', '企业名称', '单位名称'],
    'account_name': ['账户名', '账户名称', '年金账户名', '年金账户名称'],
} -%}
create or replace function {{ target.schema }}.normalize_match_type(match_type text)
returns text
language sql immutable parallel safe
return case
    when match_type in ({{ company_enrichment.quoted_match_types() }}) then match_type
    else coalesce(
        case trim('_' from regexp_replace(
            lower(normalize(
                regexp_replace(match_type, {{ company_enrichment.quoted(company_enrichment.invisible_characters()) }}, '', 'g'), nfkc
            ) collate "C"),
            {{ company_enrichment.quoted('(' ~ company_enrichment.blank_characters() ~ '|[-_]+)+') }}, '_', 'g'
        ))
            {%- for name in known %}
            when '{{ name }}' then '{{ name }}'
            {%- endfor %}
            {%- for name in known %}
                {%- for word in in_chinese.get(name, []) %}
            when {{ company_enrichment.quoted(word) }} then '{{ name }}'
                {%- endfor %}
            {%- endfor %}
        end,
        match_type
    )
end
{% endmacro %}
